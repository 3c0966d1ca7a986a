/** A sum as an unevaluated pair high + low: about 106 bits, so that its value does not depend on the order. */
export type DoubleDouble = [high: number, low: number];

/**
 * Adds `x` to `sum` in place (Knuth's two-sum; the rounding error of every addition goes to `low`).
 *
 * Error ≤ n²·2⁻¹⁰⁶·Σ|x|, so two orders of the same n ≤ 10⁶ addends agree to far below 1e-9.
 * Cost 7 operations. Source: Ogita, Rump, Oishi 2005, "Accurate sum and dot product" (Sum2).
 */
export function addTo(sum: DoubleDouble, x: number): void {
  const high = sum[0] + x;
  const part = high - sum[0];
  sum[1] += sum[0] - (high - part) + (x - part);
  sum[0] = high;
}
