import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRandom } from "@shortlist/ml";
import hnswlib from "hnswlib-node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openHnswIndex, SEARCH_WIDTH_MIN } from "./hnswVectorIndex";

// Vectors as ALS leaves them: lengths differ tenfold. Brute force is the oracle.
const N = 8_000;
const DIMS = 16;
const K = 100;
const vectors = new Float32Array(N * DIMS);
let dir: string;
let path: string;

beforeAll(async () => {
  const random = createRandom("hnsw");
  for (let item = 0; item < N; item++) {
    const length = 0.1 * 10 ** random.next();
    for (let d = 0; d < DIMS; d++) vectors[item * DIMS + d] = length * random.normal();
  }
  const index = new hnswlib.HierarchicalNSW("ip", DIMS);
  index.initIndex({ maxElements: N, m: 16, efConstruction: 128, randomSeed: 1 });
  for (let item = 0; item < N; item++)
    index.addPoint(Array.from(vectors.subarray(item * DIMS, (item + 1) * DIMS)), item);
  dir = await mkdtemp(join(tmpdir(), "hnsw-"));
  path = join(dir, "index.hnsw");
  index.writeIndexSync(path);
});
afterAll(() => rm(dir, { recursive: true, force: true }));

function measureRecall(efMin: number): number {
  const index = openHnswIndex(path, { space: "ip", dims: DIMS, nItems: N, name: "test", efMin });
  const random = createRandom("queries");
  const items = new Int32Array(K);
  const scores = new Float32Array(K);
  let found = 0;
  for (let q = 0; q < 20; q++) {
    const query = Float32Array.from({ length: DIMS }, () => random.normal());
    const exact = new Float64Array(N);
    for (let item = 0; item < N; item++)
      for (let d = 0; d < DIMS; d++) exact[item]! += query[d]! * vectors[item * DIMS + d]!;
    const threshold = Float64Array.from(exact).sort()[N - K]!;
    const count = index.search(query, K, items, scores);
    for (let i = 0; i < count; i++) {
      expect(scores[i]).toBeCloseTo(exact[items[i]!]!, 3);
      if (exact[items[i]!]! >= threshold) found++;
    }
  }
  return found / (20 * K);
}

describe("the width of a search", () => {
  it("vectors of unequal length need the wider one: it finds what the narrow one misses", () => {
    const narrow = measureRecall(SEARCH_WIDTH_MIN.unitVectors);
    const wide = measureRecall(SEARCH_WIDTH_MIN.alsFactors);
    expect(wide).toBeGreaterThan(0.97);
    expect(wide).toBeGreaterThan(narrow + 0.01);
  });
});
