import type { Tone } from "@/components/ui/StateWord";
import { formatBytes, formatCount, formatDay, formatDuration } from "../../../lib/format";
import type { Backfill } from "../types";

type Standing = Pick<Backfill, "state" | "job" | "isLive">;

/** Where a backfill stands in a word: its own state, or that of the job that works on it. */
export function backfillWord(backfill: Standing): { tone: Tone; word: string } {
  const { state, job } = backfill;
  const isWorking = state === "planning" || state === "running";
  if (isWorking && job?.state === "failed") return { tone: "harm", word: `${state} failed` };
  if (isWorking && job?.state === "cancelled") return { tone: "none", word: `${state} cancelled` };
  const words = {
    planning: { tone: "busy", word: "planning" },
    planned: { tone: "warn", word: "waits for a person" },
    running: { tone: "busy", word: "running" },
    done: backfill.isLive ? { tone: "pass", word: "in use" } : { tone: "none", word: "replaced" },
    discarded: { tone: "none", word: "discarded" },
  } as const satisfies Record<Backfill["state"], { tone: Tone; word: string }>;
  return words[state];
}

/** Whether something still happens to it by itself, so that a page looks again. */
export function isMoving({ state, job }: Pick<Backfill, "state" | "job">): boolean {
  const isWorking = state === "planning" || state === "running";
  return isWorking && (job === null || job.state === "queued" || job.state === "running");
}

/** One sentence: what it would do, does or did. */
export function backfillVerdict(backfill: Backfill): string {
  const { state, plan, job, result, ref } = backfill;
  const until = `until ${formatDay(backfill.batchEnd)} 00:00 UTC`;
  const stopped = job?.state === "failed" || job?.state === "cancelled";
  if ((state === "planning" || state === "running") && stopped)
    return `${state === "planning" ? "Planning" : "The run"} ${job.state}${job.error === null ? "" : `: ${job.error}`}. Retry its job, and it goes on where it stopped.`;
  switch (state) {
    case "planning":
      return `Being planned: ${job?.step ?? "waiting for a worker"}. Nothing is written yet.`;
    case "planned":
      return plan === null
        ? "It has no plan."
        : `Would read ${formatCount(plan.nEvents)} events and write ${formatCount(plan.nRows)} rows of ${ref} ${until}, about ${formatBytes(plan.bytes)} in ${formatDuration(plan.seconds * 1000)}. Nothing is written before someone starts it.`;
    case "running":
      return `${job?.step ?? "waiting for a worker"}. Readers keep the batch they have until every row is written.`;
    case "done":
      return result === null
        ? "Done."
        : `Wrote ${formatCount(result.rowsWritten)} rows from ${formatCount(result.nEvents)} events, ${formatBytes(result.bytesWritten)}, in ${formatDuration(result.seconds * 1000)}${result.resumed > 0 ? `, going on ${result.resumed} time${result.resumed === 1 ? "" : "s"} after it was stopped` : ""}. ${backfill.isLive ? "Readers use it." : "Readers use a newer batch."}`;
    case "discarded":
      return "Discarded: readers never used it.";
  }
}
