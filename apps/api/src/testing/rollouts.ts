import { type RolloutCandidate, RolloutPlan } from "@shortlist/contracts";
import type { AppContext } from "../context";
import { registerModelVersion } from "../modules/registry/registerService";
import { createArmCounts } from "../modules/rollouts/measurements";
import { createRollout } from "../modules/rollouts/service";
import { createRankerPackage, createRegisterRequest } from "./packages";

/** Steps that end at once and evidence that is not asked for: what is tested is the way through them. */
export const QUICK_PLAN = RolloutPlan.parse({
  steps: [
    { kind: "shadow", sharePct: 50, dwellMinutes: 0 },
    { kind: "canary", candidatePct: 5, dwellMinutes: 0 },
    { kind: "canary", candidatePct: 50, dwellMinutes: 0 },
  ],
  holdback: null,
  guardrails: [],
  requestsMin: 0,
});

/** A measurement in which all is well and nothing is compared. */
export function measureWell(atMs: number, plan: RolloutPlan) {
  const shadow = {
    n: plan.shadowLimits.requestsMin,
    failed: 0,
    gateViolations: 0,
    nonFinite: 0,
    overlapMean: 1,
  };
  return {
    measurements: {
      atMs,
      replicas: { alive: 1, ready: 1, refused: [] },
      counts: {
        fromMs: atMs,
        arms: { control: createArmCounts(), candidate: createArmCounts() },
        lastCandidateMinute: Math.floor(atMs / 60_000),
      },
      outcomes: null,
      outcomesProblem: null,
      shadow,
      shadowProblem: null,
    },
    counted: null,
  };
}

/** A new version of the test ranker, as a candidate. */
export async function registerTestCandidate(ctx: AppContext, workspaceId: string): Promise<RolloutCandidate> {
  const { modelName: name, version } = await registerModelVersion(
    ctx,
    createRegisterRequest(workspaceId, createRankerPackage()),
  );
  return { kind: "ranker", ranker: { name, version } };
}

/** A rollout of a new version of the test ranker, beside the release of `publishTestRelease`. One that runs is ended. */
export async function createTestRollout(
  ctx: AppContext,
  workspaceId: string,
  o: { plan?: RolloutPlan; actor?: string } = {},
) {
  const candidate = await registerTestCandidate(ctx, workspaceId);
  await ctx.db.rollout.updateMany({ where: { runningIn: workspaceId }, data: { runningIn: null } });
  return createRollout(ctx, workspaceId, {
    candidate,
    plan: o.plan ?? QUICK_PLAN,
    note: "a better ranker",
    actor: o.actor ?? "ana@shortlist.test",
  });
}
