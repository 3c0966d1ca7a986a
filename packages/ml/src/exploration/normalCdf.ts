/**
 * Distribution function of the standard normal, Φ(x) = ½ erfc(−x / √2).
 *
 * @returns in [0, 1], absolute error below 1.2 · 10⁻⁷; 0 and 1 at −∞ and +∞, NaN for NaN
 * Cost O(1). Source: rational Chebyshev fit of erfc, Press et al., "Numerical Recipes", erfcc.
 */
export function computeNormalCdf(x: number): number {
  const z = Math.abs(x) / Math.SQRT2;
  const t = 1 / (1 + z / 2);
  let sum = 0.17087277;
  for (const c of COEFFICIENTS) sum = c + t * sum;
  const tail = (t * Math.exp(-z * z + sum)) / 2;
  return x >= 0 ? 1 - tail : tail;
}

/** From the highest power down. */
const COEFFICIENTS = [
  -0.82215223, 1.48851587, -1.13520398, 0.27886807, -0.18628806, 0.09678418, 0.37409196, 1.00002368,
  -1.26551223,
];
