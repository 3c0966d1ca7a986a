import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { computeJaccard, computeRankBiasedOverlap } from "./listOverlap";

const letters = (text: string) => [...text];

describe("comparing two lists", () => {
  it("Jaccard sees which items changed and not their order, RBO both", () => {
    const served = letters("abcdefghij");
    const swappedTop = letters("bacdefghij");
    const changedTail = letters("abcdeklmno");
    expect(computeJaccard(served, swappedTop, 10)).toBe(1);
    expect(computeJaccard(served, changedTail, 10)).toBeCloseTo(1 / 3, 12);
    const o = { p: 0.9, depth: 10 };
    expect(computeRankBiasedOverlap(served, swappedTop, o)).toBeCloseTo(0.846466, 6);
    expect(computeRankBiasedOverlap(served, changedTail, o)).toBeCloseTo(0.874924, 6);
  });

  it("both are 1 for equal lists, 0 for disjoint ones, symmetric, and between", () => {
    const list = fc.uniqueArray(fc.integer({ min: 0, max: 30 }), { minLength: 10, maxLength: 10 });
    fc.assert(
      fc.property(list, list, (a, b) => {
        const o = { p: 0.9, depth: 10 };
        expect(computeRankBiasedOverlap(a, a, o)).toBeCloseTo(1, 12);
        expect(computeRankBiasedOverlap(a, b, o)).toBeCloseTo(computeRankBiasedOverlap(b, a, o), 12);
        expect(computeRankBiasedOverlap(a, b, o)).toBeGreaterThanOrEqual(0);
        expect(
          computeRankBiasedOverlap(
            a,
            b.map((x) => x + 100),
            o,
          ),
        ).toBe(0);
        expect(
          computeJaccard(
            a,
            b.map((x) => x + 100),
            10,
          ),
        ).toBe(0);
        expect(computeJaccard(a, b, 10)).toBe(computeJaccard(b, a, 10));
      }),
    );
  });

  it("two empty slates are alike, an empty and a full one are not", () => {
    expect(computeJaccard([], [], 10)).toBe(1);
    expect(computeRankBiasedOverlap([], ["a"], { p: 0.9, depth: 10 })).toBe(0);
    expect(() => computeRankBiasedOverlap(["a"], ["a"], { p: 1, depth: 10 })).toThrow(/p must be/);
  });
});
