import { MlInputError, requireInput } from "../errors";

/**
 * Compressed sparse rows. Row r holds entries [rowPtr[r], rowPtr[r + 1]): columns `colIdx`, strictly ascending
 * within a row, and `values`. In interaction matrices rows are shoppers, columns are items.
 */
export interface CsrMatrix {
  nRows: number;
  nCols: number;
  /** length nRows + 1 */
  rowPtr: Int32Array;
  /** length nnz */
  colIdx: Int32Array;
  /** length nnz */
  values: Float32Array;
}

/**
 * Builds a CSR matrix from coordinate triples in any order; values of duplicate (row, column) pairs are summed.
 *
 * @param values one per pair, or null for all ones (a duplicate then counts 2)
 * @throws MlInputError `shape_mismatch` when lengths differ, `index_out_of_range` for a bad row or column
 * Cost O(pairs + nRows + nCols) time, two stable counting sorts, no comparison sort.
 */
export function buildCsr(
  rows: ArrayLike<number>,
  cols: ArrayLike<number>,
  values: ArrayLike<number> | null,
  nRows: number,
  nCols: number,
): CsrMatrix {
  const n = rows.length;
  requireInput(
    cols.length === n && (values === null || values.length === n),
    "shape_mismatch",
    `rows (${n}), cols (${cols.length}) and values (${values?.length ?? n}) must be equally long`,
  );
  requireInput(
    Number.isInteger(nRows) && nRows >= 0 && Number.isInteger(nCols) && nCols >= 0,
    "invalid_option",
    `nRows and nCols must be integers ≥ 0, got ${nRows} × ${nCols}`,
  );
  const byCol = countingSort(cols, null, nCols, "column");
  const order = countingSort(rows, byCol, nRows, "row");

  const rowPtr = new Int32Array(nRows + 1);
  const colIdx = new Int32Array(n);
  const out = new Float32Array(n);
  let length = 0;
  let lastRow = -1;
  for (let p = 0; p < n; p++) {
    const source = order[p]!;
    const row = rows[source]!;
    const col = cols[source]!;
    const value = values === null ? 1 : values[source]!;
    if (row === lastRow && colIdx[length - 1] === col) {
      out[length - 1]! += value;
      continue;
    }
    colIdx[length] = col;
    out[length] = value;
    length++;
    lastRow = row;
    rowPtr[row + 1]!++;
  }
  for (let r = 0; r < nRows; r++) rowPtr[r + 1]! += rowPtr[r]!;
  return { nRows, nCols, rowPtr, colIdx: colIdx.slice(0, length), values: out.slice(0, length) };
}

/** Positions of `keys` in ascending key order, stable with respect to `order` (or to position when null). */
function countingSort(
  keys: ArrayLike<number>,
  order: Int32Array | null,
  bound: number,
  what: string,
): Int32Array {
  const n = keys.length;
  const start = new Int32Array(bound + 1);
  for (let i = 0; i < n; i++) {
    const key = keys[i]!;
    if (!(key >= 0 && key < bound && Number.isInteger(key))) {
      throw new MlInputError("index_out_of_range", `${what} ${key} of pair ${i} is outside 0…${bound - 1}`);
    }
    start[key + 1]!++;
  }
  for (let b = 0; b < bound; b++) start[b + 1]! += start[b]!;
  const sorted = new Int32Array(n);
  for (let i = 0; i < n; i++) {
    const source = order === null ? i : order[i]!;
    sorted[start[keys[source]!]!++] = source;
  }
  return sorted;
}

/** The transpose, columns again ascending in each row. Cost O(nnz + nRows + nCols). */
export function transposeCsr(m: CsrMatrix): CsrMatrix {
  const nnz = m.colIdx.length;
  const rowPtr = new Int32Array(m.nCols + 1);
  for (let p = 0; p < nnz; p++) rowPtr[m.colIdx[p]! + 1]!++;
  for (let c = 0; c < m.nCols; c++) rowPtr[c + 1]! += rowPtr[c]!;
  const next = rowPtr.slice(0, m.nCols);
  const colIdx = new Int32Array(nnz);
  const values = new Float32Array(nnz);
  for (let r = 0; r < m.nRows; r++) {
    for (let p = m.rowPtr[r]!; p < m.rowPtr[r + 1]!; p++) {
      const slot = next[m.colIdx[p]!]!++;
      colIdx[slot] = r;
      values[slot] = m.values[p]!;
    }
  }
  return { nRows: m.nCols, nCols: m.nRows, rowPtr, colIdx, values };
}
