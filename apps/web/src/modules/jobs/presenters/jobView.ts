import type { Tone } from "@/components/ui/StateWord";
import { formatDuration } from "../../../lib/format";
import type { ApiOutputs } from "../../../lib/trpc/client";

export type Job = ApiOutputs["jobs"]["list"][number];
export type JobDetail = ApiOutputs["jobs"]["get"];

type JobLike = Pick<Job, "state" | "isLost" | "isCancelling">;

/** The state of a job in one word, also when the row itself does not know that its worker is gone. */
export function jobWord(job: JobLike): { tone: Tone; word: string } {
  if (job.isLost) return { tone: "harm", word: "lost" };
  if (job.isCancelling) return { tone: "warn", word: "cancelling" };
  const tones: Record<Job["state"], Tone> = {
    queued: "none",
    running: "busy",
    succeeded: "pass",
    failed: "harm",
    cancelled: "none",
  };
  return { tone: tones[job.state], word: job.state };
}

export function isActive(job: Pick<Job, "state">): boolean {
  return job.state === "queued" || job.state === "running";
}

/** Time it ran, or has run so far. */
export function ranMs(job: Pick<Job, "startedAt" | "endedAt">, now: Date): number | null {
  if (job.startedAt === null) return null;
  return (job.endedAt ?? now).getTime() - job.startedAt.getTime();
}

/** One sentence: what it does or how it ended, since when, and what comes next. */
export function jobVerdict(job: JobDetail, now: Date): string {
  const took = formatDuration(ranMs(job, now));
  if (job.isLost)
    return "Its worker has been silent for over a minute. The sweeper will retry it or mark it failed.";
  switch (job.state) {
    case "queued":
      return "Waiting for a worker.";
    case "running":
      return job.isCancelling
        ? "Cancelling: the worker stops it within seconds."
        : `Running for ${took}, ${job.progressPct.toFixed(0)} % done: ${job.step}.`;
    case "succeeded":
      return job.modelVersions.length === 0
        ? `Succeeded in ${took}.`
        : `Succeeded in ${took} and made ${job.modelVersions.length} model versions.`;
    case "failed":
      return `Failed after ${took}: ${job.error ?? "no error was recorded"}`;
    case "cancelled":
      return "Cancelled. Retrying starts it again with the same settings.";
  }
}

export interface LogLine {
  readonly at: string | null;
  readonly text: string;
}

/** Lines of a job's log; a leading timestamp becomes a time of its own. */
export function logLines(log: unknown): LogLine[] {
  const lines = typeof log === "string" ? log.split("\n") : Array.isArray(log) ? log.map(toText) : [];
  return lines
    .filter((line) => line.trim() !== "")
    .map((line) => {
      const match = /^(?:\d{4}-\d{2}-\d{2}T)(\d{2}:\d{2}:\d{2})\S*\s+(.*)$/s.exec(line);
      return match === null ? { at: null, text: line } : { at: match[1]!, text: match[2]! };
    });
}

function toText(entry: unknown): string {
  return typeof entry === "string" ? entry : JSON.stringify(entry);
}
