import { requireInput } from "../errors";
import { computeProbabilitySequence } from "../statistics/confidenceSequence";
import { computeMoreN, decideVerdict, type Judgement, judgeNothing } from "./judgement";

export interface QuantileOptions {
  /** Upper bounds of the buckets, ascending; the last bucket of a histogram has none. */
  readonly bounds: readonly number[];
  /** Such as 0.99. */
  readonly quantile: number;
  /** The candidate's quantile may be so many times the control's. */
  readonly marginRatio: number;
  readonly alpha: number;
  readonly nMin: number;
}

/**
 * Compares a quantile of two histograms, such as the 99th percentile of latency.
 *
 * The share of values up to a bound is a probability with a confidence sequence; where that curve crosses the quantile lie the
 * ends of an interval of the quantile itself (linear between bounds), and the quotient of two such intervals holds the
 * ratio. Nothing is assumed of the shape. The error α is spread over both arms and the two bounds around the quantile.
 *
 * @param control, candidate counts by bucket, one more than there are bounds
 * @returns `no_data` below `nMin` values in either arm, or when the quantile may lie beyond the last bound
 * @throws MlInputError `shape_mismatch`, `invalid_option`
 * Cost O(buckets). Source: sequential quantile estimation by bounded functions of the distribution (Howard & Ramdas 2022).
 */
export function judgeQuantile(
  { control, candidate }: { readonly control: readonly number[]; readonly candidate: readonly number[] },
  o: QuantileOptions,
): Judgement {
  for (const counts of [control, candidate])
    requireInput(
      counts.length === o.bounds.length + 1,
      "shape_mismatch",
      `${o.bounds.length} bounds make ${o.bounds.length + 1} buckets, got ${counts.length}`,
    );
  requireInput(o.quantile > 0 && o.quantile < 1, "invalid_option", `quantile ${o.quantile} is not in (0, 1)`);
  requireInput(o.marginRatio >= 1, "invalid_option", `marginRatio must be ≥ 1, got ${o.marginRatio}`);
  const n = { control: sum(control), candidate: sum(candidate) };
  const fewest = Math.min(n.control, n.candidate);
  const threshold = o.marginRatio;
  if (fewest < Math.max(1, o.nMin))
    return judgeNothing({ threshold, n, reason: `${fewest} values in an arm; ${o.nMin} are needed` });
  const ratioAt = (factor: number) => {
    const a = findInterval(control, factor, o);
    const b = findInterval(candidate, factor, o);
    return { low: b.low / a.high, high: b.high / a.low };
  };
  const decideAt = (factor: number) => {
    const { low, high } = ratioAt(factor);
    return decideVerdict({ low, high }, { direction: "increase", margin: o.marginRatio });
  };
  const { low, high } = ratioAt(1);
  const verdict = decideAt(1);
  const estimate = findCrossing(shares(candidate), o) / findCrossing(shares(control), o);
  return {
    verdict,
    estimate: Number.isFinite(estimate) ? estimate : null,
    low,
    high,
    threshold,
    n,
    moreN: verdict === "undecided" ? computeMoreN(fewest, (factor) => decideAt(factor) !== "undecided") : 0,
    reason: null,
  };
}

/** Where the curve surely is, and surely is not yet, as high as the quantile. */
function findInterval(counts: readonly number[], factor: number, o: QuantileOptions) {
  const n = sum(counts) * factor;
  let below = 0;
  const upper: number[] = [];
  const lower: number[] = [];
  for (let b = 0; b < o.bounds.length; b++) {
    below += counts[b]! * factor;
    const share = computeProbabilitySequence(Math.min(below, n), n, o.alpha / 4);
    upper.push(share.high);
    lower.push(share.low);
  }
  return { low: findCrossing(upper, o), high: findCrossing(lower, o) };
}

/** The value at which a curve over the bounds reaches the quantile; Infinity when it does not. */
function findCrossing(curve: readonly number[], { bounds, quantile }: QuantileOptions): number {
  let before = 0;
  let from = 0;
  for (let b = 0; b < bounds.length; b++) {
    const share = curve[b]!;
    if (share >= quantile) {
      const part = share > before ? (quantile - before) / (share - before) : 1;
      return from + Math.max(0, part) * (bounds[b]! - from);
    }
    before = share;
    from = bounds[b]!;
  }
  return Number.POSITIVE_INFINITY;
}

function shares(counts: readonly number[]): number[] {
  const n = sum(counts);
  let below = 0;
  return counts.slice(0, -1).map((count) => {
    below += count;
    return below / n;
  });
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}
