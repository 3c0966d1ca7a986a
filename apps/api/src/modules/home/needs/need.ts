import type { RolloutState } from "@shortlist/contracts";
import type { LagVerdict } from "../../eventLog/service";
import type { Fleet } from "../../serving/service";

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

export function need(
  kind: Need["kind"],
  severity: Severity,
  title: string,
  detail: string,
  href: string,
  at: Date | null,
): Need {
  return { kind, severity, title, detail, href, at };
}
