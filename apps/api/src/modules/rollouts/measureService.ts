import { type ReplicaStatus, ROLLOUT_ENDED } from "@shortlist/contracts";
import type { AppContext } from "../../context";
import { listLiveStatuses } from "../serving/service";
import type { Measurements } from "./measurements";
import { CountedBase, readCounts } from "./readCounts";
import type { RolloutRow } from "./repository";

export type MeasureCtx = Pick<AppContext, "redis" | "lake" | "now" | "logger">;

export interface Measured {
  readonly measurements: Measurements;
  /** Sums to be kept with the rollout; null: as they were. */
  readonly counted: CountedBase | null;
}

/** Heartbeats come every 2 s; a replica silent for longer is not asked whether it holds the candidate. */
const REPLICA_SILENT_MS = 10_000;

/** Everything a decision rests on. What cannot be read is null and says so; it never reads as zero. */
export async function measureRollout(ctx: MeasureCtx, workspace: string, row: RolloutRow): Promise<Measured> {
  const nowMs = ctx.now().getTime();
  const { phase } = row.state;
  const isMeasured = phase === "canary" || phase === "holdback";
  const replicas =
    ROLLOUT_ENDED.has(phase) || phase === "scheduled"
      ? null
      : readReadiness(await listLiveStatuses(ctx), { workspace, releaseId: row.candidateReleaseId, nowMs });
  const parsed = CountedBase.safeParse(row.counted);
  const counts = isMeasured
    ? await readCounts(ctx.redis, workspace, {
        rolloutId: row.id,
        sinceMs: row.state.stepSinceMs,
        nowMs,
        base: parsed.success ? parsed.data : null,
      }).catch((error) => {
        ctx.logger.warn({ err: error, workspace }, "counts of a rollout cannot be read");
        return null;
      })
    : null;
  return {
    measurements: {
      atMs: nowMs,
      replicas,
      counts:
        counts === null
          ? null
          : {
              fromMs: counts.fromMs,
              arms: counts.arms,
              lastCandidateMinute: counts.lastCandidateMinute,
            },
      outcomes: null,
      outcomesProblem: null,
      shadow: null,
      shadowProblem: null,
    },
    counted: counts?.base ?? null,
  };
}

function readReadiness(
  statuses: readonly ReplicaStatus[] | null,
  o: { workspace: string; releaseId: string; nowMs: number },
): Measurements["replicas"] {
  if (statuses === null) return null;
  const alive = statuses.filter(({ heartbeatAtMs }) => o.nowMs - heartbeatAtMs <= REPLICA_SILENT_MS);
  const held = alive.map(({ replicaId, releases }) => ({
    replicaId,
    release: releases.find(
      ({ workspace, releaseId }) => workspace === o.workspace && releaseId === o.releaseId,
    ),
  }));
  return {
    alive: alive.length,
    ready: held.filter(
      ({ release }) => release !== undefined && !["loading", "refused"].includes(release.state),
    ).length,
    refused: held.flatMap(({ replicaId, release }) =>
      release?.state === "refused" ? [{ replicaId, reason: release.reason ?? "no reason given" }] : [],
    ),
  };
}
