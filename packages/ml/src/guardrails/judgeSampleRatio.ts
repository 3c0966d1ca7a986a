import { requireInput } from "../errors";
import { computeChiSquareTail, computeLogBeta } from "../statistics/gamma";

/** Units observed in each arm against the shares that were planned. */
export interface SampleRatio {
  readonly chiSquare: number;
  readonly degreesOfFreedom: number;
  /** Of one look at a fixed time. */
  readonly p: number;
}

/**
 * Pearson's test of a sample ratio mismatch: χ² = Σ (observed − expected)² / expected with arms − 1 degrees of freedom.
 *
 * @param observed units by arm; weights in any unit, > 0 each
 * @returns χ² = 0 and p = 1 without any unit
 * @throws MlInputError `shape_mismatch`, `invalid_option`
 * Cost O(arms). Source: Pearson 1900; Fabijan et al. 2019 for its use.
 */
export function computeSampleRatio(observed: readonly number[], weights: readonly number[]): SampleRatio {
  requireInput(
    observed.length === weights.length && observed.length >= 2,
    "shape_mismatch",
    `needs as many weights as arms and two or more, got ${observed.length} and ${weights.length}`,
  );
  requireInput(
    weights.every((w) => w > 0) && observed.every((count) => count >= 0),
    "invalid_option",
    "weights must be > 0 and counts ≥ 0",
  );
  const total = observed.reduce((sum, count) => sum + count, 0);
  const weight = weights.reduce((sum, w) => sum + w, 0);
  const degreesOfFreedom = observed.length - 1;
  if (total === 0) return { chiSquare: 0, degreesOfFreedom, p: 1 };
  let chiSquare = 0;
  observed.forEach((count, arm) => {
    const expected = (total * weights[arm]!) / weight;
    chiSquare += (count - expected) ** 2 / expected;
  });
  return { chiSquare, degreesOfFreedom, p: computeChiSquareTail(chiSquare, degreesOfFreedom) };
}

/** How sure one was of the planned share before looking, in units: a mismatch of a few percent is what is looked for. */
const PRIOR_UNITS = 1_000;

/**
 * Whether shoppers arrive in two arms in another ratio than planned. Valid under continuous looks: the likelihood under a
 * Beta prior around the planned share, over that under the share itself, is a martingale while the plan holds.
 *
 * @param o.alpha a mismatch is reported with at most this probability when there is none
 * @returns `pValue` = 1 / that ratio, at most 1; `n` is the sum of both arms
 * @throws MlInputError `invalid_option`
 * Cost O(1). Source: Lindon & Malek 2022 (sequential test of multinomial counts).
 */
export function judgeSampleRatio(
  o: {
    readonly observed: { readonly control: number; readonly candidate: number };
    readonly expected: { readonly control: number; readonly candidate: number };
  },
  { alpha }: { readonly alpha: number },
): { readonly isMismatch: boolean; readonly pValue: number; readonly n: number } {
  const { observed, expected } = o;
  requireInput(
    expected.control > 0 && expected.candidate > 0,
    "invalid_option",
    "both arms must be planned to get units",
  );
  const n = observed.control + observed.candidate;
  const share = expected.candidate / (expected.control + expected.candidate);
  const a = PRIOR_UNITS * share;
  const b = PRIOR_UNITS * (1 - share);
  const logRatio =
    computeLogBeta(a + observed.candidate, b + observed.control) -
    computeLogBeta(a, b) -
    observed.candidate * Math.log(share) -
    observed.control * Math.log1p(-share);
  const pValue = Math.min(1, Math.exp(-logRatio));
  return { isMismatch: pValue < alpha, pValue, n };
}
