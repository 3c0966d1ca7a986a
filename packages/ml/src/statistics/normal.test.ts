import { describe, expect, it } from "vitest";
import { computeNormalCdf, computeNormalQuantile, computeNormalTail } from "./normal";

describe("the distribution function of the normal", () => {
  // scipy.stats.norm.cdf
  it.each([
    [0, 0.5],
    [1, 0.8413447460685429],
    [-1.96, 0.024997895148220435],
    [3, 0.9986501019683699],
    [-5, 2.866515718791933e-7],
    [-10, 7.61985302416047e-24],
    [-35, 1.124910706472406e-268],
  ])("at %d is %d to twelve digits", (x, p) => {
    expect(Math.abs(computeNormalCdf(x) / p - 1)).toBeLessThan(1e-12);
  });

  it("is 0 and 1 at the ends and keeps the digits of the upper tail", () => {
    expect(computeNormalCdf(Number.NEGATIVE_INFINITY)).toBe(0);
    expect(computeNormalCdf(Number.POSITIVE_INFINITY)).toBe(1);
    expect(computeNormalCdf(Number.NaN)).toBeNaN();
    expect(Math.abs(computeNormalTail(10) / 7.61985302416047e-24 - 1)).toBeLessThan(1e-12);
  });
});

describe("the quantile of the normal", () => {
  // scipy.stats.norm.ppf
  it.each([
    [0.975, 1.959963984540054],
    [0.01, -2.3263478740408408],
    [1e-10, -6.361340902404056],
    [0.5, 0],
  ])("at %d is %d", (p, x) => {
    expect(Math.abs(computeNormalQuantile(p) - x)).toBeLessThan(1e-11);
  });

  it("is the inverse of the distribution function", () => {
    for (let x = -30; x <= 6; x += 0.37)
      expect(Math.abs(computeNormalQuantile(computeNormalCdf(x)) - x)).toBeLessThan(1e-7);
  });

  it("refuses what is no probability", () => {
    expect(() => computeNormalQuantile(1.1)).toThrow(/probability/);
    expect(computeNormalQuantile(0)).toBe(Number.NEGATIVE_INFINITY);
  });
});
