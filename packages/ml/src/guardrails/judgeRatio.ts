import { requireInput } from "../errors";
import { computeSequenceWidth } from "../statistics/confidenceSequence";
import { computeMoreN, decideVerdict, type HarmDirection, type Judgement, judgeNothing } from "./judgement";

/** Sums over the shoppers of an arm: x is the denominator of the metric (such as slates), y its numerator (such as clicks). */
export interface ClusterSums {
  /** Shoppers. */
  readonly n: number;
  readonly sumX: number;
  readonly sumY: number;
  readonly sumXX: number;
  readonly sumYY: number;
  readonly sumXY: number;
}

export interface RatioOptions {
  /** Which way is worse. */
  readonly direction: HarmDirection;
  /** Change in that direction that is still as good, such as 0.05 for 5 %. */
  readonly marginRelative: number;
  readonly alpha: number;
  /** Shoppers that each arm needs before anything is said. */
  readonly nMin: number;
  /** Shoppers per arm at which the interval is to be narrowest, see `computeSequenceWidth`. */
  readonly tunedFor: number;
}

/** Below so many units of the numerator in either arm a logarithm of the ratio is far from normal. */
const EVENTS_MIN = 10;

/**
 * Compares a ratio of sums (clicks per slate, orders per slate, revenue per slate) between two arms, by shopper: what one
 * shopper does is not independent.
 *
 *   R = Σy / Σx,   s² = Σ(y − R x)² / (n − 1),   Var(ln R) = n s² / (Σy)²
 *   ln(R₁ / R₀) ± width · √(Var₁ + Var₀)
 *
 * with the width of an asymptotic confidence sequence, so that it may be looked at as often as one likes.
 *
 * @returns `no_data` below `nMin` shoppers or ten units of the numerator in either arm
 * @throws MlInputError `invalid_option` for sums that are no numbers or options out of range
 * Cost O(1). Source: delta method of a ratio over clusters (Deng, Knoblich & Lu 2018); Waudby-Smith et al. 2021.
 */
export function judgeRatio(
  { control, candidate }: { readonly control: ClusterSums; readonly candidate: ClusterSums },
  o: RatioOptions,
): Judgement {
  for (const sums of [control, candidate])
    requireInput(
      Object.values(sums).every((value) => Number.isFinite(value)),
      "invalid_option",
      "sums over shoppers must be numbers",
    );
  requireInput(
    o.marginRelative >= 0 && (o.direction === "increase" || o.marginRelative < 1),
    "invalid_option",
    `marginRelative must be ≥ 0, and below 1 where a decrease is harm, got ${o.marginRelative}`,
  );
  const threshold = o.direction === "decrease" ? 1 - o.marginRelative : 1 + o.marginRelative;
  const n = { control: control.n, candidate: candidate.n };
  const fewest = Math.min(control.n, candidate.n);
  if (fewest < Math.max(2, o.nMin))
    return judgeNothing({ threshold, n, reason: `${fewest} shoppers in an arm; ${o.nMin} are needed` });
  const fewestEvents = Math.min(control.sumY, candidate.sumY);
  // An arm in which nothing happens at all while much happens in the other is the clearest harm there is.
  if (Math.max(control.sumY, candidate.sumY) < EVENTS_MIN || fewestEvents < 0)
    return judgeNothing({ threshold, n, reason: `${fewestEvents} in an arm; ${EVENTS_MIN} are needed` });
  const parts = { control: withFloor(control), candidate: withFloor(candidate) };
  const estimate = Math.log(
    parts.candidate.sumY / parts.candidate.sumX / (parts.control.sumY / parts.control.sumX),
  );
  const variance = computeLogVariance(parts.control) + computeLogVariance(parts.candidate);
  const intervalAt = (factor: number) => {
    const width = computeSequenceWidth(fewest * factor, o.alpha, o.tunedFor) * Math.sqrt(variance / factor);
    return { low: Math.exp(estimate - width), high: Math.exp(estimate + width) };
  };
  const interval = intervalAt(1);
  const rule = { direction: o.direction, margin: threshold };
  const verdict = decideVerdict(interval, rule);
  return {
    verdict,
    estimate: Math.exp(estimate),
    ...interval,
    threshold,
    n,
    moreN:
      verdict === "undecided"
        ? computeMoreN(fewest, (factor) => decideVerdict(intervalAt(factor), rule) !== "undecided")
        : 0,
    reason: null,
  };
}

/** Half a unit stands for an arm in which nothing has happened, as if one more shopper had come half way. */
function withFloor(sums: ClusterSums): ClusterSums {
  return sums.sumY >= 1 ? sums : { ...sums, sumY: 0.5, sumYY: 0.25 };
}

function computeLogVariance({ n, sumX, sumY, sumXX, sumYY, sumXY }: ClusterSums): number {
  const ratio = sumY / sumX;
  const squares = sumYY - 2 * ratio * sumXY + ratio * ratio * sumXX;
  // Rounding may leave a little below 0 where all shoppers are alike.
  return (n * Math.max(0, squares)) / ((n - 1) * sumY * sumY);
}
