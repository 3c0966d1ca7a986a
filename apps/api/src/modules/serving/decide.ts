import type { ReplicaStatus } from "@shortlist/contracts";

/** Heartbeats come every 2 s; five missed in a row is not a hiccup. */
export const REPLICA_LOST_MS = 10_000;
/** A process that ended an hour ago is history, not a member of the fleet. */
export const REPLICA_FORGOTTEN_MS = 3_600_000;

export type ReplicaState = "serving" | "loading" | "refused" | "stale" | "lost" | "no_release";

export interface ReplicaVerdict {
  readonly state: ReplicaState;
  /** Why, in words for a person; null when there is nothing to explain. */
  readonly reason: string | null;
  /** The release that answers shoppers on this replica now. */
  readonly actualReleaseId: string | null;
}

export interface ReplicaCandidate {
  readonly releaseId: string;
  readonly state: "candidate" | "loading" | "refused";
  readonly reason: string | null;
}

/** What the replica makes of the candidate of the workspace's rollout; null when it knows of none. */
export function findCandidate(status: ReplicaStatus, workspace: string): ReplicaCandidate | null {
  for (const { workspace: of, rolloutId, releaseId, state, reason } of status.releases)
    if (of === workspace && rolloutId !== undefined)
      if (state === "candidate" || state === "loading" || state === "refused")
        return { releaseId, state, reason };
  return null;
}

/**
 * What one replica does for one workspace. A refusal of the wanted release counts before what it still serves:
 * the old release answers, but somebody has to look.
 */
export function decideReplicaState(
  status: ReplicaStatus,
  o: { workspace: string; wantedReleaseId: string | null; nowMs: number },
): ReplicaVerdict {
  const own = status.releases.filter((release) => release.workspace === o.workspace);
  const actualReleaseId = own.find((release) => release.state === "serving")?.releaseId ?? null;
  const silentMs = o.nowMs - status.heartbeatAtMs;
  if (silentMs > REPLICA_LOST_MS)
    return { state: "lost", reason: `no heartbeat for ${Math.round(silentMs / 1000)} s`, actualReleaseId };
  if (o.wantedReleaseId === null) return { state: "no_release", reason: null, actualReleaseId };
  if (actualReleaseId === o.wantedReleaseId) return { state: "serving", reason: null, actualReleaseId };
  const wanted = own.find((release) => release.releaseId === o.wantedReleaseId);
  if (wanted?.state === "refused") return { state: "refused", reason: wanted.reason, actualReleaseId };
  if (wanted?.state === "loading" || actualReleaseId === null)
    return { state: "loading", reason: null, actualReleaseId };
  return { state: "stale", reason: "serves another release than the current one", actualReleaseId };
}
