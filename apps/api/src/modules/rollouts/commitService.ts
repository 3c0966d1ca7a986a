import { ROLLOUT_ENDED } from "@shortlist/contracts";
import { AppError } from "@shortlist/platform";
import type { AppContext } from "../../context";
import { bumpControlRevision, makeReleaseCurrent, publishControlDocument } from "../releases/service";
import {
  findRolloutRow,
  lockWorkspaceRow,
  type RolloutRow,
  type Transition,
  writeTransition,
} from "./repository";

export type CommitCtx = Pick<AppContext, "db" | "redis" | "env" | "logger" | "now">;

/**
 * One transition: decided on the newest state under the workspace's lock, and written together with its entry of the
 * ledger and the revision that carries it; then replicas are told. A process that is killed in between leaves nothing
 * half done: what is committed is published by whoever looks next.
 *
 * @param decide null: nothing is to be done after all
 */
export async function commitTransition(
  ctx: CommitCtx,
  at: { workspaceId: string; rolloutId: string },
  decide: (row: RolloutRow) => Transition | null,
): Promise<{ row: RolloutRow; transition: Transition } | null> {
  const { workspaceId, rolloutId } = at;
  const done = await ctx.db.$transaction(async (tx) => {
    await lockWorkspaceRow(tx, workspaceId);
    const row = await findRolloutRow(tx, workspaceId, { id: rolloutId });
    if (row === null)
      throw new AppError("not_found", `no rollout ${rolloutId}`, {
        publicDetail: "There is no such rollout in this workspace",
      });
    const transition = decide(row);
    if (transition === null) return null;
    const { next, actor, reason } = transition;
    if (next.phase === "completed")
      await makeReleaseCurrent(tx, {
        workspaceId,
        releaseId: row.candidateReleaseId,
        action: "publish",
        actor,
        reason: `rollout ${row.number}: ${reason}`,
        at: ctx.now(),
      });
    const controlRevision = await bumpControlRevision(tx, workspaceId);
    await writeTransition(tx, row, {
      transition,
      at: ctx.now(),
      controlRevision,
      isEnded: ROLLOUT_ENDED.has(next.phase),
    });
    return { row, transition };
  });
  if (done !== null) await publishControlDocument(ctx, workspaceId);
  return done;
}
