import { ReplicaStatus, redisKeys } from "@shortlist/contracts";
import type { AppContext } from "../../context";
import {
  decideReplicaState,
  findCandidate,
  REPLICA_FORGOTTEN_MS,
  type ReplicaCandidate,
  type ReplicaVerdict,
} from "./decide";

type Ctx = Pick<AppContext, "db" | "redis" | "now" | "logger">;

export type ReplicaView = ReplicaVerdict & {
  readonly replicaId: string;
  readonly host: string;
  readonly pid: number;
  readonly version: string;
  readonly startedAt: Date;
  readonly heartbeatAt: Date;
  readonly actualReleaseNumber: number | null;
  /** The candidate of the rollout under way, as far as the replica has one. */
  readonly candidate: (Omit<ReplicaCandidate, "releaseId"> & { readonly releaseNumber: number }) | null;
  readonly loadMs: number | null;
  readonly rssBytes: number;
  readonly requests: number;
  readonly requestsPerSecond: number;
  readonly latencyMsP50: number | null;
  readonly latencyMsP99: number | null;
  readonly rungCounts: readonly number[];
  readonly gateViolations: number;
  readonly redis: "up" | "down";
  readonly droppedSlateLogs: number;
  /** 0 at rest, 1 when the process cannot keep up. */
  readonly pressure: number;
  readonly breakers: readonly Breaker[];
  readonly caches: ReplicaStatus["caches"];
};
export type Breaker = Omit<ReplicaStatus["breakers"][number], "workspace" | "sinceMs"> & { since: Date };

export interface Fleet {
  readonly wanted: { releaseId: string; number: number; createdAt: Date } | null;
  readonly replicas: readonly ReplicaView[];
  /** Null when the heartbeats could not be read: no data, not an empty fleet. */
  readonly readAt: Date | null;
}

/** The fleet as one workspace sees it: which replica serves what, against what it should. */
export async function getFleet(ctx: Ctx, workspace: { id: string; slug: string }): Promise<Fleet> {
  const now = ctx.now();
  const releases = await ctx.db.workspace.findUniqueOrThrow({
    where: { id: workspace.id },
    select: {
      currentRelease: { select: { id: true, number: true, createdAt: true } },
      releases: { select: { id: true, number: true } },
    },
  });
  const current = releases.currentRelease;
  const numbers = new Map(releases.releases.map(({ id, number }) => [id, number]));
  const statuses = await listLiveStatuses(ctx);
  const replicas = (statuses ?? [])
    .map((status) => {
      const verdict = decideReplicaState(status, {
        workspace: workspace.slug,
        wantedReleaseId: current?.id ?? null,
        nowMs: now.getTime(),
      });
      return toReplicaView(status, verdict, { numbers, workspace: workspace.slug });
    })
    .sort((a, b) => a.replicaId.localeCompare(b.replicaId));
  return {
    wanted:
      current === null
        ? null
        : { releaseId: current.id, number: current.number, createdAt: current.createdAt },
    replicas,
    readAt: statuses === null ? null : now,
  };
}

/** Statuses of the replicas that are there; null when they could not be read. */
export async function listLiveStatuses(ctx: Omit<Ctx, "db">): Promise<ReplicaStatus[] | null> {
  const nowMs = ctx.now().getTime();
  const statuses = await readHeartbeats(ctx);
  return statuses?.filter((status) => nowMs - status.heartbeatAtMs < REPLICA_FORGOTTEN_MS) ?? null;
}

async function readHeartbeats({
  redis,
  logger,
}: Pick<Ctx, "redis" | "logger">): Promise<ReplicaStatus[] | null> {
  try {
    const all = await redis.hvals(redisKeys.replicas);
    return all.flatMap((json) => {
      const parsed = ReplicaStatus.safeParse(JSON.parse(json));
      if (!parsed.success)
        logger.warn({ issues: parsed.error.issues.slice(0, 3) }, "a heartbeat does not parse");
      return parsed.success ? [parsed.data] : [];
    });
  } catch (error) {
    logger.warn({ err: error }, "heartbeats cannot be read");
    return null;
  }
}

function toReplicaView(
  status: ReplicaStatus,
  verdict: ReplicaVerdict,
  o: { numbers: ReadonlyMap<string, number>; workspace: string },
): ReplicaView {
  const { actualReleaseId } = verdict;
  const candidate = findCandidate(status, o.workspace);
  const candidateNumber = candidate === null ? undefined : o.numbers.get(candidate.releaseId);
  const own = status.releases.find((r) => r.workspace === o.workspace && r.releaseId === actualReleaseId);
  return {
    ...verdict,
    actualReleaseNumber: actualReleaseId === null ? null : (o.numbers.get(actualReleaseId) ?? null),
    candidate:
      candidate === null || candidateNumber === undefined
        ? null
        : { releaseNumber: candidateNumber, state: candidate.state, reason: candidate.reason },
    loadMs: own?.loadMs ?? null,
    replicaId: status.replicaId,
    host: status.host,
    pid: status.pid,
    version: status.version,
    startedAt: new Date(status.startedAtMs),
    heartbeatAt: new Date(status.heartbeatAtMs),
    rssBytes: status.rssBytes,
    requests: status.requests,
    requestsPerSecond: status.requestsPerSecond,
    latencyMsP50: status.latencyMsP50,
    latencyMsP99: status.latencyMsP99,
    rungCounts: status.rungCounts,
    gateViolations: status.gateViolations,
    redis: status.redis,
    droppedSlateLogs: status.droppedSlateLogs,
    pressure: status.pressure,
    // Of other workspaces' sources and rankers nothing is said.
    breakers: status.breakers
      .filter(({ workspace }) => workspace === null || workspace === o.workspace)
      .map(({ name, state, failures, sinceMs }) => ({ name, state, failures, since: new Date(sinceMs) })),
    caches: status.caches,
  };
}
