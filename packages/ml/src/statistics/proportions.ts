import { requireInput } from "../errors";
import { computeLogGamma } from "./gamma";
import { computeNormalTail } from "./normal";

/** So many of `n` units had the event. */
export interface Proportion {
  readonly events: number;
  readonly n: number;
}

/**
 * z test of two proportions with the pooled variance.
 *
 *   z = (p₁ − p₀) / √(p (1 − p) (1/n₁ + 1/n₀)),   p = (k₁ + k₀) / (n₁ + n₀)
 *
 * @returns z (positive when the candidate's is larger) and the two-sided p; z = 0 and p = 1 when nobody or everybody
 *   had the event
 * @throws MlInputError `invalid_option` unless 0 ≤ events ≤ n and n ≥ 1
 * For one look at a fixed time; under repeated looks it alarms too often. Cost O(1).
 */
export function compareProportions(candidate: Proportion, control: Proportion): { z: number; p: number } {
  requireProportion(candidate);
  requireProportion(control);
  const pooled = (candidate.events + control.events) / (candidate.n + control.n);
  const variance = pooled * (1 - pooled) * (1 / candidate.n + 1 / control.n);
  if (variance === 0) return { z: 0, p: 1 };
  const z = (candidate.events / candidate.n - control.events / control.n) / Math.sqrt(variance);
  return { z, p: 2 * computeNormalTail(Math.abs(z)) };
}

/** Tables that are as probable as the observed one but for rounding count as such. */
const TIE = 1 + 1e-7;

/**
 * Fisher's exact test of two proportions, two-sided: the probability, with all margins fixed, of a table no more
 * probable than the observed one.
 *
 * @returns in (0, 1]
 * @throws MlInputError `invalid_option` unless 0 ≤ events ≤ n and n ≥ 1
 * Cost O(smaller margin). Source: Fisher 1935; the two-sided rule is that of R and scipy.
 */
export function computeFisherP(candidate: Proportion, control: Proportion): number {
  requireProportion(candidate);
  requireProportion(control);
  const events = candidate.events + control.events;
  const logOf = (k: number) =>
    computeLogChoose(candidate.n, k) +
    computeLogChoose(control.n, events - k) -
    computeLogChoose(candidate.n + control.n, events);
  const limit = logOf(candidate.events) + Math.log(TIE);
  const from = Math.max(0, events - control.n);
  const to = Math.min(candidate.n, events);
  let p = 0;
  for (let k = from; k <= to; k++) {
    const log = logOf(k);
    if (log <= limit) p += Math.exp(log);
  }
  return Math.min(1, p);
}

function computeLogChoose(n: number, k: number): number {
  return k === 0 || k === n
    ? 0
    : computeLogGamma(n + 1) - computeLogGamma(k + 1) - computeLogGamma(n - k + 1);
}

function requireProportion({ events, n }: Proportion): void {
  requireInput(
    Number.isInteger(n) && n >= 1 && events >= 0 && events <= n && Number.isInteger(events),
    "invalid_option",
    `a proportion is events of n ≥ 1 units, got ${events} of ${n}`,
  );
}
