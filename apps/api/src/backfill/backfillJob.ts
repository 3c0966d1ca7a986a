import { tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { BackfillJob } from "@shortlist/contracts";
import { type Lake, quote } from "@shortlist/lake";
import { AppError } from "@shortlist/platform";
import type { JobProcess } from "../jobs/jobProcess";
import {
  expireReplaced,
  loadBackfill,
  saveCheckpoint,
  storePlan,
  swapBatch,
} from "../modules/featureViews/backfillService";
import { planBackfill } from "./planBackfill";
import { writeBatch } from "./runBackfill";

/** Plans or runs one backfill, as its job says. Killed at any line and started again, it ends the same. */
export async function runBackfillJob(job: Omit<JobProcess, "createdBy">): Promise<Record<string, unknown>> {
  const { ctx, jobId, workspace, payload, report, log } = job;
  const { backfillId, phase } = BackfillJob.parse(payload);
  const { row, target } = await loadBackfill(ctx, workspace, { id: backfillId, jobId });
  const lake = await ctx.lake();
  if (!(await lake.hasRows(workspace.slug, "events")))
    throw new AppError("conflict", "no events", {
      publicDetail: "There are no events yet. Import logs first: shortlist import FILE --mapping …",
    });
  await boundMemory(lake, jobId);
  const ports = {
    lake,
    redis: ctx.redis,
    nowMs: Date.now,
    sleep: (ms: number) => sleep(ms),
    rowsPerSecond: ctx.env.BACKFILL_ROWS_PER_SECOND,
    report,
    log,
  };
  if (phase === "plan") {
    const plan = await storePlan(ctx, row, await planBackfill(target, ports));
    return { backfillId, nEvents: plan.nEvents, nRows: plan.nRows };
  }
  const { view, generation } = target;
  if (row.state === "done") {
    // Killed after the swap: what is left is to let the batch before go.
    await expireReplaced(ctx, { workspace, view, generation, replaced: row.result?.replaced ?? null });
    return { backfillId, ...row.result };
  }
  if (row.state !== "running")
    throw new AppError("conflict", `backfill is ${row.state}`, {
      publicDetail: `The backfill is ${row.state}`,
    });
  const startedMs = Date.now();
  const written = await writeBatch(target, row.checkpoint, {
    ...ports,
    saveCheckpoint: (checkpoint) => saveCheckpoint(ctx, row, checkpoint),
  });
  report(97, "moving readers to the new batch");
  const result = await swapBatch(ctx, row, {
    ...written,
    seconds: (Date.now() - startedMs) / 1000,
  });
  log(`readers use generation ${generation} now`);
  await expireReplaced(ctx, { workspace, view, generation, replaced: result.replaced });
  return { backfillId, ...result };
}

/** A quarter of the memory, and the disk for what does not fit: the heap beside it holds the states. */
async function boundMemory(lake: Lake, name: string): Promise<void> {
  const directory = join(tmpdir(), `shortlist-backfill-${name}`);
  await lake.connection.run(`SET temp_directory = ${quote(directory)}`);
  await lake.connection.run(
    `SET memory_limit = '${Math.max(512, Math.floor(totalmem() / 4 / 1024 / 1024))}MB'`,
  );
}
