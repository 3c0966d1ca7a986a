import { selectTopK } from "@shortlist/ml";
import type { VectorIndex } from "../ports/vectorIndex";

/** A vector index with rows beside it that are compared one by one, because the index itself never changes. */
export interface DeltaIndex extends VectorIndex {
  /** Finds the row by what `table` holds now, no longer by what it was when the index was built. */
  place(row: number): void;
  /** Rows that are compared one by one. */
  readonly placed: number;
}

export interface DeltaTable {
  readonly vectors: Float32Array;
  readonly dims: number;
  /** Fast products with rows of the same table, where there are such. */
  readonly dots: {
    dot(vector: Float32Array, rows: Int32Array, count: number, out: Float32Array): void;
  } | null;
}

/**
 * Searches the index and the placed rows and merges both, best first. A row of the index that was placed counts by its
 * placed vector alone. Similarities of both are inner products of vectors of length 1.
 *
 * Costs nothing while nothing is placed; 20,000 rows of 64 dimensions 1 ms (measured on a busy machine).
 * @param placedMax rows beyond are found where the index has them, or not until the next release
 */
export function createDeltaIndex(index: VectorIndex, table: DeltaTable, placedMax: number): DeltaIndex {
  const rows = new Int32Array(placedMax);
  const isPlaced = new Set<number>();
  let products = new Float32Array(0);
  let order = new Int32Array(0);
  let baseItems = new Int32Array(0);
  let baseScores = new Float32Array(0);
  return {
    dims: index.dims,
    get size() {
      return index.size + isPlaced.size;
    },
    get placed() {
      return isPlaced.size;
    },
    place(row) {
      if (isPlaced.has(row) || isPlaced.size === placedMax) return;
      rows[isPlaced.size] = row;
      isPlaced.add(row);
    },
    search(vector, k, items, scores) {
      const found = index.search(vector, k, items, scores);
      const count = isPlaced.size;
      if (count === 0) return found;
      if (products.length < count) products = new Float32Array(2 * count);
      if (order.length < k) {
        order = new Int32Array(k);
        baseItems = new Int32Array(k);
        baseScores = new Float32Array(k);
      }
      multiply(table, vector, rows, { count, out: products });
      const best = selectTopK(products, count, Math.min(k, count), order);
      let kept = 0;
      for (let i = 0; i < found; i++) {
        if (isPlaced.has(items[i]!)) continue;
        baseItems[kept] = items[i]!;
        baseScores[kept++] = scores[i]!;
      }
      let b = 0;
      let d = 0;
      let n = 0;
      while (n < k && (b < kept || d < best)) {
        const product = d < best ? products[order[d]!]! : Number.NEGATIVE_INFINITY;
        // A vector without a direction is close to nothing.
        if (product === 0) {
          d++;
        } else if (b < kept && baseScores[b]! >= product) {
          items[n] = baseItems[b]!;
          scores[n++] = baseScores[b++]!;
        } else {
          items[n] = rows[order[d++]!]!;
          scores[n++] = product;
        }
      }
      return n;
    },
  };
}

function multiply(
  table: DeltaTable,
  vector: Float32Array,
  rows: Int32Array,
  { count, out }: { count: number; out: Float32Array },
): void {
  if (table.dots !== null) {
    table.dots.dot(vector, rows, count, out);
    return;
  }
  const { vectors, dims } = table;
  for (let i = 0; i < count; i++) {
    const at = rows[i]! * dims;
    let sum = 0;
    for (let d = 0; d < dims; d++) sum += vector[d]! * vectors[at + d]!;
    out[i] = sum;
  }
}
