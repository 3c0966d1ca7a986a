import { requireInput } from "../errors";
import { computeProbabilitySequence, type Interval } from "../statistics/confidenceSequence";
import type { Proportion } from "../statistics/proportions";
import { computeMoreN, decideVerdict, type Judgement, judgeNothing } from "./judgement";

export interface CountsOptions {
  /** The candidate's rate may be so many times the control's, such as 1.5. */
  readonly marginRatio: number;
  readonly alpha: number;
  /** Requests that each arm needs before anything is said. */
  readonly nMin: number;
  /** A rate of the candidate shown to be below this is fine whatever the control's is: 0 unless given. */
  readonly fineRate?: number;
}

/**
 * Compares how often something bad happens (errors, empty slates, fallbacks, scores that are no numbers).
 *
 * Given K bad events in both arms together, the candidate's number is binomial with θ = ρ n₁ / (ρ n₁ + n₀), where ρ is the
 * ratio of the rates. The confidence sequence of θ gives that of ρ: exact for events as rare as you like, and valid under
 * continuous looks.
 *
 * @returns `no_data` below `nMin` requests in either arm. Without any event on either side only `fineRate` can say `safe`.
 * @throws MlInputError `invalid_option`
 * Assumes that requests fail independently; one shopper whose every request fails counts as many. Cost: a few bisections.
 * Source: conditional test of two Poisson rates (Przyborowski & Wilenski 1940) with Robbins' mixture.
 */
export function judgeCounts(
  { control, candidate }: { readonly control: Proportion; readonly candidate: Proportion },
  o: CountsOptions,
): Judgement {
  for (const { events, n } of [control, candidate])
    requireInput(
      events >= 0 && events <= n && Number.isFinite(n),
      "invalid_option",
      `needs 0 ≤ events ≤ n, got ${events} of ${n}`,
    );
  requireInput(o.marginRatio >= 1, "invalid_option", `marginRatio must be ≥ 1, got ${o.marginRatio}`);
  const n = { control: control.n, candidate: candidate.n };
  const fewest = Math.min(control.n, candidate.n);
  const threshold = o.marginRatio;
  if (fewest < Math.max(1, o.nMin))
    return judgeNothing({ threshold, n, reason: `${fewest} requests in an arm; ${o.nMin} are needed` });
  const decideAt = (factor: number) => {
    const interval = computeRatioSequence(scale(control, factor), scale(candidate, factor), o.alpha);
    const verdict = decideVerdict(interval, { direction: "increase", margin: o.marginRatio });
    const isFine =
      verdict !== "safe" &&
      o.fineRate !== undefined &&
      computeProbabilitySequence(candidate.events * factor, candidate.n * factor, o.alpha).high < o.fineRate;
    return { interval, verdict: isFine ? ("safe" as const) : verdict };
  };
  const { interval, verdict } = decideAt(1);
  const rate0 = control.events / control.n;
  const rate1 = candidate.events / candidate.n;
  return {
    verdict,
    estimate: rate0 === 0 ? null : rate1 / rate0,
    ...interval,
    threshold,
    n,
    moreN:
      verdict === "undecided"
        ? computeMoreN(fewest, (factor) => decideAt(factor).verdict !== "undecided")
        : 0,
    reason: control.events + candidate.events === 0 && verdict === "undecided" ? "no such event yet" : null,
  };
}

/** What must never happen: one event in the candidate's arm is harm, whatever happened in the control's. */
export function judgeNever(candidate: Proportion, o: { readonly nMin: number }): Judgement {
  const n = { control: 0, candidate: candidate.n };
  if (candidate.events === 0 && candidate.n < o.nMin)
    return judgeNothing({ threshold: 0, n, reason: `${candidate.n} requests; ${o.nMin} are needed` });
  return {
    verdict: candidate.events > 0 ? "harm" : "safe",
    estimate: null,
    low: null,
    high: null,
    threshold: 0,
    n,
    moreN: 0,
    reason: null,
  };
}

function computeRatioSequence(control: Proportion, candidate: Proportion, alpha: number): Interval {
  const events = control.events + candidate.events;
  const share = computeProbabilitySequence(candidate.events, events, alpha);
  const toRatio = (theta: number) =>
    theta >= 1 ? Number.POSITIVE_INFINITY : ((theta / (1 - theta)) * control.n) / candidate.n;
  return { low: toRatio(share.low), high: toRatio(share.high) };
}

function scale({ events, n }: Proportion, factor: number): Proportion {
  return { events: events * factor, n: n * factor };
}
