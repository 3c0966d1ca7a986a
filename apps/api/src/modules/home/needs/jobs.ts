import { type HomeState, type Need, need } from "./need";

/** A failure this old has been seen or does not matter any more. */
const FAILED_JOBS_WINDOW_MS = 24 * 3_600_000;

/** Failed jobs that a person has not seen answered: by a later job of the same kind that went well. */
export function listUnansweredFailures<
  T extends { name: string; state: string; createdAt: Date; endedAt: Date | null },
>(jobs: readonly T[], now: Date): T[] {
  return jobs.filter(
    (job) =>
      job.state === "failed" &&
      now.getTime() - (job.endedAt ?? job.createdAt).getTime() < FAILED_JOBS_WINDOW_MS &&
      !jobs.some(
        (later) => later.state === "succeeded" && later.name === job.name && later.createdAt > job.createdAt,
      ),
  );
}

export function needsOfJobs({ failedJobs, lostJobs }: HomeState): Need[] {
  return [
    ...lostJobs.map((job) =>
      need(
        "job_lost",
        "warning",
        `${job.name} lost its worker`,
        "It has given no sign of life for a minute; it will be retried or fail.",
        `/jobs/${job.id}`,
        job.heartbeatAt,
      ),
    ),
    ...failedJobs.map((job) =>
      need(
        "job_failed",
        "warning",
        `${job.name} failed`,
        job.error ?? "No error was recorded.",
        `/jobs/${job.id}`,
        job.endedAt,
      ),
    ),
  ];
}
