import { requireInput } from "../errors";

/** Below this the series of erf converges faster than the continued fraction of erfc. */
const SERIES_MAX = 2.5;
const TINY = 1e-300;

/**
 * Distribution function of the standard normal, Φ(x) = ½ erfc(−x / √2).
 *
 * @returns in [0, 1], relative error below 10⁻¹² also far in the lower tail; 0 and 1 at −∞ and +∞, NaN for NaN
 * Cost O(1), up to about 60 terms. Source: Abramowitz & Stegun 1964, 7.1.6 (series of erf) and 7.1.14 (continued fraction
 * of erfc, evaluated by the method of Lentz).
 */
export function computeNormalCdf(x: number): number {
  if (Number.isNaN(x)) return Number.NaN;
  const z = Math.abs(x) / Math.SQRT2;
  if (z < SERIES_MAX) return 0.5 + (Math.sign(x) * sumErfSeries(z)) / 2;
  const tail = computeErfc(z) / 2;
  return x > 0 ? 1 - tail : tail;
}

/** Upper tail 1 − Φ(x), exact also where Φ is 1 to all digits. Cost as `computeNormalCdf`. */
export function computeNormalTail(x: number): number {
  return computeNormalCdf(-x);
}

/** Density of the standard normal, φ(x) = exp(−x² / 2) / √(2π). Cost O(1). */
export function computeNormalDensity(x: number): number {
  return Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
}

/**
 * The x with Φ(x) = p.
 *
 * @param p in [0, 1]; 0 and 1 give −∞ and +∞
 * @returns relative error below 10⁻¹²
 * @throws MlInputError `invalid_option` for a p outside [0, 1]
 * Cost: bisection to a rough value, then a few Newton steps. Source: Φ is monotone and smooth.
 */
export function computeNormalQuantile(p: number): number {
  requireInput(p >= 0 && p <= 1, "invalid_option", `a probability must be in [0, 1], got ${p}`);
  if (p === 0) return Number.NEGATIVE_INFINITY;
  if (p === 1) return Number.POSITIVE_INFINITY;
  // By symmetry in the lower half, where probabilities keep their digits.
  if (p > 0.5) return -computeNormalQuantile(1 - p);
  let low = -40;
  let high = 0;
  while (high - low > 0.1) {
    const middle = (low + high) / 2;
    if (computeNormalCdf(middle) < p) low = middle;
    else high = middle;
  }
  let x = (low + high) / 2;
  for (let i = 0; i < 10; i++) {
    // On the logarithm: far in the tail Φ itself is too curved for Newton's method.
    const cdf = computeNormalCdf(x);
    const step = ((Math.log(cdf) - Math.log(p)) * cdf) / computeNormalDensity(x);
    x -= step;
    if (Math.abs(step) < 1e-15 * Math.max(1, Math.abs(x))) break;
  }
  return x;
}

/** erf(z) = 2/√π · e^(−z²) · Σ 2ⁿ z^(2n+1) / (1·3·…·(2n+1)), all terms positive. */
function sumErfSeries(z: number): number {
  let term = z;
  let sum = z;
  for (let n = 1; term > sum * 1e-17; n++) {
    term *= (2 * z * z) / (2 * n + 1);
    sum += term;
  }
  return ((2 * Math.exp(-z * z)) / Math.sqrt(Math.PI)) * sum;
}

/** erfc(z) = e^(−z²)/√π · 1/(z + ½/(z + 1/(z + 3/2/(z + …)))) for z > 0. */
function computeErfc(z: number): number {
  if (z > 27) return 0;
  let c = z;
  let d = 0;
  let fraction = z;
  for (let n = 1; n < 200; n++) {
    const a = n / 2;
    d = z + a * d || TINY;
    c = z + a / c || TINY;
    d = 1 / d;
    fraction *= c * d;
    if (Math.abs(c * d - 1) < 1e-16) break;
  }
  return Math.exp(-z * z) / (Math.sqrt(Math.PI) * fraction);
}
