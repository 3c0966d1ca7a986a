import { createRandom, createRankFeatureFiller, type ItemColumns } from "@shortlist/ml";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { shopRankFeatures } from "./shopRankFeatures";
import { createSimdTable } from "./simdDot";

const N_ITEMS = 400;
const DIMS = 16;

function createColumns(seed: number): ItemColumns {
  const random = createRandom(seed);
  const floats = (n: number, of: () => number) => Float32Array.from({ length: n }, of);
  const contentVectors = floats(N_ITEMS * DIMS, () => random.normal());
  contentVectors.fill(0, 0, DIMS * 3);
  return {
    nItems: N_ITEMS,
    categoryIds: Int32Array.from({ length: N_ITEMS }, () => random.int(9) - 1),
    brandIds: Int32Array.from({ length: N_ITEMS }, () => random.int(9) - 1),
    logPrice: floats(N_ITEMS, () => (random.next() < 0.1 ? Number.NaN : random.next() * 5)),
    popularity: floats(N_ITEMS, () => random.next()),
    trend: floats(N_ITEMS, () => random.normal()),
    ageDays: floats(N_ITEMS, () => random.next() * 400),
    itemFactors: floats(N_ITEMS * DIMS, () => random.normal()),
    factors: DIMS,
    contentVectors,
    contentDims: DIMS,
  };
}

describe("shopRankFeatures", () => {
  it("fills with fast tables what the one definition fills, for any shopper and candidates", () => {
    const columns = createColumns(3);
    const factors = createSimdTable(N_ITEMS, DIMS)!;
    const content = createSimdTable(N_ITEMS, DIMS)!;
    factors.table.set(columns.itemFactors);
    content.table.set(columns.contentVectors);
    const fast = shopRankFeatures.createFiller(columns, { factors, content });
    const definition = createRankFeatureFiller(columns);
    const width = shopRankFeatures.names.length;
    const item = fc.integer({ min: 0, max: N_ITEMS - 1 });
    fc.assert(
      fc.property(
        fc.array(item, { maxLength: 20 }),
        fc.array(item, { minLength: 1, maxLength: 60 }),
        fc.boolean(),
        (recent, candidates, isKnown) => {
          const shopper = {
            recentItems: Int32Array.from(recent),
            recentCount: recent.length,
            recentWeights: new Float32Array(recent.length).fill(1),
            userVector: isKnown ? Float32Array.from({ length: DIMS }, (_, d) => d - 7) : null,
          };
          const covisitation = Float32Array.from(candidates, (c) => c / 100);
          const rows = Int32Array.from(candidates);
          const expected = new Float32Array(rows.length * width);
          const actual = new Float32Array(rows.length * width).fill(99);
          definition.prepare(shopper);
          definition.fill(rows, rows.length, covisitation, expected);
          fast.prepare(shopper);
          fast.fill(rows, rows.length, covisitation, actual);
          actual.forEach((value, i) => {
            expect(Math.abs(value - expected[i]!)).toBeLessThan(1e-3);
          });
          // The same as part of wider rows.
          const stride = width + 5;
          const wider = new Float32Array(rows.length * stride);
          fast.fill(rows, rows.length, covisitation, wider, { offset: 2, stride });
          rows.forEach((_, n) => {
            const part = wider.subarray(n * stride + 2, n * stride + 2 + width);
            expect([...part]).toEqual([...actual.subarray(n * width, (n + 1) * width)]);
          });
        },
      ),
      { numRuns: 100 },
    );
  });
});
