import fc from "fast-check";
import { expect, test } from "vitest";
import { computeHistogram, computeHistogramEdges } from "./histogram";

test.each([
  ["no values", [], 10, [], []],
  ["equal values", [3, 3, 3], 10, [3, 3], [3]],
  ["few whole numbers get a bin each", [0, 1, 1, 3], 10, [0, 1, 2, 3, 4], [1, 2, 0, 1]],
  ["fractions are binned by width", [0, 0.5, 1, 2], 2, [0, 1, 2], [2, 2]],
] as const)("%s", (_what, values, bins, edges, counts) => {
  expect(computeHistogramEdges(values, bins)).toEqual(edges);
  expect(computeHistogram(values, edges).counts).toEqual(counts);
});

test("one outlier does not empty the other bins: it counts in the last", () => {
  const values = [...Array.from({ length: 199 }, (_, i) => i / 10), 1e9];
  const { edges, counts } = computeHistogram(values, computeHistogramEdges(values, 10));
  expect(edges.at(-1)).toBe(1e9);
  expect(counts.every((count) => count > 0)).toBe(true);
});

test("whatever the values, edges ascend and every value counts once", () => {
  const value = fc.oneof(fc.double({ min: -1e12, max: 1e12, noNaN: true }), fc.integer({ min: 0, max: 9 }));
  fc.assert(
    fc.property(fc.array(value, { minLength: 1 }), fc.integer({ min: 1, max: 40 }), (values, bins) => {
      const edges = computeHistogramEdges(values, bins);
      expect(edges.length - 1).toBeLessThanOrEqual(bins);
      expect([...edges].sort((a, b) => a - b)).toEqual(edges);
      const { counts } = computeHistogram(values, edges);
      expect(counts.reduce((sum, count) => sum + count, 0)).toBe(values.length);
    }),
    { seed: 42, numRuns: 300 },
  );
});

test("values outside given edges count at the ends; values without edges are refused", () => {
  expect(computeHistogram([-5, 5], [0, 1, 2]).counts).toEqual([1, 1]);
  expect(() => computeHistogram([1], [])).toThrow(/at least two edges/);
});
