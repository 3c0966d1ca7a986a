import { ROLLOUT_ENDED, type RolloutTraffic } from "@shortlist/contracts";
import type { Tx } from "@shortlist/db";
import { AppError } from "@shortlist/platform";
import { findRolloutRow, writeTransition } from "./repository";
import { toEnded } from "./states";
import { computeTraffic } from "./traffic";

// What publishing and control documents need of rollouts. Nothing here publishes.

/** The running rollout's part of the control document, but for the candidate's artifact; null when there is none. */
export async function findRolloutTraffic(
  tx: Tx,
  workspaceId: string,
): Promise<{ candidateReleaseId: string; traffic: Omit<RolloutTraffic, "candidate"> } | null> {
  const row = await findRolloutRow(tx, workspaceId, { runningIn: workspaceId });
  const shares = row === null ? null : computeTraffic(row.plan, row.state);
  if (row === null || shares === null) return null;
  return {
    candidateReleaseId: row.candidateReleaseId,
    traffic: { rolloutId: row.id, salt: row.id, ...shares },
  };
}

/** Whether a rollout that has begun, or is to begin, is under way. */
export async function findRunningRollout(tx: Tx, workspaceId: string): Promise<{ number: number } | null> {
  return findRolloutRow(tx, workspaceId, { runningIn: workspaceId });
}

/** Another current release would change the control under a comparison. */
export async function requireNoRollout(tx: Tx, workspaceId: string): Promise<void> {
  const running = await findRunningRollout(tx, workspaceId);
  if (running !== null)
    throw new AppError("conflict", `rollout ${running.number} runs`, {
      publicDetail: `Rollout ${running.number} is under way; abort it or let it end before another release is published`,
    });
}

/** Rolling back is the safe direction and needs no rollout's leave: it ends the one that runs. The workspace is locked. */
export async function endRolloutFor(
  tx: Tx,
  workspaceId: string,
  o: { actor: string; reason: string; at: Date; controlRevision: number },
): Promise<void> {
  const row = await findRolloutRow(tx, workspaceId, { runningIn: workspaceId });
  if (row === null || ROLLOUT_ENDED.has(row.state.phase)) return;
  const next = toEnded(row.state, o.at.getTime());
  await writeTransition(tx, row, {
    transition: {
      action: next.phase === "rolled_back" ? "roll_back" : "abort",
      actor: o.actor,
      isRobot: false,
      reason: o.reason,
      next,
    },
    at: o.at,
    controlRevision: o.controlRevision,
    isEnded: true,
  });
}
