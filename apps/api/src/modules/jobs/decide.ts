import { JOBS, type JobName, type JobStatus } from "@shortlist/contracts";

/** A running job without a sign of life for this long was lost with its worker. Heartbeats come every 2 s. */
export const HEARTBEAT_LOST_MS = 60_000;
/** A queued row this young is still on its way to the queue by itself. */
export const QUEUED_GRACE_MS = 5_000;

export interface JobState {
  readonly name: string;
  readonly state: JobStatus;
  readonly attempts: number;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly heartbeatAt: Date | null;
  readonly cancelRequestedAt: Date | null;
}

export type SweepVerdict = "leave" | "publish" | "requeue" | "fail" | "cancel";

/** What the sweeper does about one row. */
export function decideSweep(job: JobState, now: Date): SweepVerdict {
  if (job.state === "queued") return ageMs(job.createdAt, now) > QUEUED_GRACE_MS ? "publish" : "leave";
  if (job.state !== "running" || !isLost(job, now)) return "leave";
  return decideAfterLoss(job);
}

/** What becomes of a job whose process ended without a word: its own doing is another attempt's, up to the limit. */
export function decideAfterLoss(
  job: Pick<JobState, "name" | "attempts" | "cancelRequestedAt">,
): "cancel" | "requeue" | "fail" {
  if (job.cancelRequestedAt !== null) return "cancel";
  return job.attempts < maxAttempts(job.name) ? "requeue" : "fail";
}

export function isLost(job: Pick<JobState, "state" | "heartbeatAt" | "startedAt">, now: Date): boolean {
  if (job.state !== "running") return false;
  const sign = job.heartbeatAt ?? job.startedAt;
  return sign === null || ageMs(sign, now) > HEARTBEAT_LOST_MS;
}

export function isOver(state: JobStatus): boolean {
  return state === "succeeded" || state === "failed" || state === "cancelled";
}

export function isJobName(name: string): name is JobName {
  return Object.hasOwn(JOBS, name);
}

function maxAttempts(name: string): number {
  return isJobName(name) ? JOBS[name].attempts : 1;
}

function ageMs(since: Date, now: Date): number {
  return now.getTime() - since.getTime();
}
