import type { RolloutState } from "@shortlist/contracts";
import type { LagVerdict } from "../eventLog/service";
import type { Fleet } from "../serving/service";

export type Severity = "critical" | "warning" | "info";

/** One thing that needs a person, with the page where it can be acted on. */
export interface Need {
  readonly kind:
    | "no_release"
    | "no_replicas"
    | "heartbeats_unreadable"
    | "replica_refused"
    | "replica_lost"
    | "job_failed"
    | "job_lost"
    | "degraded"
    | "gate_violations"
    | "slate_logs_dropped"
    | "model_stale"
    | "quality_failed"
    | "features_behind"
    | "rollout_held"
    | "rollout_waits"
    | "rollout_ended"
    | "event_log_behind"
    | "event_log_losing";
  readonly severity: Severity;
  readonly title: string;
  readonly detail: string;
  readonly href: string;
  readonly at: Date | null;
}

export interface HomeState {
  readonly fleet: Fleet;
  readonly failedJobs: readonly { id: string; name: string; error: string | null; endedAt: Date | null }[];
  readonly lostJobs: readonly { id: string; name: string; heartbeatAt: Date | null }[];
  readonly rungs: RungShares;
  readonly lastTrainedAt: Date | null;
  /** Checks of the latest day that failed. */
  readonly failedChecks: readonly {
    check: string;
    day: string;
    sentence: string;
    computedAt: Date;
  }[];
  /** Feature views whose batch is late, or whose stream is too slow. */
  readonly features: readonly { name: string; title: string; detail: string }[];
  /** The stream that is read worst; null when all are read in time. */
  readonly eventLog: (LagVerdict & { readonly at: Date | null }) | null;
  /** Newest first. */
  readonly rollouts: readonly RolloutSummary[];
  readonly now: Date;
}

export interface RolloutSummary {
  readonly number: number;
  readonly note: string;
  readonly state: RolloutState;
  readonly endedAt: Date | null;
}

export interface RungShares {
  readonly requests: number;
  /** Requests per rung since the replicas started. */
  readonly counts: readonly number[];
  /** Share of requests on rung 2 or worse, 0…1; null without requests. */
  readonly degradedShare: number | null;
}

/** More than one request in a hundred served from a list instead of a model is worth a look. */
const DEGRADED_SHARE_MAX = 0.01;
/** Below this a share says nothing yet. */
const REQUESTS_MIN = 100;
/** M6: a model older than this has missed its freshness objective. */
export const MODEL_FRESH_HOURS = 48;

export function computeRungShares(fleet: Fleet): RungShares {
  const counts = [0, 0, 0, 0, 0];
  for (const replica of fleet.replicas) {
    if (replica.state === "lost") continue;
    replica.rungCounts.forEach((count, rung) => {
      counts[rung] = (counts[rung] ?? 0) + count;
    });
  }
  const requests = counts.reduce((sum, count) => sum + count, 0);
  const degraded = (counts[2] ?? 0) + (counts[3] ?? 0) + (counts[4] ?? 0);
  return { requests, counts, degradedShare: requests === 0 ? null : degraded / requests };
}

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

const ORDER: Record<Severity, number> = { critical: 0, warning: 1, info: 2 };

/** What needs a person now, worst first. An empty list means that everything that can be seen is in order. */
export function computeNeeds(state: HomeState): Need[] {
  const needs = [
    ...needsOfFleet(state),
    ...needsOfJobs(state),
    ...needsOfQuality(state),
    ...needsOfChecks(state),
    ...needsOfFeatures(state),
    ...needsOfRollouts(state),
    ...needsOfEventLog(state),
  ];
  return needs.sort((a, b) => ORDER[a.severity] - ORDER[b.severity]);
}

/** An end against the plan is news for a day. */
const ENDED_WINDOW_MS = 24 * 3_600_000;

function needsOfRollouts({ rollouts, now }: HomeState): Need[] {
  return rollouts.flatMap(({ number, note, state, endedAt }) => {
    const href = `/rollouts/${number}`;
    const { hold, phase, approval, approvalAskedAtMs } = state;
    if (endedAt !== null) {
      const isNews = now.getTime() - endedAt.getTime() < ENDED_WINDOW_MS;
      if (!isNews || (phase !== "aborted" && phase !== "rolled_back")) return [];
      const title = `Rollout ${number} was ${phase === "aborted" ? "aborted" : "rolled back"}`;
      return [need("rollout_ended", "info", title, note, href, endedAt)];
    }
    if (hold !== null)
      return [
        need(
          "rollout_held",
          "warning",
          `Rollout ${number} is held by ${hold.by}`,
          hold.reason,
          href,
          new Date(hold.sinceMs),
        ),
      ];
    if (approvalAskedAtMs === null || approval !== null) return [];
    return [
      need(
        "rollout_waits",
        "warning",
        `Rollout ${number} waits for a second person`,
        note,
        "/approvals",
        new Date(approvalAskedAtMs),
      ),
    ];
  });
}

function needsOfFeatures({ features }: HomeState): Need[] {
  return features.map(({ name, title, detail }) =>
    need("features_behind", "warning", title, detail, `/features/${name}`, null),
  );
}

function needsOfFleet({ fleet, now }: HomeState): Need[] {
  if (fleet.readAt === null)
    return [
      need(
        "heartbeats_unreadable",
        "critical",
        "Redis does not answer",
        "Heartbeats cannot be read, so the state of serving is unknown.",
        "/serving",
        now,
      ),
    ];
  const needs: Need[] = [];
  if (fleet.wanted === null)
    needs.push(
      need(
        "no_release",
        "critical",
        "No release to serve",
        "Train models to publish the first release.",
        "/models",
        null,
      ),
    );
  const alive = fleet.replicas.filter(({ state }) => state !== "lost");
  if (alive.length === 0)
    needs.push(
      need(
        "no_replicas",
        "critical",
        "No serving replica is alive",
        "Nobody answers shoppers. Start serving, or look at its log.",
        "/serving",
        now,
      ),
    );
  for (const replica of fleet.replicas) {
    if (replica.state === "refused")
      needs.push(
        need(
          "replica_refused",
          "critical",
          `${replica.replicaId} refused release ${fleet.wanted?.number ?? ""}`.trim(),
          replica.reason ?? "No reason was given.",
          "/serving",
          replica.heartbeatAt,
        ),
      );
    // With nobody left this is already said above.
    if (replica.state === "lost" && alive.length > 0)
      needs.push(
        need(
          "replica_lost",
          "warning",
          `${replica.replicaId} is lost`,
          replica.reason ?? "",
          "/serving",
          replica.heartbeatAt,
        ),
      );
  }
  return needs;
}

function needsOfJobs({ failedJobs, lostJobs }: HomeState): Need[] {
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

function needsOfQuality({ fleet, rungs, lastTrainedAt, now }: HomeState): Need[] {
  const needs: Need[] = [];
  const violations = fleet.replicas.reduce((sum, replica) => sum + replica.gateViolations, 0);
  if (violations > 0)
    needs.push(
      need(
        "gate_violations",
        "critical",
        `${violations} ineligible items reached a slate`,
        "The final eligibility gate must read 0.",
        "/serving",
        now,
      ),
    );
  if (
    rungs.degradedShare !== null &&
    rungs.requests >= REQUESTS_MIN &&
    rungs.degradedShare > DEGRADED_SHARE_MAX
  )
    needs.push(
      need(
        "degraded",
        "warning",
        `${(100 * rungs.degradedShare).toFixed(1)} % of slates are fallbacks`,
        `Rung 2 or worse, of ${rungs.requests} requests since the replicas started; up to ${100 * DEGRADED_SHARE_MAX} % is expected.`,
        "/explain",
        now,
      ),
    );
  const dropped = fleet.replicas.reduce((sum, replica) => sum + replica.droppedSlateLogs, 0);
  if (dropped > 0)
    needs.push(
      need(
        "slate_logs_dropped",
        "info",
        `${dropped} slate logs were dropped`,
        "These requests cannot be explained.",
        "/serving",
        now,
      ),
    );
  const ageHours = lastTrainedAt === null ? null : (now.getTime() - lastTrainedAt.getTime()) / 3_600_000;
  if (fleet.wanted !== null && ageHours !== null && ageHours > MODEL_FRESH_HOURS)
    needs.push(
      need(
        "model_stale",
        "warning",
        `Models are ${Math.floor(ageHours)} h old`,
        `The objective is ${MODEL_FRESH_HOURS} h.`,
        "/models",
        lastTrainedAt,
      ),
    );
  return needs;
}

function needsOfChecks({ failedChecks }: HomeState): Need[] {
  return failedChecks.map((failed) =>
    need(
      "quality_failed",
      "warning",
      `${failed.check.replaceAll("_", " ")} failed on ${failed.day}`,
      failed.sentence,
      `/quality?day=${failed.day}&check=${failed.check}`,
      failed.computedAt,
    ),
  );
}

function needsOfEventLog({ eventLog }: HomeState): Need[] {
  if (eventLog === null) return [];
  return [
    eventLog.state === "behind"
      ? need(
          "event_log_behind",
          "warning",
          "The event log is read late",
          eventLog.sentence,
          "/jobs",
          eventLog.at,
        )
      : need(
          "event_log_losing",
          "critical",
          eventLog.state === "lost" ? "Events were dropped unread" : "Events are about to be dropped unread",
          `${eventLog.sentence} Start another worker, or look at the log of the one there is.`,
          "/jobs",
          eventLog.at,
        ),
  ];
}

function need(
  kind: Need["kind"],
  severity: Severity,
  title: string,
  detail: string,
  href: string,
  at: Date | null,
): Need {
  return { kind, severity, title, detail, href, at };
}
