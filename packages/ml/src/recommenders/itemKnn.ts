import { requirePositiveInteger } from "../errors";
import { type CsrMatrix, transposeCsr } from "../matrix/csr";
import { type NeighborTable, NeighborTableBuilder } from "./neighborTable";

/**
 * Item-item neighbours by the cosine of binary interaction columns.
 *
 *   s(i, j) = |U_i ∩ U_j| / √(|U_i| · |U_j|)        U_i: shoppers who have i
 *
 * @param m shoppers × items; stored values are ignored, only presence counts
 * @param o.k neighbours kept per item
 * @returns up to k neighbours per item with s in (0, 1]; an item without shoppers has none
 * @throws MlInputError `invalid_option`
 * Cost O(Σ_u |I_u|²) time, O(nItems · k) memory. Source: Sarwar et al. 2001, "Item-Based Collaborative
 * Filtering Recommendation Algorithms". Fixture: Electronics split, 100 neighbours, R@20 .1150 N@20 .0704.
 */
export function fitItemKnn(m: CsrMatrix, o: { k: number }): NeighborTable {
  requirePositiveInteger(o.k, "k");
  const byItem = transposeCsr(m);
  const builder = new NeighborTableBuilder(m.nCols, o.k);
  const shoppersOf = (item: number) => byItem.rowPtr[item + 1]! - byItem.rowPtr[item]!;
  for (let i = 0; i < m.nCols; i++) {
    for (let p = byItem.rowPtr[i]!; p < byItem.rowPtr[i + 1]!; p++) {
      const shopper = byItem.colIdx[p]!;
      for (let q = m.rowPtr[shopper]!; q < m.rowPtr[shopper + 1]!; q++) builder.add(m.colIdx[q]!, 1);
    }
    const own = shoppersOf(i);
    builder.closeRow((j, both) => both / Math.sqrt(own * shoppersOf(j)));
  }
  return builder.finish();
}

/**
 * Adds to `scoresOut` the summed similarity of every item to a shopper's items: score(j) = Σ_{i ∈ items} s(i, j).
 * `scoresOut` (length nItems) is not cleared first. Cost O(items · k).
 */
export function scoreNeighbors(
  table: NeighborTable,
  items: ArrayLike<number>,
  scoresOut: Float32Array,
): void {
  for (let n = 0; n < items.length; n++) {
    const item = items[n]!;
    for (let p = table.offsets[item]!; p < table.offsets[item + 1]!; p++) {
      scoresOut[table.items[p]!]! += table.scores[p]!;
    }
  }
}
