import { describe, expect, it } from "vitest";
import { computeMadScale, computeMedian } from "./robust";

describe("median and MAD scale", () => {
  it.each([
    [[], null, null],
    [[5], 5, 0],
    [[3, 1, 2], 2, 1.4826],
    [[1, 2, 3, 4], 2.5, 1.4826],
    [[7, 7, 7, 1000], 7, 0],
    // scipy.stats.median_abs_deviation([2, 7, 1, 8, 2, 8, 1, 8, 2, 8], scale=1/1.4826)
    [[2, 7, 1, 8, 2, 8, 1, 8, 2, 8], 4.5, 1.4826 * 3.5],
  ])("%j", (values, median, scale) => {
    expect(computeMedian(values)).toBe(median);
    if (scale === null) expect(computeMadScale(values)).toBeNull();
    else expect(computeMadScale(values)).toBeCloseTo(scale, 12);
  });

  it("does not change what it is given", () => {
    const values = [3, 1, 2];
    computeMadScale(values);
    expect(values).toEqual([3, 1, 2]);
  });
});
