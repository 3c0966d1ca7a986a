import type { RolloutPlan } from "@shortlist/contracts";
import type { RecentTraffic } from "@shortlist/lake";
import { judgeRatio } from "@shortlist/ml";
import { TUNED_FOR_SHOPPERS } from "./judge";
import type { ScheduledStep } from "./schedule";

/** What a step would see of shoppers, if traffic goes on as it was. */
export interface StepForecast {
  /** In each arm, by the end of the step. Slates of every step so far; shoppers come again, so these are at most. */
  readonly shoppersPerArm: number;
  readonly slatesPerArm: number;
  /**
   * Smallest share of clicked slates lost, beyond the margin, that would be called harm by the end of the step; null when
   * none would, as before shoppers get the candidate.
   */
  readonly detectableClickLoss: number | null;
}

/** Shares of a per cent are not worth telling. */
const SMALLEST_LOSS = 0.001;

/** One forecast a step. Traffic of a day is taken to be spread evenly over it. */
export function forecastSteps(
  plan: RolloutPlan,
  steps: readonly ScheduledStep[],
  traffic: RecentTraffic,
): StepForecast[] {
  const guardrail = plan.guardrails.find(({ metric }) => metric === "click_through");
  let armHours = 0;
  return steps.map(({ startMs, endMs, controlPct, candidatePct }) => {
    armHours += (Math.min(controlPct, candidatePct) / 100) * ((endMs - startMs) / 3_600_000);
    const share = armHours / traffic.hours;
    return {
      shoppersPerArm: Math.round(traffic.shoppers * share),
      slatesPerArm: Math.round(traffic.slates * share),
      detectableClickLoss:
        guardrail === undefined || share === 0 ? null : findDetectableLoss(traffic, share, guardrail),
    };
  });
}

function findDetectableLoss(
  { clickThrough }: RecentTraffic,
  share: number,
  o: { margin: number; alpha: number; nMin: number },
): number | null {
  const control = scale(clickThrough, share, 1);
  const isHarm = (loss: number) =>
    judgeRatio(
      { control, candidate: scale(clickThrough, share, 1 - loss) },
      {
        direction: "decrease",
        marginRelative: Math.min(0.99, o.margin),
        alpha: o.alpha,
        nMin: o.nMin,
        tunedFor: TUNED_FOR_SHOPPERS,
      },
    ).verdict === "harm";
  let high = 0.99;
  if (!isHarm(high)) return null;
  let low = o.margin;
  while (high - low > SMALLEST_LOSS) {
    const middle = (low + high) / 2;
    if (isHarm(middle)) high = middle;
    else low = middle;
  }
  return high;
}

/** So many times the shoppers, of whom each has only a part of the numerator. */
function scale(sums: RecentTraffic["clickThrough"], factor: number, kept: number) {
  return {
    n: sums.n * factor,
    sumX: sums.sumX * factor,
    sumY: sums.sumY * factor * kept,
    sumXX: sums.sumXX * factor,
    sumYY: sums.sumYY * factor * kept * kept,
    sumXY: sums.sumXY * factor * kept,
  };
}
