import { createRandom } from "@shortlist/ml";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createSimdTable } from "../adapters/simdDot";
import type { VectorIndex } from "../ports/vectorIndex";
import { createDeltaIndex } from "./deltaIndex";

const DIMS = 8;

/** Brute force over the first `size` rows: what an index over them would find. */
function createExactIndex(vectors: Float32Array, size: number): VectorIndex {
  const indexed = vectors.slice(0, size * DIMS);
  return {
    dims: DIMS,
    size,
    search: (vector, k, items, scores) =>
      bruteForce(indexed, [...Array(size).keys()], vector, k, items, scores),
  };
}

function bruteForce(
  vectors: Float32Array,
  rows: number[],
  vector: Float32Array,
  k: number,
  items: Int32Array,
  scores: Float32Array,
): number {
  const dot = (row: number) =>
    vector.reduce((sum, x, d) => Math.fround(sum + x * vectors[row * DIMS + d]!), 0);
  const best = rows
    .map((row) => ({ row, score: dot(row) }))
    .sort((a, b) => b.score - a.score)
    .slice(0, k);
  best.forEach(({ row, score }, i) => {
    items[i] = row;
    scores[i] = score;
  });
  return best.length;
}

const unit = (random: ReturnType<typeof createRandom>) => {
  const v = Float32Array.from({ length: DIMS }, () => random.normal());
  const length = Math.hypot(...v);
  return v.map((x) => x / length);
};

describe("createDeltaIndex", () => {
  it("finds what one exact search over all rows, old and new, finds, in its order", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1e6 }),
        fc.integer({ min: 1, max: 40 }),
        fc.boolean(),
        (seed, k, fast) => {
          const random = createRandom(seed);
          const [base, added, moved] = [30, random.int(12), random.int(5)];
          const n = base + added;
          const dots = fast ? createSimdTable(n, DIMS) : null;
          const vectors = dots?.table ?? new Float32Array(n * DIMS);
          for (let row = 0; row < n; row++) vectors.set(unit(random), row * DIMS);
          const index = createDeltaIndex(createExactIndex(vectors, base), { vectors, dims: DIMS, dots }, 100);
          for (let row = base; row < n; row++) index.place(row);
          for (let i = 0; i < moved; i++) {
            const row = random.int(base);
            vectors.set(unit(random), row * DIMS);
            index.place(row);
          }
          const query = unit(random);
          const [items, scores] = [new Int32Array(k), new Float32Array(k)];
          const [expected, expectedScores] = [new Int32Array(k), new Float32Array(k)];
          const count = index.search(query, k, items, scores);
          const rows = [...Array(n).keys()];
          const exact = bruteForce(vectors, rows, query, k, expected, expectedScores);
          // The index is cut at k before moved rows leave it, so a full answer may come up short by those.
          expect(count).toBeGreaterThanOrEqual(Math.min(exact, exact - moved));
          const certain = Math.max(0, Math.min(count, k - moved));
          expect([...items.slice(0, certain)]).toEqual([...expected.slice(0, certain)]);
          for (let i = 0; i < certain; i++) expect(scores[i]).toBeCloseTo(expectedScores[i]!, 5);
        },
      ),
    );
  });

  it("asks the index alone while nothing is placed, and takes no more than it has room for", () => {
    const vectors = new Float32Array(4 * DIMS).fill(1);
    let searches = 0;
    const base: VectorIndex = { dims: DIMS, size: 2, search: () => 1 + ++searches };
    const index = createDeltaIndex(base, { vectors, dims: DIMS, dots: null }, 1);
    expect(index.search(new Float32Array(DIMS), 2, new Int32Array(2), new Float32Array(2))).toBe(2);
    index.place(2);
    index.place(2);
    index.place(3);
    expect([searches, index.placed]).toEqual([1, 1]);
  });
});
