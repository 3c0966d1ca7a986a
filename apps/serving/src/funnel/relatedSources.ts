import { CANDIDATE_SOURCES, type RelatedKind } from "@shortlist/contracts";
import type { LoadedRelease } from "../release/loadedRelease";
import { errorText, type SourceOutcome } from "./runSources";
import { type Scratch, SOURCE_COUNT } from "./scratch";
import { normalise } from "./sources/content";

/** Who knows about a relation: the text of the items, or what shoppers look at together. */
export const SOURCE_OF = {
  similar: "content",
  alternatives: "content",
  bought_together: "covisitation",
} as const;

/** Alternatives share a leaf category, which the nearest hundred rarely all do. */
export const RELATED_QUOTAS = { similar: 120, bought_together: 120, alternatives: 400 } as const;

export interface RelatedCandidates {
  readonly count: number;
  /** How the one source fared; its time is the caller's to say. */
  readonly outcome: Omit<SourceOutcome, "ms">;
  readonly dropped: Readonly<Record<string, number>>;
}

/** Writes the items related to `anchor` (a row, or −1) into the scratch, best first, as a source of the funnel does. */
export function retrieveRelated(
  loaded: LoadedRelease,
  o: { anchor: number; kind: RelatedKind; limit: number; isOff: boolean; scratch: Scratch },
): RelatedCandidates {
  const { anchor, scratch } = o;
  const name = SOURCE_OF[o.kind];
  const source = CANDIDATE_SOURCES.indexOf(name);
  const isHeld = name === "content" ? loaded.indexes.content !== null : loaded.indexes.neighbors !== null;
  const nothing = (status: SourceOutcome["status"], reason: string): RelatedCandidates => ({
    count: 0,
    outcome: { name, status, retrieved: 0, reason },
    dropped: {},
  });
  if (!isHeld || o.isOff) return nothing("disabled", isHeld ? "switched_off" : "not_in_release");
  const buffer = scratch.buffers[source]!;
  let retrieved = 0;
  try {
    if (anchor >= 0)
      retrieved =
        name === "content"
          ? searchContent(loaded, anchor, o.limit, buffer)
          : copyNeighbors(loaded, anchor, o.limit, buffer);
  } catch (error) {
    return nothing("error", errorText(error));
  }
  scratch.retrieved[source] = retrieved;
  const { categoryIds } = loaded.items;
  let count = 0;
  for (let r = 0; r < retrieved; r++) {
    const item = buffer.items[r]!;
    if (o.kind === "alternatives" && categoryIds[item] !== categoryIds[anchor]) continue;
    scratch.items[count] = item;
    scratch.ranks.fill(0, count * SOURCE_COUNT, (count + 1) * SOURCE_COUNT);
    scratch.ranks[count * SOURCE_COUNT + source] = r + 1;
    count++;
  }
  return {
    count,
    outcome: { name, status: retrieved > 0 ? "ok" : "empty", retrieved, reason: null },
    dropped: count < retrieved ? { other_category: retrieved - count } : {},
  };
}

function searchContent(
  loaded: LoadedRelease,
  anchor: number,
  limit: number,
  out: Scratch["buffers"][number],
): number {
  const { index, vectors } = loaded.indexes.content!;
  const query = vectors.vectors.slice(anchor * vectors.dims, (anchor + 1) * vectors.dims);
  return normalise(query) ? index.search(query, limit, out.items, out.scores) : 0;
}

function copyNeighbors(
  loaded: LoadedRelease,
  anchor: number,
  limit: number,
  out: Scratch["buffers"][number],
): number {
  const table = loaded.indexes.neighbors!;
  const from = table.offsets[anchor]!;
  const to = Math.min(table.offsets[anchor + 1]!, from + limit);
  for (let p = from; p < to; p++) {
    out.items[p - from] = table.items[p]!;
    out.scores[p - from] = table.scores[p]!;
  }
  return to - from;
}
