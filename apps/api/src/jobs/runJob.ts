import { JOBS, type JobName } from "@shortlist/contracts";
import type { AppContext } from "../context";
import { decideAfterLoss, isJobName } from "../modules/jobs/decide";
import { announce } from "../modules/jobs/service";
import { type Claim, claimJob, type Ending, endAttempt, pulse } from "./claim";
import { type ChildOutcome, startChild } from "./runChild";

/** Short enough that a cancelled job ends while the person still looks at it. */
const PULSE_MS = 1_000;
const LOG_LINES_MAX = 500;
const LINE_MAX = 1_000;

export interface RunOptions {
  readonly childPathOf: (name: JobName) => string;
  readonly heapMb: number;
  readonly pulseMs?: number;
  /** Aborted when the worker stops: the job goes back to the queue for the next worker. */
  readonly signal: AbortSignal;
}

/**
 * Runs one job row in a child process, if it still waits. Whatever happens, the row ends in a state that the
 * sweeper or a person can act on; the worker itself may be killed at any line.
 */
export async function runJob(ctx: AppContext, jobId: string, o: RunOptions): Promise<void> {
  const claim = await claimJob(ctx.db, jobId, ctx.now());
  if (claim === null) return;
  if (!isJobName(claim.name)) throw new Error(`job ${jobId} is of unknown kind ${claim.name}`);
  const state = { progressPct: 0, step: "starting", log: [...claim.log] };
  const write = (line: string) => {
    state.log.push(`${ctx.now().toISOString()} ${line.slice(0, LINE_MAX)}`);
    if (state.log.length > LOG_LINES_MAX) state.log.splice(0, state.log.length - LOG_LINES_MAX);
  };
  write(`attempt ${claim.attempt}`);
  const child = startChild({ path: o.childPathOf(claim.name), jobId, heapMb: o.heapMb }, (message) => {
    if (message.type === "log") write(message.line);
    else {
      state.progressPct = Math.round(Math.min(100, Math.max(0, message.pct)));
      state.step = message.step.slice(0, 200);
    }
  });
  const stopReason = watchOver(ctx, { claim, state, child, options: o });
  const outcome = await child.outcome;
  const stopped = await stopReason.settle();
  const ending = decideEnding(claim, { outcome, stopped });
  if ("error" in ending) write(ending.error);
  const isOurs = await endAttempt(ctx.db, claim, { ending, log: state.log, now: ctx.now() });
  ctx.logger.info(
    { jobId, attempt: claim.attempt, state: isOurs ? ending.state : "taken over" },
    "job attempt ended",
  );
  if (isOurs && ending.state === "queued") {
    const delayMs = stopped === "shutdown" ? 0 : JOBS[claim.name as JobName].backoffMs;
    await announce(ctx, { id: claim.id, name: claim.name, attempts: claim.attempt }, { delayMs });
  }
}

type Stopped = "cancelled" | "taken" | "timeout" | "shutdown" | null;

/** Keeps the heartbeat and kills the child when it should not go on; `settle` ends the watch. */
function watchOver(
  ctx: AppContext,
  o: {
    claim: Claim;
    state: { progressPct: number; step: string; log: readonly string[] };
    child: { kill(): void };
    options: RunOptions;
  },
): { settle(): Promise<Stopped> } {
  let stopped: Stopped = null;
  const stop = (reason: Stopped) => {
    stopped ??= reason;
    o.child.kill();
  };
  const timeoutMs = JOBS[o.claim.name as JobName].timeoutMs;
  const deadline = setTimeout(() => stop("timeout"), timeoutMs);
  const onAbort = () => stop("shutdown");
  o.options.signal.addEventListener("abort", onAbort);
  if (o.options.signal.aborted) onAbort();
  let round = Promise.resolve();
  const timer = setInterval(() => {
    round = round.then(async () => {
      try {
        const standing = await pulse(ctx.db, o.claim, { ...o.state, now: ctx.now() });
        if (standing !== "ours") stop(standing);
      } catch (error) {
        // The database may be back at the next beat; if not, the sweeper takes the job over after a minute.
        ctx.logger.warn({ err: error, jobId: o.claim.id }, "no heartbeat");
      }
    });
  }, o.options.pulseMs ?? PULSE_MS);
  return {
    async settle() {
      clearInterval(timer);
      clearTimeout(deadline);
      o.options.signal.removeEventListener("abort", onAbort);
      await round;
      return stopped;
    },
  };
}

/** What the row says after an attempt. */
export function decideEnding(
  claim: Pick<Claim, "name" | "attempt">,
  o: { outcome: ChildOutcome; stopped: Stopped },
): Ending {
  const { outcome, stopped } = o;
  // It was done before the kill arrived: throwing the work away would help nobody.
  if (outcome.kind === "done") return { state: "succeeded", result: outcome.result };
  if (stopped === "cancelled") return { state: "cancelled" };
  if (stopped === "timeout") return { state: "failed", error: "The run took longer than its time limit" };
  if (stopped === "shutdown")
    return { state: "queued", error: "The worker was stopped; another one takes over" };
  if (outcome.kind === "error" && !outcome.isRetryable) return { state: "failed", error: outcome.message };
  const error = outcome.kind === "error" ? outcome.message : outcome.detail;
  const next = decideAfterLoss({ name: claim.name, attempts: claim.attempt, cancelRequestedAt: null });
  return next === "requeue" ? { state: "queued", error } : { state: "failed", error };
}
