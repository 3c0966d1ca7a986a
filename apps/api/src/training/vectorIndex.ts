import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRandom, selectTopK } from "@shortlist/ml";
import hnswlib from "hnswlib-node";

/** How an index is built and searched. */
export interface IndexShape {
  readonly m: number;
  readonly efConstruction: number;
}

/** Unit vectors of content: recall@400 is 1.00 at this size. */
export const CONTENT_SHAPE: IndexShape = { m: 16, efConstruction: 128 };
/**
 * ALS vectors differ in length by a factor of ten, and inner-product search then ends in hubs: recall@400 of shopper
 * vectors at ef = 500 is 0.78 with M = 16 and efConstruction = 128, 0.94 with 32 and 400, 0.975 with 48 and 400.
 */
export const COLLABORATIVE_SHAPE: IndexShape = { m: 48, efConstruction: 400 };

/** As served: the largest quota, searched with this width. */
const RECALL_K = 400;
const RECALL_EF = 500;
const RECALL_QUERIES = 50;

export interface BuiltIndex {
  readonly bytes: Buffer;
  readonly nVectors: number;
  /** Share of the true 400 best found with ef = 500, over 50 queries; null for an index of fewer items. */
  readonly recallAt400: number | null;
}

/**
 * Builds an HNSW index (inner product) over the rows that are not all zero; labels are row numbers. Items nobody
 * touched have no vector to be found by.
 *
 * @param queries rows of the kind that will be searched with, to measure recall on what is asked in earnest
 */
export async function buildVectorIndex(
  vectors: Float32Array,
  dims: number,
  o: { shape: IndexShape; queries: Float32Array; seed: number; onProgress: (share: number) => void },
): Promise<BuiltIndex> {
  const rows = findNonZeroRows(vectors, dims);
  const index = new hnswlib.HierarchicalNSW("ip", dims);
  index.initIndex({
    maxElements: Math.max(1, rows.length),
    m: o.shape.m,
    efConstruction: o.shape.efConstruction,
    randomSeed: o.seed,
  });
  for (const [done, row] of rows.entries()) {
    index.addPoint(Array.from(vectors.subarray(row * dims, (row + 1) * dims)), row);
    if (done % 1_000 === 0) o.onProgress(done / rows.length);
  }
  const dir = await mkdtemp(join(tmpdir(), "shortlist-index-"));
  try {
    const path = join(dir, "index.hnsw");
    index.writeIndexSync(path);
    return {
      bytes: await readFile(path),
      nVectors: rows.length,
      recallAt400: rows.length <= RECALL_K ? null : measureRecall(index, { vectors, dims, rows }, o),
    };
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

function findNonZeroRows(vectors: Float32Array, dims: number): number[] {
  const rows: number[] = [];
  for (let i = 0; i < vectors.length / dims; i++) {
    if (vectors.subarray(i * dims, (i + 1) * dims).some((value) => value !== 0)) rows.push(i);
  }
  return rows;
}

function measureRecall(
  index: hnswlib.HierarchicalNSW,
  table: { vectors: Float32Array; dims: number; rows: readonly number[] },
  o: { queries: Float32Array; seed: number },
): number {
  const { vectors, dims, rows } = table;
  const random = createRandom(o.seed);
  const asked = findNonZeroRows(o.queries, dims);
  index.setEf(RECALL_EF);
  const scores = new Float32Array(rows.length);
  const best = new Int32Array(RECALL_K);
  let hits = 0;
  for (let q = 0; q < RECALL_QUERIES; q++) {
    const start = random.pick(asked) * dims;
    const query = Array.from(o.queries.subarray(start, start + dims));
    for (const [at, row] of rows.entries()) {
      let dot = 0;
      for (let p = 0; p < dims; p++) dot += query[p]! * vectors[row * dims + p]!;
      scores[at] = dot;
    }
    selectTopK(scores, rows.length, RECALL_K, best);
    const truth = new Set(Array.from(best, (at) => rows[at]!));
    for (const label of index.searchKnn(query, RECALL_K).neighbors) if (truth.has(label)) hits++;
  }
  return hits / (RECALL_QUERIES * RECALL_K);
}
