import { requirePositiveInteger } from "../errors";
import { type CsrMatrix, transposeCsr } from "../matrix/csr";
import { type NeighborTable, NeighborTableBuilder } from "./neighborTable";

/**
 * Item-item neighbours by the cosine of binary interaction columns.
 *
 *   s(i, j) = |U_i ∩ U_j| / √(|U_i| · |U_j|)        U_i: shoppers who have i
 *
 * @param m shoppers × items; stored values are ignored, only presence counts
 * @param o.k neighbours kept per item; equal cosines go to the lower item index
 * @returns up to k neighbours per item with s in (0, 1]; an item without shoppers has none
 * @throws MlInputError `invalid_option`
 * Cost O(Σ_u |I_u|²) time, O(nItems · k) memory. Source: Sarwar et al. 2001, "Item-Based Collaborative
 * Filtering Recommendation Algorithms". Fixture: Electronics split, 100 neighbours: R@20 .1141
 * N@20 .0701 (reference .1150/.0704; which of many equal cosines make the cut moves R@20 from .1130 to .1157).
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
 * Candidates from seeds, the serving direction: adds to `scoresOut` for each of a shopper's items the
 * similarity of its neighbours, score(j) = Σ_{i ∈ items, j ∈ N(i)} s(i, j).
 *
 * `scoresOut` (length nItems) is not cleared first. Cost O(items · k).
 */
export function scoreNeighbors(
  table: NeighborTable,
  items: ArrayLike<number>,
  scoresOut: Float32Array,
): void {
  addRows(table.offsets, table.items, table.scores, items, scoresOut);
}

/**
 * The published scoring of item-item models, from the candidate's side: score(j) = Σ_{i ∈ N(j) ∩ items} s(j, i).
 * With lists cut at k the two directions differ: a popular item is a neighbour of many but has only k itself.
 *
 * @returns a function that adds to `scoresOut` (not cleared first); creation O(nItems · k), a call about O(items · k)
 */
export function createItemKnnScorer(
  table: NeighborTable,
): (items: ArrayLike<number>, scoresOut: Float32Array) => void {
  const listed = {
    nRows: table.nItems,
    nCols: table.nItems,
    rowPtr: table.offsets,
    colIdx: table.items,
    values: table.scores,
  };
  const byNeighbor = transposeCsr(listed);
  return (items, scoresOut) =>
    addRows(byNeighbor.rowPtr, byNeighbor.colIdx, byNeighbor.values, items, scoresOut);
}

function addRows(
  rowPtr: Int32Array,
  colIdx: Int32Array,
  values: Float32Array,
  rows: ArrayLike<number>,
  out: Float32Array,
): void {
  for (let n = 0; n < rows.length; n++) {
    const row = rows[n]!;
    for (let p = rowPtr[row]!; p < rowPtr[row + 1]!; p++) out[colIdx[p]!]! += values[p]!;
  }
}
