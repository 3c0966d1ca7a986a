import {
  ROLLOUT_BUCKETS,
  type RolloutPlan,
  type RolloutState,
  type RolloutTraffic,
} from "@shortlist/contracts";

type Shares = Pick<RolloutTraffic, "candidateBuckets" | "controlBuckets" | "shadowPct">;

const NOBODY: Shares = { candidateBuckets: 0, controlBuckets: 0, shadowPct: 0 };

/** Who gets what in a state; null when replicas are to know nothing of the rollout. A hold changes nothing. */
export function computeTraffic(plan: RolloutPlan, state: RolloutState): Shares | null {
  switch (state.phase) {
    case "preparing":
      return NOBODY;
    case "shadow":
    case "canary": {
      const step = plan.steps[state.stepIndex];
      if (step === undefined) return NOBODY;
      if (step.kind === "shadow") return { ...NOBODY, shadowPct: step.sharePct };
      const candidateBuckets = toBuckets(step.candidatePct);
      // As large as the candidate's, from the other end, so that nobody comes into it from the candidate.
      return {
        candidateBuckets,
        controlBuckets: Math.min(candidateBuckets, ROLLOUT_BUCKETS - candidateBuckets),
        shadowPct: 0,
      };
    }
    case "holdback": {
      const controlBuckets = toBuckets(plan.holdback?.pct ?? 0);
      return { candidateBuckets: ROLLOUT_BUCKETS - controlBuckets, controlBuckets, shadowPct: 0 };
    }
    case "scheduled":
    case "completed":
    case "aborted":
    case "rolled_back":
      return null;
  }
}

function toBuckets(pct: number): number {
  return Math.max(1, Math.round((pct / 100) * ROLLOUT_BUCKETS));
}

/** Share of shoppers a step gives the candidate. */
export function readCandidatePct(plan: RolloutPlan, stepIndex: number): number {
  const step = plan.steps[stepIndex];
  if (step === undefined) return stepIndex < 0 ? 0 : 100;
  return step.kind === "canary" ? step.candidatePct : 0;
}
