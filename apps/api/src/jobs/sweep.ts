import type { AppContext } from "../context";
import { decideSweep } from "../modules/jobs/decide";
import { listOpenJobRows } from "../modules/jobs/repository";
import { announce } from "../modules/jobs/service";
import { type Ending, endAttempt } from "./claim";

type SweepCtx = Pick<AppContext, "db" | "queue" | "logger" | "now">;

const LOST = "The worker that ran it gave no sign of life for a minute";

/**
 * Brings every open job forward that nobody else does: publishes waiting rows again (the queue ignores a message
 * it still holds), and takes running rows away from workers that have gone silent.
 */
export async function sweepJobs(ctx: SweepCtx): Promise<{ published: number; takenOver: number }> {
  const now = ctx.now();
  let published = 0;
  let takenOver = 0;
  for (const row of await listOpenJobRows(ctx.db)) {
    const verdict = decideSweep(row, now);
    if (verdict === "leave") continue;
    if (verdict === "publish") {
      await announce(ctx, row);
      published++;
      continue;
    }
    const ending: Ending = {
      requeue: { state: "queued", error: LOST } as const,
      fail: { state: "failed", error: LOST } as const,
      cancel: { state: "cancelled" } as const,
    }[verdict];
    const { log } = await ctx.db.job.findUniqueOrThrow({ where: { id: row.id }, select: { log: true } });
    const claim = { id: row.id, name: row.name, attempt: row.attempts, log };
    const line = `${now.toISOString()} ${LOST}`;
    if (!(await endAttempt(ctx.db, claim, { ending, log: [...log, line], now }))) continue;
    takenOver++;
    ctx.logger.warn({ jobId: row.id, verdict }, "took a job over from a lost worker");
    if (ending.state === "queued") await announce(ctx, row);
  }
  return { published, takenOver };
}
