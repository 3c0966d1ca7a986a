import type { FoldIn } from "@shortlist/ml";
import type { CandidateSource } from "../../ports/candidateSource";
import type { VectorIndex } from "../../ports/vectorIndex";

/** Fold-in costs f²/2 an item; what lies further back is in the stored vector already. */
export const FOLD_IN_ITEMS_MAX = 20;

/** What is done in this session says more about what is wanted now (F6). */
const SESSION_WEIGHT = 2;

/**
 * The shopper's vector, moved by what they did since it was trained, against the item vectors. Shoppers without a
 * history and without a vector have no direction yet and get nothing from here (F5).
 */
export function createCollaborativeSource(options: {
  index: VectorIndex;
  foldIn: FoldIn;
  /** Items with a vector; rows at or beyond it were added to the table after training. */
  covered: number;
}): CandidateSource {
  const { index, foldIn, covered } = options;
  // Plain arrays of the exact length: the solver reads `length`, and a subarray would be a new object per request.
  const items: number[] = [];
  const weights: number[] = [];
  return {
    name: "collaborative",
    needsShopper: true,
    retrieve(query, quota, out) {
      let used = 0;
      for (let i = 0; i < query.recentCount && used < FOLD_IN_ITEMS_MAX; i++) {
        const item = query.recentItems[i]!;
        if (item >= covered) continue;
        items[used] = item;
        weights[used] = i < query.sessionCount ? SESSION_WEIGHT : 1;
        used++;
      }
      items.length = used;
      weights.length = used;
      if (used === 0 && query.storedVector === null) return 0;
      foldIn.foldIn(items, weights, query.storedVector, query.userVector);
      return index.search(query.userVector, quota, out.items, out.scores);
    },
  };
}
