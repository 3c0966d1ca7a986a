import {
  type Guardrail,
  LATENCY_BOUNDS_MS,
  ROLLOUT_METRICS,
  type RolloutPlan,
  type RolloutState,
} from "@shortlist/contracts";
import {
  type ClusterSums,
  type Judgement,
  judgeCounts,
  judgeNever,
  judgeQuantile,
  judgeRatio,
  judgeSampleRatio,
} from "@shortlist/ml";
import type { Assessment, GuardrailVerdict } from "./assessment";
import type { ArmCounts, Measurements, OutcomeMetric, Outcomes } from "./measurements";
import { computeTraffic } from "./traffic";

// What the measurements say by the plan. Pure, so that a decision of the ledger can be judged again from what it keeps.

/** A candidate that nobody asked for so long is not being measured. */
const SILENT_MINUTES = 5;
/** The archive is a few seconds behind; a minute and a half is a fault. */
const ARCHIVE_BEHIND_MS = 90_000;
/** Of each step: a rollout of ten steps is held for a split that is right in one of two hundred. */
const SAMPLE_RATIO_ALPHA = 0.0005;
/** Shoppers per arm at which intervals are narrowest: what a canary of a mid-sized shop sees in a day. */
export const TUNED_FOR_SHOPPERS = 1_000;

type Found = Pick<GuardrailVerdict, "values" | "window"> & {
  judgement: Omit<Judgement, "threshold"> & { threshold: number | null };
};

export function judge(plan: RolloutPlan, state: RolloutState, measured: Measurements): Assessment {
  const isMeasured = state.phase === "canary" || state.phase === "holdback";
  const { counts, outcomes } = measured;
  return {
    replicas: measured.replicas,
    guardrails: isMeasured
      ? plan.guardrails.map((guardrail) => judgeGuardrail(plan, guardrail, measured))
      : [],
    sampleRatio: isMeasured && outcomes !== null ? judgeSplit(plan, state, outcomes) : null,
    candidateRequests: counts?.arms.candidate.requests ?? null,
    shadow:
      state.phase === "shadow" && measured.shadow !== null
        ? { n: measured.shadow.n, problems: findShadowProblems(plan, measured.shadow) }
        : null,
    dataProblem: isMeasured ? findDataProblem(measured) : measured.shadowProblem,
  };
}

function findDataProblem({ counts, atMs }: Measurements): string | null {
  if (counts === null) return "the funnel counters cannot be read";
  const { lastCandidateMinute } = counts;
  const silent = lastCandidateMinute === null ? null : Math.floor(atMs / 60_000) - lastCandidateMinute;
  return silent !== null && silent >= SILENT_MINUTES
    ? `nobody asked for the candidate in the last ${silent} minutes`
    : null;
}

function judgeGuardrail(plan: RolloutPlan, guardrail: Guardrail, measured: Measurements): GuardrailVerdict {
  const { metric, action, gate } = guardrail;
  const about = ROLLOUT_METRICS[metric];
  const alpha = guardrail.alpha / countWindows(plan, about.kind);
  const { judgement, values, window } =
    about.kind === "ratio"
      ? judgeOutcome(guardrail, { metric: metric as OutcomeMetric, alpha, measured })
      : judgeFast(guardrail, { alpha, measured });
  return {
    metric,
    clock: about.clock,
    action,
    gate,
    alpha,
    values,
    window,
    verdict: judgement.verdict,
    estimate: toFinite(judgement.estimate),
    low: toFinite(judgement.low),
    high: toFinite(judgement.high),
    threshold: judgement.threshold,
    n: judgement.n,
    moreN: judgement.moreN,
    reason: judgement.reason,
  };
}

/** How often the alpha is spent: counters are looked at by step, outcomes once before 100 % and once after. */
function countWindows(plan: RolloutPlan, kind: "count" | "quantile" | "ratio"): number {
  const steps = kind === "ratio" ? 1 : plan.steps.filter((step) => step.kind === "canary").length;
  return Math.max(1, steps) + (plan.holdback === null ? 0 : 1);
}

function judgeFast(guardrail: Guardrail, o: { alpha: number; measured: Measurements }): Found {
  const { counts, atMs } = o.measured;
  if (counts === null) return findNothing("the funnel counters cannot be read", { fromMs: atMs, toMs: atMs });
  const window = { fromMs: counts.fromMs, toMs: atMs };
  const { control, candidate } = counts.arms;
  const { metric, nMin, fineShare } = guardrail;
  const options = { marginRatio: 1 + guardrail.margin, alpha: o.alpha, nMin };
  if (metric === "latency_p50" || metric === "latency_p99") {
    const { quantile } = ROLLOUT_METRICS[metric];
    return {
      judgement: judgeQuantile(
        { control: control.latency, candidate: candidate.latency },
        { ...options, bounds: LATENCY_BOUNDS_MS, quantile },
      ),
      values: {
        control: estimateLatency(control.latency, quantile),
        candidate: estimateLatency(candidate.latency, quantile),
      },
      window,
    };
  }
  const toProportion = (arm: ArmCounts) => ({
    // One request can have many such items or scores; counters of a minute may be a flush apart.
    events: Math.min(arm.requests, readEvents(arm, metric)),
    n: arm.requests,
  });
  const arms = { control: toProportion(control), candidate: toProportion(candidate) };
  const shareOf = ({ events, n }: { events: number; n: number }) => (n === 0 ? null : events / n);
  const values = { control: shareOf(arms.control), candidate: shareOf(arms.candidate) };
  const isNever = metric === "gate_violations" || metric === "non_finite";
  return {
    judgement: isNever
      ? judgeNever(arms.candidate, { nMin })
      : judgeCounts(arms, { ...options, ...(fineShare === null ? {} : { fineRate: fineShare }) }),
    values,
    window,
  };
}

function readEvents(arm: ArmCounts, metric: Guardrail["metric"]): number {
  switch (metric) {
    case "failed":
      return arm.failed;
    case "empty":
      return arm.empty;
    case "fallback":
      return arm.fallback;
    case "gate_violations":
      return arm.gateViolations;
    case "non_finite":
      return arm.nonFinite;
    default:
      return 0;
  }
}

function judgeOutcome(
  guardrail: Guardrail,
  o: { metric: OutcomeMetric; alpha: number; measured: Measurements },
): Found {
  const { outcomes, outcomesProblem, counts, atMs } = o.measured;
  if (outcomes === null)
    return findNothing(outcomesProblem ?? "no slate of the rollout is archived yet", {
      fromMs: atMs,
      toMs: atMs,
    });
  const isDelayed = ROLLOUT_METRICS[o.metric].clock === "slow";
  const window = { fromMs: outcomes.fromMs, toMs: isDelayed ? outcomes.maturedUntilMs : atMs };
  const lastRequestMs = (counts?.lastCandidateMinute ?? 0) * 60_000;
  if (lastRequestMs - (outcomes.newestSlateMs ?? 0) > ARCHIVE_BEHIND_MS)
    return findNothing("the archive is behind the requests", window);
  if (window.toMs <= window.fromMs)
    return findNothing("no slate is old enough for its orders to be counted", window);
  const sums = outcomes.sums[o.metric];
  const rateOf = ({ sumX, sumY }: ClusterSums) => (sumX === 0 ? null : sumY / sumX);
  return {
    judgement: judgeRatio(sums, {
      direction: ROLLOUT_METRICS[o.metric].harm,
      marginRelative: Math.min(0.99, guardrail.margin),
      alpha: o.alpha,
      nMin: guardrail.nMin,
      tunedFor: TUNED_FOR_SHOPPERS,
    }),
    values: { control: rateOf(sums.control), candidate: rateOf(sums.candidate) },
    window,
  };
}

function findNothing(reason: string, window: GuardrailVerdict["window"]): Found {
  const n = { control: 0, candidate: 0 };
  const nothing = { estimate: null, low: null, high: null, threshold: null, moreN: null };
  return {
    judgement: { verdict: "no_data", n, reason, ...nothing },
    values: { control: null, candidate: null },
    window,
  };
}

/** Shoppers of the step against the buckets that the step gives each arm. */
function judgeSplit(plan: RolloutPlan, state: RolloutState, outcomes: Outcomes): Assessment["sampleRatio"] {
  const traffic = computeTraffic(plan, state);
  if (traffic === null || traffic.controlBuckets === 0 || traffic.candidateBuckets === 0) return null;
  const { shoppers } = outcomes;
  const judged = judgeSampleRatio(
    {
      observed: shoppers,
      expected: { control: traffic.controlBuckets, candidate: traffic.candidateBuckets },
    },
    { alpha: SAMPLE_RATIO_ALPHA },
  );
  return { ...judged, observed: shoppers };
}

function findShadowProblems(plan: RolloutPlan, shadow: NonNullable<Measurements["shadow"]>): string[] {
  const { failureSharePctMax, gateViolationsMax, nonFiniteMax, overlapMin } = plan.shadowLimits;
  const failedPct = shadow.n === 0 ? 0 : (shadow.failed / shadow.n) * 100;
  const { overlapMean } = shadow;
  return [
    ...(failedPct > failureSharePctMax
      ? [
          `the candidate had no slate for ${failedPct.toFixed(1)} % of requests; ${failureSharePctMax} % are allowed`,
        ]
      : []),
    ...(shadow.gateViolations > gateViolationsMax
      ? [
          `the candidate let ${shadow.gateViolations} ineligible items through; ${gateViolationsMax} are allowed`,
        ]
      : []),
    ...(shadow.nonFinite > nonFiniteMax
      ? [`${shadow.nonFinite} scores of the candidate are no numbers; ${nonFiniteMax} are allowed`]
      : []),
    ...(overlapMin !== null && overlapMean !== null && overlapMean < overlapMin
      ? [`slates share ${overlapMean.toFixed(2)} of their items; at least ${overlapMin} is wanted`]
      : []),
  ];
}

/** The upper bound of the bucket that holds the quantile, in milliseconds; null without requests. */
function estimateLatency(latency: readonly number[], quantile: number): number | null {
  const n = latency.reduce((sum, count) => sum + count, 0);
  if (n === 0) return null;
  let below = 0;
  const bucket = latency.findIndex((count) => {
    below += count;
    return below >= quantile * n;
  });
  return LATENCY_BOUNDS_MS[bucket] ?? null;
}

/** JSON knows no infinity; a bound that is not there is null. */
function toFinite(value: number | null): number | null {
  return value === null || !Number.isFinite(value) ? null : value;
}
