import { requireInput } from "../errors";
import { computeLogBeta } from "./gamma";

/** An interval that is valid however often and whenever one looks. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/**
 * Half-width of the asymptotic confidence sequence of a mean, in standard errors: with probability 1 − α the mean is within
 * it at all sample sizes at once.
 *
 *   √( 2 (n ρ² + 1) / (n ρ²) · ln( √(n ρ² + 1) / α ) ),   ρ² = (−2 ln α + ln(−2 ln α) + 1) / N*
 *
 * @param n units so far, > 0
 * @param alpha in (0, 1)
 * @param tunedFor N*: the size at which the sequence is narrowest in proportion
 * @returns a multiple of the standard error; about 2.9 at n = N* for α = 0.05, where a fixed look has 1.96
 * @throws MlInputError `invalid_option`
 * Cost O(1). Source: Waudby-Smith, Arbour, Sinha, Kennedy & Ramdas, "Time-uniform central limit theory" (arXiv 2103.06476).
 */
export function computeSequenceWidth(n: number, alpha: number, tunedFor: number): number {
  requireInput(alpha > 0 && alpha < 1, "invalid_option", `alpha must be in (0, 1), got ${alpha}`);
  requireInput(n > 0 && tunedFor > 0, "invalid_option", `sizes must be > 0, got ${n} and ${tunedFor}`);
  const spread = (-2 * Math.log(alpha) + Math.log(-2 * Math.log(alpha)) + 1) / tunedFor;
  const m = n * spread;
  return Math.sqrt(((2 * (m + 1)) / m) * Math.log(Math.sqrt(m + 1) / alpha));
}

/**
 * Confidence sequence of a probability: all p that the mixture of likelihoods over Beta(½, ½) does not exceed 1/α-fold.
 *
 *   { p : B(k + ½, n − k + ½) / B(½, ½) / (p^k (1 − p)^(n−k)) < 1/α }
 *
 * Exact for any n, also for rare events: that ratio is a martingale for the true p, and Ville's inequality bounds its maximum.
 *
 * @param events k, 0 … n; n ≥ 0; with n = 0 the interval is [0, 1]
 * @throws MlInputError `invalid_option`
 * Cost: two bisections. Source: Robbins 1970; Howard, Ramdas, McAuliffe & Sekhon 2021, section 3.
 */
export function computeProbabilitySequence(events: number, n: number, alpha: number): Interval {
  requireInput(alpha > 0 && alpha < 1, "invalid_option", `alpha must be in (0, 1), got ${alpha}`);
  requireInput(
    n >= 0 && events >= 0 && events <= n,
    "invalid_option",
    `needs 0 ≤ events ≤ n, got ${events} of ${n}`,
  );
  if (n === 0) return { low: 0, high: 1 };
  const limit = computeLogBeta(events + 0.5, n - events + 0.5) - computeLogBeta(0.5, 0.5) + Math.log(alpha);
  const isInside = (p: number) => computeLogLikelihood(events, n, p) > limit;
  const estimate = events / n;
  return {
    low: events === 0 ? 0 : bisect(isInside, { inside: estimate, outside: 0 }),
    high: events === n ? 1 : bisect(isInside, { inside: estimate, outside: 1 }),
  };
}

function computeLogLikelihood(events: number, n: number, p: number): number {
  const yes = events === 0 ? 0 : events * Math.log(p);
  const no = events === n ? 0 : (n - events) * Math.log1p(-p);
  return yes + no;
}

/** The edge of an interval. */
function bisect(isInside: (p: number) => boolean, o: { inside: number; outside: number }): number {
  let { inside, outside } = o;
  for (let i = 0; i < 60; i++) {
    const middle = (inside + outside) / 2;
    if (isInside(middle)) inside = middle;
    else outside = middle;
  }
  return (inside + outside) / 2;
}
