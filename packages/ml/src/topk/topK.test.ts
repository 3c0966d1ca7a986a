import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { selectTopK } from "./topK";

describe("selectTopK", () => {
  it("equals a full sort with ties to the lower index, for any scores and k", () => {
    const score = fc.oneof(
      fc.integer({ min: -4, max: 4 }),
      fc.constant(Number.NEGATIVE_INFINITY),
      fc.constant(Number.NaN),
    );
    fc.assert(
      fc.property(fc.array(score, { maxLength: 80 }), fc.integer({ min: 0, max: 90 }), (values, k) => {
        const scores = Float32Array.from(values);
        const out = new Int32Array(Math.min(k, scores.length));
        const written = selectTopK(scores, scores.length, k, out);
        const expected = [...scores.keys()]
          .filter((i) => scores[i]! > Number.NEGATIVE_INFINITY)
          .sort((a, b) => scores[b]! - scores[a]! || a - b)
          .slice(0, k);
        expect([...out.subarray(0, written)]).toEqual(expected);
      }),
      { numRuns: 500 },
    );
  });

  it("reads only the first `count` scores", () => {
    const out = new Int32Array(2);
    expect(selectTopK(Float32Array.of(1, 2, 99), 2, 2, out)).toBe(2);
    expect([...out]).toEqual([1, 0]);
  });
});
