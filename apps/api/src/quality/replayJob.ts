import { setTimeout as sleep } from "node:timers/promises";
import { type RepairReceipt, ReplayConfig } from "@shortlist/contracts";
import { AppError } from "@shortlist/platform";
import type { AppContext } from "../context";
import { recheckDays } from "../modules/quality/checkService";
import { computeReceipt, createRepairContext } from "../modules/quality/repairService";
import { findRepairRow, updateRepairRow } from "../modules/quality/repository";
import { replayRows } from "./replay";

/** Runs or goes on with one repair, and writes its receipt. A repair that is done answers what it did. */
export async function runReplayJob(o: {
  ctx: AppContext;
  workspace: { id: string; slug: string };
  payload: unknown;
  report: (progressPct: number, step: string) => void;
  log: (line: string) => void;
}): Promise<RepairReceipt> {
  const { ctx, workspace } = o;
  const { repairId } = ReplayConfig.parse(o.payload);
  const at = { workspaceId: workspace.id, id: repairId };
  const repair = await findRepairRow(ctx.db, workspace.id, repairId);
  if (repair === null) throw new AppError("not_found", `no repair ${repairId}`);
  if (repair.receipt !== null) return repair.receipt;
  if (repair.checkpoint !== null) o.log(`going on after ${repair.checkpoint.released} released rows`);
  const done = await replayRows(
    { lake: await ctx.lake(), redis: ctx.redis },
    {
      repairId,
      workspace: workspace.slug,
      group: repair.group,
      steps: repair.steps,
      createdAtMs: repair.createdAt.getTime(),
      checkpoint: repair.checkpoint,
      context: createRepairContext(ctx, workspace),
      now: () => ctx.now().getTime(),
      sleep,
      saveCheckpoint: (checkpoint) => updateRepairRow(ctx.db, at, { checkpoint }),
      report: o.report,
    },
  );
  o.log(`released ${done.released} rows, ${done.refused} are still refused`);
  const receipt = await computeReceipt(ctx, workspace, repairId);
  const days = receipt.days.map(({ day }) => day);
  await recheckDays(ctx, workspace.id, { days, createdBy: repair.createdBy });
  await updateRepairRow(ctx.db, at, { receipt, endedAt: ctx.now() });
  return receipt;
}
