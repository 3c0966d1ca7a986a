import { AppError } from "@shortlist/platform";
import { compose } from "../composition";
import type { AppContext } from "../context";
import { readEnv } from "../env";
import { endWithWorker, tellWorker } from "./childMessages";

/** What a job's own process has at hand. */
export interface JobProcess {
  readonly ctx: AppContext;
  readonly jobId: string;
  readonly workspace: { readonly id: string; readonly slug: string };
  readonly payload: unknown;
  readonly createdBy: string;
  readonly report: (progressPct: number, step: string) => void;
  readonly log: (line: string) => void;
}

/** Progress is for eyes: more than a few messages a second say nothing more. */
const REPORT_EVERY_MS = 250;

/**
 * The whole life of a job's process: reads its row, runs it with real effects, tells the worker how it ended, exits.
 * What the run itself refuses (an AppError) will be refused again; anything else may have been a hiccup of a
 * dependency and is tried once more.
 */
export async function runJobProcess(
  name: string,
  run: (o: JobProcess) => Promise<Record<string, unknown>>,
): Promise<never> {
  endWithWorker();
  const jobId = process.argv[2] ?? "";
  const { ctx, close } = await compose(readEnv(), { name });
  try {
    const job = await ctx.db.job.findUniqueOrThrow({ where: { id: jobId }, include: { workspace: true } });
    let reportedAtMs = 0;
    let reportedStep = "";
    const result = await run({
      ctx,
      jobId,
      workspace: { id: job.workspace.id, slug: job.workspace.slug },
      payload: job.payload,
      createdBy: job.createdBy,
      report(pct, step) {
        const nowMs = performance.now();
        if (step === reportedStep && nowMs - reportedAtMs < REPORT_EVERY_MS) return;
        reportedAtMs = nowMs;
        reportedStep = step;
        void tellWorker({ type: "progress", pct, step });
      },
      log: (line) => void tellWorker({ type: "log", line }),
    });
    await tellWorker({ type: "done", result });
  } catch (error) {
    ctx.logger.error({ err: error, jobId }, `${name} failed`);
    const message =
      error instanceof AppError
        ? (error.publicDetail ?? error.message)
        : String((error as Error)?.message ?? error);
    await tellWorker({ type: "error", message, retryable: !(error instanceof AppError) });
  } finally {
    await close();
  }
  process.exit(0);
}
