import { selectTopK } from "@shortlist/ml";
import { type Scratch, SOURCE_COUNT } from "./scratch";

/**
 * Keeps the `keep` candidates with the highest scores and closes the gaps; the order among them stays. What the sources
 * said of each moves with it. @returns how many are left
 */
export function keepBest(scratch: Scratch, count: number, keep: number): number {
  if (keep >= count) return count;
  const { items, ranks, covisitationScores, order } = scratch;
  const kept = order.subarray(0, selectTopK(scratch.scores, count, keep, order)).sort();
  for (let to = 0; to < kept.length; to++) {
    const from = kept[to]!;
    if (from === to) continue;
    items[to] = items[from]!;
    covisitationScores[to] = covisitationScores[from]!;
    ranks.copyWithin(to * SOURCE_COUNT, from * SOURCE_COUNT, (from + 1) * SOURCE_COUNT);
  }
  return kept.length;
}
