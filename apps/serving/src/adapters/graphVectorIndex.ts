import type { VectorIndex } from "../ports/vectorIndex";
import { ReleaseRefused } from "../release/releaseRefused";
import { GraphUnreadable, type HnswGraph, readHnswGraph } from "./hnswGraph";
import { ScoreHeap } from "./scoreHeap";
import type { SimdTable } from "./simdDot";

/** What the index was built with may differ from the table by what rounding does. */
const VECTOR_TOLERANCE = 1e-4;

/**
 * Tables up to here are searched in place: 250,000 rows of 64 dimensions. The module's memory cannot lie in large pages,
 * as the library's does, and beyond that finding a row costs more than multiplying it: at a million items a search took a
 * fifth longer than the library's, at a hundred thousand as long.
 */
export const GRAPH_TABLE_BYTES_MAX = 64 * 1024 * 1024;

/**
 * An index that hnswlib built, searched where the vectors are: the products of a node's neighbours are one call of the
 * SIMD table. The same search step by step, so it finds what the library finds (a test holds both equal). The vectors are
 * in memory once instead of twice, only links that exist are kept, and a search leaves nothing for the collector, where
 * the library's answer is 15 kB of numbers.
 */
export function openGraphIndex(
  path: string,
  table: SimdTable,
  o: {
    readonly dims: number;
    readonly nItems: number;
    readonly name: string;
    /** As for `openHnswIndex`. */
    readonly efMin: number;
  },
): VectorIndex {
  const { dims, nItems, name } = o;
  const onVector = (row: number, vector: Float32Array) => {
    for (let d = 0; d < dims; d++) {
      const held = table.table[row * dims + d]!;
      if (!(Math.abs(held - vector[d]!) <= VECTOR_TOLERANCE * (1 + Math.abs(held))))
        throw new GraphUnreadable(`was built with another vector of item ${row}`);
    }
  };
  try {
    return createGraphIndex(readHnswGraph(path, { dims, nItems, onVector }), table, o);
  } catch (cause) {
    if (cause instanceof GraphUnreadable)
      throw new ReleaseRefused("index_unreadable", `${name} ${cause.message}`);
    throw new ReleaseRefused("index_unreadable", `${name}: ${(cause as Error).message}`);
  }
}

/** Malkov & Yashunin 2016, algorithms 2 and 5, by inner product. One search at a time: it does not wait for anything. */
function createGraphIndex(
  graph: HnswGraph,
  table: SimdTable,
  { dims, nItems, efMin }: { dims: number; nItems: number; efMin: number },
): VectorIndex {
  const { offsets, links } = graph;
  const { rows, products } = table;
  /** The number of the search that met the row. */
  const metBy = new Uint16Array(nItems);
  let search = 0;
  /** The best so far, the worst of them first; and rows whose links have not been followed, the best first. */
  const best = new ScoreHeap(1, 1_024);
  const open = new ScoreHeap(-1, 1_024);
  const start = new Float32Array(1);

  const beginSearch = () => {
    search++;
    if (search > 0xffff) {
      metBy.fill(0);
      search = 1;
    }
    best.size = 0;
    open.size = 0;
  };

  /** From the top down, at each level to the row that none of its neighbours beats. */
  const descend = () => {
    let row = graph.entryRow;
    rows[0] = row;
    table.multiply(1);
    let product = products[0]!;
    for (let level = graph.levelMax; level > 0; level--) {
      for (let isMoving = true; isMoving; ) {
        isMoving = false;
        const at = graph.upperAt.get(row)! + (level - 1) * graph.upperStride;
        const count = graph.upperLinks[at]!;
        for (let i = 0; i < count; i++) rows[i] = graph.upperLinks[at + 1 + i]!;
        table.multiply(count);
        for (let i = 0; i < count; i++) {
          if (!(products[i]! > product)) continue;
          product = products[i]!;
          row = rows[i]!;
          isMoving = true;
        }
      }
    }
    start[0] = product;
    best.push(start, 0, row);
    open.push(start, 0, row);
    metBy[row] = search;
  };

  /** Neighbours of the row that this search has not met, into the table's batch. */
  const gather = (row: number): number => {
    const end = offsets[row + 1]!;
    let count = 0;
    for (let at = offsets[row]!; at < end; at++) {
      const neighbor = links[at]!;
      if (metBy[neighbor] === search) continue;
      metBy[neighbor] = search;
      rows[count++] = neighbor;
    }
    return count;
  };

  const explore = (ef: number) => {
    descend();
    let worst = best.firstScore;
    while (open.size > 0 && open.firstScore >= worst) {
      const row = open.firstRow;
      open.dropFirst();
      const count = gather(row);
      if (count === 0) continue;
      table.multiply(count);
      for (let i = 0; i < count; i++) {
        const isFull = best.size === ef;
        if (isFull && !(products[i]! > worst)) continue;
        open.push(products, i, rows[i]!);
        if (isFull) best.replaceFirst(products, i, rows[i]!);
        else best.push(products, i, rows[i]!);
        worst = best.firstScore;
      }
    }
  };

  return {
    dims,
    size: graph.size,
    search(vector, k, items, scores) {
      const wanted = Math.min(k, graph.size);
      beginSearch();
      table.setVector(vector);
      explore(Math.max(wanted, efMin));
      while (best.size > wanted) best.dropFirst();
      const found = best.size;
      for (let i = found - 1; i >= 0; i--) {
        items[i] = best.firstRow;
        scores[i] = best.firstScore;
        best.dropFirst();
      }
      return found;
    },
  };
}
