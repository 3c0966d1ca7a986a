import { type NeighborTable, selectTopK } from "@shortlist/ml";
import type { CandidateSource } from "../../ports/candidateSource";

/** Beyond the last ten items a walk starts where nobody is any more. */
const STARTS_MAX = 10;
/** Each step back counts this much less; what belongs to the session is at the front. */
const RECENCY_DECAY = 0.8;

/**
 * Where a random walk over the visits of all shoppers ends that starts at this shopper's last items:
 * score(j) = Σ_i 0.8^i · π_i(j), with π precomputed per item.
 */
export function createGraphWalkSource(walks: NeighborTable): CandidateSource {
  // Dense sums with the list of touched rows, so that clearing costs what was touched.
  const sums = new Float32Array(walks.nItems);
  const capacity = computeCapacity(walks);
  const met = new Int32Array(capacity);
  const scores = new Float32Array(capacity);
  const best = new Int32Array(capacity);
  return {
    name: "graph_walk",
    needsShopper: true,
    retrieve(query, quota, out) {
      let count = 0;
      let weight = 1;
      const starts = Math.min(query.recentCount, STARTS_MAX);
      for (let i = 0; i < starts; i++, weight *= RECENCY_DECAY) {
        const item = query.recentItems[i]!;
        // Items that came after training have not been walked from.
        if (item >= walks.nItems) continue;
        const end = walks.offsets[item + 1]!;
        for (let p = walks.offsets[item]!; p < end; p++) {
          const reached = walks.items[p]!;
          if (sums[reached] === 0) met[count++] = reached;
          sums[reached]! += weight * walks.scores[p]!;
        }
      }
      for (let i = 0; i < count; i++) {
        scores[i] = sums[met[i]!]!;
        sums[met[i]!] = 0;
      }
      const found = selectTopK(scores, count, Math.min(quota, count), best);
      for (let i = 0; i < found; i++) {
        out.items[i] = met[best[i]!]!;
        out.scores[i] = scores[best[i]!]!;
      }
      return found;
    },
  };
}

function computeCapacity(walks: NeighborTable): number {
  let widest = 0;
  for (let i = 0; i < walks.nItems; i++) widest = Math.max(widest, walks.offsets[i + 1]! - walks.offsets[i]!);
  return Math.min(walks.nItems, STARTS_MAX * widest);
}
