/**
 * `harm`: worse than the control, and not shown to be within the margin. `safe`: shown to be within the margin. `undecided`:
 * neither, yet. `no_data`: too little to say anything; never a pass.
 */
export type Verdict = "harm" | "safe" | "undecided" | "no_data";

export interface Judgement {
  readonly verdict: Verdict;
  /** Candidate over control, as a ratio (1: equal); null when it cannot be computed. */
  readonly estimate: number | null;
  /** Confidence sequence of that ratio; `high` may be Infinity. */
  readonly low: number | null;
  readonly high: number | null;
  /** Margin on the same scale: within it the candidate is as good as the control. */
  readonly threshold: number;
  readonly n: { readonly control: number; readonly candidate: number };
  /** Further units per arm until a verdict, if what was seen goes on; 0 when there is one, null when unknown. */
  readonly moreN: number | null;
  /** In words, when there is no verdict. */
  readonly reason: string | null;
}

/** Which way is worse. */
export type HarmDirection = "increase" | "decrease";

/** Beyond it "go on waiting" is no help. */
const MORE_MAX = 1e9;

/**
 * The verdict of an interval of the ratio candidate / control.
 *
 * For a metric of which more is worse (margin ≥ 1): safe when high < margin, else harm when low > 1. For one of which less is
 * worse (margin ≤ 1): safe when low > margin, else harm when high < 1. So what is certainly worse is harm, unless it is
 * certainly so little worse that the margin allows it.
 */
export function decideVerdict(
  { low, high }: { low: number; high: number },
  { direction, margin }: { direction: HarmDirection; margin: number },
): Exclude<Verdict, "no_data"> {
  if (direction === "increase") return high < margin ? "safe" : low > 1 ? "harm" : "undecided";
  return low > margin ? "safe" : high < 1 ? "harm" : "undecided";
}

/** A judgement without a verdict, and why. */
export function judgeNothing(o: Pick<Judgement, "threshold" | "n"> & { reason: string }): Judgement {
  return { verdict: "no_data", estimate: null, low: null, high: null, moreN: null, ...o };
}

/**
 * How many further units per arm until there is a verdict, if everything goes on in proportion.
 *
 * @param isDecidedAt whether there is one with so many times the data; asked at growing factors
 */
export function computeMoreN(n: number, isDecidedAt: (factor: number) => boolean): number | null {
  let high = 2;
  while (!isDecidedAt(high)) {
    high *= 2;
    if (n * high > MORE_MAX || high > 1e6) return null;
  }
  let low = high / 2;
  for (let i = 0; i < 20; i++) {
    const middle = (low + high) / 2;
    if (isDecidedAt(middle)) high = middle;
    else low = middle;
  }
  return Math.ceil((high - 1) * n);
}
