import { CANDIDATE_SOURCES } from "@shortlist/contracts";
import type { Marks } from "./marks";
import { type Scratch, SOURCE_COUNT } from "./scratch";
import { COUNTED_MARK, DROP_REASONS, type FilterScreen, SLOT_BASE, screenFlags } from "./screen";

export interface UniteOptions {
  readonly flags: Uint8Array;
  readonly marks: Marks;
  readonly filter: FilterScreen | null;
  readonly limit: number;
  /** Drop counts by reason, added to. */
  readonly dropped: Record<string, number>;
}

/**
 * Merges the sources into candidates without repeats and without what must not be shown. Takes them rank by rank
 * across sources, so that a full table cuts every source at the same depth and none starves. `marks` must already
 * hold the exclusions. @returns the number of candidates in `scratch.items`
 */
export function uniteCandidates(scratch: Scratch, options: UniteOptions): number {
  const { flags, marks, filter, limit, dropped } = options;
  const { retrieved, items, ranks, buffers, given } = scratch;
  let deepest = 0;
  let sources = 0;
  for (let s = 0; s < SOURCE_COUNT; s++) {
    if (retrieved[s] === 0) continue;
    deepest = Math.max(deepest, retrieved[s]!);
    given[sources++] = s;
    marks.fetch(buffers[s]!.items, retrieved[s]!);
  }
  let count = 0;
  let overLimit = 0;
  for (let r = 0; r < deepest; r++) {
    for (let g = 0; g < sources; g++) {
      const s = given[g]!;
      if (r >= retrieved[s]!) continue;
      const item = buffers[s]!.items[r]!;
      const mark = marks.get(item);
      if (mark >= SLOT_BASE) {
        ranks[(mark - SLOT_BASE) * SOURCE_COUNT + s] = r + 1;
        continue;
      }
      if (mark === COUNTED_MARK) continue;
      let reason = mark >= 0 ? mark : marks.isBarred(item) ? screenFlags(flags[item]!) : -1;
      if (reason < 0 && filter !== null) reason = filter(item);
      if (reason >= 0) {
        const name = DROP_REASONS[reason]!;
        dropped[name] = (dropped[name] ?? 0) + 1;
        // Several sources may name it; it is one item and is counted once.
        marks.set(item, COUNTED_MARK);
        continue;
      }
      if (count === limit) {
        overLimit++;
        continue;
      }
      marks.set(item, count + SLOT_BASE);
      items[count] = item;
      const at = count * SOURCE_COUNT;
      for (let other = 0; other < SOURCE_COUNT; other++) ranks[at + other] = 0;
      ranks[at + s] = r + 1;
      count++;
    }
  }
  if (overLimit > 0) dropped.over_candidate_limit = overLimit;
  gatherCovisitation(scratch, marks, count);
  return count;
}

/** The ranker wants every candidate's co-visitation sum, whichever source named it. */
function gatherCovisitation(scratch: Scratch, marks: Marks, count: number): void {
  const { covisitation, covisitationScores } = scratch;
  covisitationScores.fill(0, 0, count);
  marks.fetch(covisitation.items, covisitation.count);
  for (let i = 0; i < covisitation.count; i++) {
    const slot = marks.get(covisitation.items[i]!) - SLOT_BASE;
    if (slot >= 0) covisitationScores[slot] = covisitation.scores[i]!;
  }
}

/** Damps the head: with 60, first in one source is worth about as much as twentieth in two (Cormack 2009). */
const RRF_OFFSET = 60;

/** Reciprocal rank fusion: Σ over sources of 1 / (60 + rank). What orders candidates when the ranker cannot. */
export function fuseRanks(scratch: Scratch, count: number): void {
  for (let c = 0; c < count; c++) {
    let sum = 0;
    for (let s = 0; s < SOURCE_COUNT; s++) {
      const rank = scratch.ranks[c * SOURCE_COUNT + s]!;
      if (rank > 0) sum += 1 / (RRF_OFFSET + rank);
    }
    scratch.scores[c] = sum;
  }
}

/** Which source ranked a candidate highest; the earlier in the list wins a tie. */
export function findLeadingSource(scratch: Scratch, slot: number): (typeof CANDIDATE_SOURCES)[number] {
  let best = 0;
  let bestRank = Number.POSITIVE_INFINITY;
  for (let s = 0; s < SOURCE_COUNT; s++) {
    const rank = scratch.ranks[slot * SOURCE_COUNT + s]!;
    if (rank > 0 && rank < bestRank) {
      bestRank = rank;
      best = s;
    }
  }
  return CANDIDATE_SOURCES[best]!;
}
