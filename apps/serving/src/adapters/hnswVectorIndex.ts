import hnswlib from "hnswlib-node";
import type { VectorIndex } from "../ports/vectorIndex";
import { ReleaseRefused } from "../release/releaseRefused";

/**
 * The least width of a search (ef) by the kind of vectors; wider than k, because fewer than k results come back from
 * a search whose ef is k when items share cells.
 *
 * Unit vectors: ef = k is enough (0.99 of the true best 500, `npm run bench`); 64 is for small k. ALS vectors differ in length tenfold, and by
 * inner product the long ones hide the others: at ef = k = 400 a search found 0.78 of the true best. Over an index
 * built with M = 48 and efConstruction = 400, ef = 500 finds 0.975.
 */
export const SEARCH_WIDTH_MIN = { unitVectors: 64, alsFactors: 500 } as const;

/**
 * An hnswlib index read from a file. Loaded once and never changed: the library cannot search while it inserts,
 * so a new index arrives in a new process.
 */
export function openHnswIndex(
  path: string,
  options: {
    space: "ip" | "cosine";
    dims: number;
    nItems: number;
    name: string;
    /** Searches are as wide as k, and never narrower than this; see SEARCH_WIDTH_MIN. */
    efMin: number;
  },
): VectorIndex {
  const index = new hnswlib.HierarchicalNSW(options.space, options.dims);
  try {
    index.readIndexSync(path);
  } catch (cause) {
    throw new ReleaseRefused("index_unreadable", `${options.name}: ${(cause as Error).message}`);
  }
  const size = index.getCurrentCount();
  if (size < 1 || size > options.nItems)
    throw new ReleaseRefused("shape_mismatch", `${options.name} holds ${size} of ${options.nItems} items`);
  let ef = 0;
  // The library takes plain arrays only; one is kept so that a search allocates nothing but its answer.
  const query = new Array<number>(options.dims).fill(0);
  return {
    dims: options.dims,
    size,
    search(vector, k, items, scores) {
      for (let d = 0; d < options.dims; d++) query[d] = vector[d]!;
      const wanted = Math.min(k, size);
      const wantedEf = Math.max(wanted, options.efMin);
      if (wantedEf !== ef) {
        index.setEf(wantedEf);
        ef = wantedEf;
      }
      const found = index.searchKnn(query, wanted);
      const { neighbors, distances } = found;
      let count = 0;
      for (let i = 0; i < neighbors.length; i++) {
        const item = neighbors[i]!;
        // A label outside the item table can only come from an index of another table.
        if (item >= options.nItems) continue;
        items[count] = item;
        scores[count] = 1 - distances[i]!;
        count++;
      }
      return count;
    },
  };
}
