import { requireInput } from "../errors";

// Coefficients of Lanczos' approximation with g = 607/128 (Godfrey 2001).
const LANCZOS_G = 607 / 128;
const LANCZOS = [
  0.9999999999999971, 57.15623566586292, -59.59796035547549, 14.136097974741746, -0.4919138160976202,
  3.399464998481189e-5, 4.652362892704858e-5, -9.837447530487956e-5, 0.0001580887032249125,
  -0.00021026444172410488, 0.00021743961811521265, -0.0001643181065367639, 8.441822398385275e-5,
  -2.6190838401581408e-5, 3.6899182659531625e-6,
] as const;
const TERMS_MAX = 10_000;
const TINY = 1e-300;

/**
 * Logarithm of the gamma function.
 *
 * @param x > 0
 * @returns relative error below 10⁻¹³
 * @throws MlInputError `invalid_option`
 * Cost O(1). Source: Lanczos 1964.
 */
export function computeLogGamma(x: number): number {
  requireInput(x > 0, "invalid_option", `log Γ needs x > 0, got ${x}`);
  let sum = LANCZOS[0] as number;
  for (let i = 1; i < LANCZOS.length; i++) sum += LANCZOS[i]! / (x + i - 1);
  const t = x - 1 + LANCZOS_G + 0.5;
  return Math.log(Math.sqrt(2 * Math.PI)) + (x - 0.5) * Math.log(t) - t + Math.log(sum);
}

/** log B(a, b) = log Γ(a) + log Γ(b) − log Γ(a + b), for a, b > 0. Cost O(1). */
export function computeLogBeta(a: number, b: number): number {
  return computeLogGamma(a) + computeLogGamma(b) - computeLogGamma(a + b);
}

/**
 * Upper tail of the chi-square distribution, P(X ≥ x) = Q(df/2, x/2).
 *
 * @param x ≥ 0; df > 0
 * @returns in [0, 1], relative error below 10⁻¹⁰ also far in the tail
 * @throws MlInputError `invalid_option`
 * Cost: about √x terms. Source: Abramowitz & Stegun 1964, 6.5.29 (series) and 6.5.31 (continued fraction by Lentz).
 */
export function computeChiSquareTail(x: number, df: number): number {
  requireInput(x >= 0 && df > 0, "invalid_option", `chi-square needs x ≥ 0 and df > 0, got ${x} and ${df}`);
  const a = df / 2;
  const z = x / 2;
  if (z === 0) return 1;
  const scale = Math.exp(a * Math.log(z) - z - computeLogGamma(a));
  if (z < a + 1) {
    let term = 1 / a;
    let sum = term;
    for (let n = 1; n < TERMS_MAX && term > sum * 1e-17; n++) {
      term *= z / (a + n);
      sum += term;
    }
    return Math.max(0, 1 - scale * sum);
  }
  let b = z + 1 - a;
  let c = 1 / TINY;
  let d = 1 / b;
  let fraction = d;
  for (let n = 1; n < TERMS_MAX; n++) {
    const an = -n * (n - a);
    b += 2;
    d = 1 / (an * d + b || TINY);
    c = b + an / c || TINY;
    const step = c * d;
    fraction *= step;
    if (Math.abs(step - 1) < 1e-16) break;
  }
  return scale * fraction;
}
