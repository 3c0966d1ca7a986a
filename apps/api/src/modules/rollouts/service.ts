import { isDeepStrictEqual } from "node:util";
import { type RolloutCandidate, type RolloutPlan, type RolloutState, SURFACES } from "@shortlist/contracts";
import { AppError, withDeadline } from "@shortlist/platform";
import type { AppContext } from "../../context";
import {
  compareWithCurrent,
  diffStoredReleases,
  makeCandidate,
  type ReleaseDiff,
} from "../releases/candidateService";
import { bumpControlRevision, findPublishedRevision } from "../releases/service";
import { requireNewestSettings } from "../surfaces/liveService";
import { type CommitCtx, commitTransition } from "./commitService";
import type { Latest } from "./controllerService";
import { decide } from "./decide";
import { decideRequest, type RolloutRequest } from "./decideRequest";
import { judge } from "./judge";
import { JUDGE_VERSION } from "./judgeVersion";
import { requireNoRollout } from "./liveService";
import { Measurements } from "./measurements";
import {
  createRolloutRow,
  findEvidenceRow,
  findRolloutRow,
  listCheckRows,
  listDecisionRows,
  listRolloutRows,
  lockWorkspaceRow,
  type RolloutRow,
} from "./repository";
import { createState } from "./states";
import { computeTraffic } from "./traffic";

type WriteCtx = CommitCtx & Pick<AppContext, "artifacts">;

const LIST_MAX = 50;
const LEDGER_MAX = 500;

/** Makes the candidate release, where it is not there yet, and the rollout that is to bring it to shoppers. */
export async function createRollout(
  ctx: WriteCtx,
  workspaceId: string,
  o: { candidate: RolloutCandidate; plan: RolloutPlan; note: string; actor: string },
): Promise<{ id: string; number: number }> {
  await ctx.db.$transaction((tx) => requireNoRollout(tx, workspaceId));
  const candidate = await makeCandidate(ctx, workspaceId, {
    candidate: o.candidate,
    createdBy: o.actor,
    note: o.note,
  });
  const { current, diff } = await compareWithCurrent(ctx, workspaceId, candidate);
  const plan = completePlan(o.plan, { diff, isCurrent: current.releaseId === candidate.releaseId });
  const now = ctx.now();
  const row = await ctx.db.$transaction(async (tx) => {
    await lockWorkspaceRow(tx, workspaceId);
    await requireNoRollout(tx, workspaceId);
    const { currentReleaseId } = await tx.workspace.findUniqueOrThrow({ where: { id: workspaceId } });
    if (currentReleaseId !== current.releaseId)
      throw new AppError("conflict", "another release became current", {
        publicDetail: "Another release became current meanwhile; look at it and try again",
      });
    await requireNewestSettings(tx, workspaceId, candidate.releaseId);
    return createRolloutRow(tx, {
      workspaceId,
      candidateReleaseId: candidate.releaseId,
      stableReleaseId: current.releaseId,
      plan,
      note: o.note,
      state: createState(now.getTime()),
      createdBy: o.actor,
      createdAt: now,
      controlRevision: await bumpControlRevision(tx, workspaceId),
    });
  });
  return { id: row.id, number: row.number };
}

/** What was left open is filled from what the candidate changes. */
export function completePlan(plan: RolloutPlan, o: { diff: ReleaseDiff; isCurrent: boolean }): RolloutPlan {
  if (o.isCurrent)
    throw new AppError("conflict", "candidate is the current release", {
      publicDetail: "The candidate is the release that is served already; there is nothing to roll out",
    });
  const affected = o.diff.surfaces.length === 0 ? [...SURFACES] : [...o.diff.surfaces];
  return { ...plan, surfaces: plan.surfaces ?? affected };
}

/** Newest first, with where each stands. */
export async function listRollouts({ db }: Pick<AppContext, "db">, workspaceId: string) {
  const rows = await listRolloutRows(db, workspaceId, LIST_MAX);
  const ids = rows.flatMap(({ candidateReleaseId, stableReleaseId }) => [
    candidateReleaseId,
    stableReleaseId,
  ]);
  const releases = await db.release.findMany({
    where: { workspaceId, id: { in: ids } },
    select: { id: true, number: true },
  });
  const numbers = new Map(releases.map(({ id, number }) => [id, number]));
  return {
    rollouts: rows.map((row) => ({
      ...describe(row),
      candidateNumber: numbers.get(row.candidateReleaseId) ?? null,
      stableNumber: numbers.get(row.stableReleaseId) ?? null,
    })),
  };
}

/** Everything the page of a rollout shows. */
export async function getRollout(
  { db, redis }: Pick<AppContext, "db" | "redis">,
  workspaceId: string,
  number: number,
) {
  const row = await getRolloutRow({ db }, workspaceId, number);
  const [inForce, releases, decisions, checks] = await Promise.all([
    readInForce({ db, redis }, row),
    diffStoredReleases({ db }, workspaceId, { fromId: row.stableReleaseId, toId: row.candidateReleaseId }),
    listDecisionRows(db, { workspaceId, rolloutId: row.id, limit: LEDGER_MAX }),
    listCheckRows(db, { workspaceId, rolloutId: row.id }),
  ]);
  return {
    ...describe(row),
    inForce,
    plan: row.plan,
    candidate: { releaseId: releases.to.releaseId, number: releases.to.number, note: releases.to.note },
    stable: { releaseId: releases.from.releaseId, number: releases.from.number, note: releases.from.note },
    changes: releases.diff.changes,
    decisions: decisions.map(({ inputs, verdicts, ...decision }) => ({
      ...decision,
      hasEvidence: inputs !== null,
      verdicts: verdicts as Latest["assessment"] | null,
    })),
    // Up to ten hours by the minute, asked for every few seconds: what the chart draws and no more.
    checks: checks.map(({ at, verdicts }) => ({
      at,
      verdicts: verdicts.map(({ metric, estimate, low, high, threshold, n }) => ({
        metric,
        estimate,
        low,
        high,
        threshold,
        nCandidate: n.candidate,
      })),
    })),
  };
}

/** Longer than any Redis needs that is there. */
const IN_FORCE_DEADLINE_MS = 1_000;

/**
 * Whether the document that replicas follow holds the newest decision: the database has it first. `unknown` while Redis
 * cannot be asked; replicas then stay with what they were told last.
 */
async function readInForce(
  { db, redis }: Pick<AppContext, "db" | "redis">,
  row: RolloutRow,
): Promise<"yes" | "not_yet" | "unknown"> {
  const { workspaceId, id: rolloutId, sequence } = row;
  const { slug } = await db.workspace.findUniqueOrThrow({ where: { id: workspaceId } });
  const { controlRevision } = await db.rolloutDecision.findFirstOrThrow({
    where: { workspaceId, rolloutId, sequence },
  });
  try {
    const published = await withDeadline(findPublishedRevision(redis, slug), IN_FORCE_DEADLINE_MS);
    return published !== null && published >= controlRevision ? "yes" : "not_yet";
  } catch {
    return "unknown";
  }
}

/** A decision of the ledger made once more from what it rested on: the same verdicts and the same action, or not. */
export async function rejudgeDecision(
  { db }: Pick<AppContext, "db">,
  workspaceId: string,
  { number, sequence }: { number: number; sequence: number },
) {
  const row = await getRolloutRow({ db }, workspaceId, number);
  const kept = await findEvidenceRow(db, { workspaceId, rolloutId: row.id, sequence });
  if (kept === null)
    throw new AppError("not_found", `no evidence of decision ${sequence}`, {
      publicDetail:
        "There is no such decision, or a person made it: only the controller's rest on measurements",
    });
  const measurements = Measurements.parse(kept.inputs);
  const assessment = judge(row.plan, kept.before, measurements);
  const decision = decide({
    plan: row.plan,
    state: kept.before,
    createdAtMs: row.createdAt.getTime(),
    assessment,
    nowMs: measurements.atMs,
  });
  return {
    isSame:
      isDeepStrictEqual(JSON.parse(JSON.stringify(assessment)), kept.verdicts) &&
      decision.kind === "act" &&
      decision.action === kept.action &&
      decision.reason === kept.reason,
    /** Of the code that judged then; the code of now is `judgeVersionNow`. */
    judgeVersion: kept.judgeVersion,
    judgeVersionNow: JUDGE_VERSION,
    assessment,
    decision: { action: decision.kind === "act" ? decision.action : null, reason: decision.reason },
    measurements,
  };
}

/** A person's request: abort, hold, resume, promote, extend, approve or refuse. In force within seconds. */
export async function requestRollout(
  ctx: CommitCtx,
  workspaceId: string,
  o: { number: number; request: RolloutRequest; reason: string; actor: string },
): Promise<{ number: number; state: RolloutState }> {
  const { number, request, reason, actor } = o;
  const { id } = await getRolloutRow(ctx, workspaceId, number);
  const done = await commitTransition(ctx, { workspaceId, rolloutId: id }, (row) => {
    const { plan, state, createdBy } = row;
    const nowMs = ctx.now().getTime();
    const { action, next } = decideRequest({ plan, state, createdBy, request, actor, reason, nowMs });
    return { action, next, actor, reason, isRobot: false };
  });
  if (done === null) throw new AppError("internal", "a request made no transition");
  return { number, state: done.transition.next };
}

export async function getRolloutRow(
  { db }: Pick<AppContext, "db">,
  workspaceId: string,
  number: number,
): Promise<RolloutRow> {
  const row = await findRolloutRow(db, workspaceId, { number });
  if (row === null)
    throw new AppError("not_found", `no rollout ${number}`, {
      publicDetail: `There is no rollout ${number} in this workspace`,
    });
  return row;
}

function describe(row: RolloutRow) {
  const { id, number, state, plan, note, createdBy, createdAt, endedAt } = row;
  return {
    id,
    number,
    note,
    state,
    traffic: computeTraffic(plan, state),
    steps: plan.steps,
    holdback: plan.holdback,
    latest: row.latest as Latest | null,
    createdBy,
    createdAt,
    endedAt,
  };
}
