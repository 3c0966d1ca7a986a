import { ROLLOUT_ENDED } from "@shortlist/contracts";
import type { AppContext } from "../../context";
import { publishControlDocument } from "../releases/service";
import type { Assessment } from "./assessment";
import { commitTransition } from "./commitService";
import { type Decision, decide, ROBOT } from "./decide";
import { judge } from "./judge";
import { type Measured, measureRollout } from "./measureService";
import { listControlledRows, type RolloutRow, writeCheck } from "./repository";

export type ControllerCtx = Pick<AppContext, "db" | "redis" | "lake" | "env" | "logger" | "now">;
type Measure = (ctx: ControllerCtx, workspace: string, row: RolloutRow) => Promise<Measured>;

/** A rollout's end is published again so long, in case the process that wrote it was killed before it could. */
const ENDED_MS = 10 * 60_000;

/**
 * One round over the rollouts of all workspaces: measure, judge, decide, and write what is decided with its entry of the
 * ledger. Any number of workers may do it at once and be killed anywhere: a decision is only written on the state it was
 * made for, and what was written is published by whoever comes next.
 *
 * @returns transitions made
 */
export async function controlRollouts(
  ctx: ControllerCtx,
  measure: Measure = measureRollout,
): Promise<number> {
  const rows = await listControlledRows(ctx.db, new Date(ctx.now().getTime() - ENDED_MS));
  let made = 0;
  for (const row of rows)
    try {
      if (await controlOne(ctx, row, measure)) made++;
    } catch (error) {
      ctx.logger.warn({ err: error, rollout: row.id }, "a rollout could not be looked at; it will be again");
    }
  return made;
}

async function controlOne(ctx: ControllerCtx, row: RolloutRow, measure: Measure): Promise<boolean> {
  if (ROLLOUT_ENDED.has(row.state.phase)) {
    await publishControlDocument(ctx, row.workspaceId);
    return false;
  }
  const workspace = await ctx.db.workspace.findUniqueOrThrow({ where: { id: row.workspaceId } });
  const { measurements, counted } = await measure(ctx, workspace.slug, row);
  const assessment = judge(row.plan, row.state, measurements);
  const decision = decide({
    plan: row.plan,
    state: row.state,
    createdAtMs: row.createdAt.getTime(),
    assessment,
    nowMs: measurements.atMs,
  });
  await writeCheck(ctx.db, row, {
    at: new Date(measurements.atMs),
    latest: { atMs: measurements.atMs, assessment, waiting: toWaiting(decision) },
    verdicts: assessment.guardrails,
    counted,
  });
  if (decision.kind === "wait") {
    await publishControlDocument(ctx, row.workspaceId);
    return false;
  }
  const done = await commitTransition(ctx, { workspaceId: row.workspaceId, rolloutId: row.id }, (held) =>
    held.sequence !== row.sequence
      ? null
      : {
          action: decision.action,
          actor: ROBOT,
          isRobot: true,
          reason: decision.reason,
          next: decision.next,
          evidence: { inputs: measurements, verdicts: assessment },
        },
  );
  if (done !== null)
    ctx.logger.info(
      { rollout: row.id, action: decision.action, reason: decision.reason },
      "a rollout changed its state",
    );
  return done !== null;
}

/** What the console says it waits for. */
export interface Waiting {
  readonly code: string;
  readonly reason: string;
  readonly untilMs: number | null;
}

function toWaiting(decision: Decision): Waiting | null {
  if (decision.kind === "act") return null;
  const { code, reason, untilMs } = decision;
  return { code, reason, untilMs };
}

export interface Latest {
  readonly atMs: number;
  readonly assessment: Assessment;
  readonly waiting: Waiting | null;
}
