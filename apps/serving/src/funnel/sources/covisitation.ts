import { SHOPPER_RECENT_MAX } from "@shortlist/contracts";
import { type NeighborTable, selectTopK } from "@shortlist/ml";
import type { CandidateSource } from "../../ports/candidateSource";

/** Capacity of the record of every neighbour met, which the ranker's feature reads. */
export function covisitationCapacity(table: NeighborTable): number {
  let widest = 0;
  for (let i = 0; i < table.nItems; i++) widest = Math.max(widest, table.offsets[i + 1]! - table.offsets[i]!);
  return Math.min(table.nItems, SHOPPER_RECENT_MAX * widest);
}

/** What others looked at together with this shopper's last items: score(j) = Σ_i s(i, j) over all recent items.
 * Unweighted and over the whole history, because the ranker reads the same sums as a feature. */
export function createCovisitationSource(table: NeighborTable): CandidateSource {
  // Dense sums with the list of touched rows, so clearing costs what was touched.
  const sums = new Float32Array(table.nItems);
  const best = new Int32Array(5000);
  return {
    name: "covisitation",
    needsShopper: true,
    retrieve(query, quota, out) {
      const met = query.covisitation;
      met.count = 0;
      for (let i = 0; i < query.recentCount; i++) addNeighbors(table, query.recentItems[i]!, sums, met);
      for (let i = 0; i < met.count; i++) {
        met.scores[i] = sums[met.items[i]!]!;
        sums[met.items[i]!] = 0;
      }
      const count = selectTopK(met.scores, met.count, quota, best);
      for (let i = 0; i < count; i++) {
        out.items[i] = met.items[best[i]!]!;
        out.scores[i] = met.scores[best[i]!]!;
      }
      return count;
    },
  };
}

function addNeighbors(
  table: NeighborTable,
  item: number,
  sums: Float32Array,
  met: { items: Int32Array; count: number },
): void {
  const end = table.offsets[item + 1]!;
  for (let p = table.offsets[item]!; p < end; p++) {
    const neighbor = table.items[p]!;
    const sum = sums[neighbor]!;
    if (sum === 0) {
      if (met.count === met.items.length) continue;
      met.items[met.count++] = neighbor;
    }
    sums[neighbor] = sum + table.scores[p]!;
  }
}
