import type { CsrMatrix } from "../matrix/csr";

/**
 * Popularity baseline: the number of distinct shoppers with at least one interaction with each item.
 *
 * @param m shoppers × items; stored values are ignored, only presence counts
 * @returns Float32Array of length nItems, counts ≥ 0 (exact below 2²⁴); all zero for an empty matrix
 * Cost O(nnz).
 */
export function fitPopularity(m: CsrMatrix): Float32Array {
  const counts = new Float32Array(m.nCols);
  for (let p = 0; p < m.colIdx.length; p++) counts[m.colIdx[p]!]!++;
  return counts;
}
