import { type ReplicaStatus, ROLLOUT_ENDED, SURFACES } from "@shortlist/contracts";
import { computeRolloutOutcomes } from "@shortlist/lake";
import { withDeadline } from "@shortlist/platform";
import type { AppContext } from "../../context";
import { listLiveStatuses } from "../serving/service";
import type { Measurements, Outcomes } from "./measurements";
import { CountedBase, readCounts } from "./readCounts";
import type { RolloutRow } from "./repository";
import { readShadowStats } from "./shadowService";
import { toShadowTotals } from "./shadowStats";
import { computeTraffic } from "./traffic";

export type MeasureCtx = Pick<AppContext, "redis" | "lake" | "now" | "logger">;

export interface Measured {
  readonly measurements: Measurements;
  /** Sums to be kept with the rollout; null: as they were. */
  readonly counted: CountedBase | null;
}

/** Heartbeats come every 2 s; a replica silent for longer is not asked whether it holds the candidate. */
const REPLICA_SILENT_MS = 10_000;

/** A Redis that took the call and does not answer is as good as away: the round must come to its end. */
const REDIS_DEADLINE_MS = 5_000;

/** Everything a decision rests on. What cannot be read is null and says so; it never reads as zero. */
export async function measureRollout(ctx: MeasureCtx, workspace: string, row: RolloutRow): Promise<Measured> {
  const nowMs = ctx.now().getTime();
  const { phase } = row.state;
  const isMeasured = phase === "canary" || phase === "holdback";
  const replicas =
    ROLLOUT_ENDED.has(phase) || phase === "scheduled"
      ? null
      : readReadiness(await withDeadline(listLiveStatuses(ctx), REDIS_DEADLINE_MS).catch(() => null), {
          workspace,
          releaseId: row.candidateReleaseId,
          nowMs,
        });
  const parsed = CountedBase.safeParse(row.counted);
  const counts = isMeasured
    ? await withDeadline(
        readCounts(ctx.redis, workspace, {
          rolloutId: row.id,
          sinceMs: row.state.stepSinceMs,
          nowMs,
          base: parsed.success ? parsed.data : null,
        }),
        REDIS_DEADLINE_MS,
      ).catch((error) => {
        ctx.logger.warn({ err: error, workspace }, "counts of a rollout cannot be read");
        return null;
      })
    : null;
  const outcomes = isMeasured
    ? await readRarely(ctx, `${row.id} outcomes ${row.sequence}`, () => readOutcomes(ctx, workspace, row))
    : null;
  const shadow =
    phase === "shadow"
      ? await readRarely(ctx, `${row.id} shadow ${row.sequence}`, async () =>
          toShadowTotals(
            await readShadowStats(ctx, workspace, { rolloutId: row.id, sinceMs: row.state.stepSinceMs }),
          ),
        )
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
      outcomes: outcomes?.value ?? null,
      outcomesProblem: outcomes?.problem ?? null,
      shadow: shadow?.value ?? null,
      shadowProblem: shadow?.problem ?? null,
    },
    counted: counts?.base ?? null,
  };
}

async function readOutcomes(
  ctx: MeasureCtx,
  workspace: string,
  { id, plan, state }: RolloutRow,
): Promise<Outcomes | null> {
  const nowMs = ctx.now().getTime();
  const traffic = computeTraffic(plan, state);
  // Steps whose arms are of one size may be taken together; others would weigh times of the day differently in each arm.
  const isEven = traffic !== null && traffic.candidateBuckets === traffic.controlBuckets;
  const sinceMs = isEven ? (state.windowSinceMs ?? state.stepSinceMs) : state.stepSinceMs;
  const attributionMs = plan.attributionMinutes * 60_000;
  const found = await computeRolloutOutcomes(await ctx.lake(), {
    workspace,
    rolloutId: id,
    surfaces: plan.surfaces ?? SURFACES,
    sinceMs,
    splitSinceMs: state.stepSinceMs,
    attributionMs,
    nowMs,
  });
  return found === null ? null : { ...found, fromMs: sinceMs, maturedUntilMs: nowMs - attributionMs };
}

/** Of the time between two reads at most so much goes into reading: a rollout of weeks must not keep the archive busy. */
const READING_SHARE = 0.05;

interface Read<T> {
  readonly value: T | null;
  readonly problem: string | null;
}
interface HeldRead extends Read<unknown> {
  readonly key: string;
  readonly againMs: number;
}
/** Per connection, because one process of the tests holds several; by kind and rollout, so that old ones go. */
const reads = new WeakMap<object, Map<string, HeldRead>>();

/** Reads again once the last reading has become cheap against the time that passed; says why when it cannot be read. */
async function readRarely<T>(ctx: MeasureCtx, key: string, read: () => Promise<T>): Promise<Read<T>> {
  const held = reads.get(ctx.redis) ?? new Map<string, HeldRead>();
  reads.set(ctx.redis, held);
  const nowMs = ctx.now().getTime();
  const name = key.slice(0, key.lastIndexOf(" "));
  const last = held.get(name);
  if (last?.key === key && nowMs < last.againMs) return last as Read<T>;
  const startMs = performance.now();
  const found: Read<T> = await read().then(
    (value) => ({ value, problem: null }),
    (error) => {
      ctx.logger.warn({ err: error, read: name }, "measurements of a rollout cannot be read");
      return { value: null, problem: "the archive cannot be read" };
    },
  );
  held.set(name, { ...found, key, againMs: nowMs + (performance.now() - startMs) / READING_SHARE });
  return found;
}

const UNREAD: ReadonlySet<string> = new Set(["incomplete", "catching_up"]);

function readReadiness(
  statuses: readonly ReplicaStatus[] | null,
  o: { workspace: string; releaseId: string; nowMs: number },
): Measurements["replicas"] {
  if (statuses === null) return null;
  const alive = statuses.filter(({ heartbeatAtMs }) => o.nowMs - heartbeatAtMs <= REPLICA_SILENT_MS);
  const held = alive.map(({ replicaId, releases, catalogs }) => ({
    replicaId,
    // A candidate of an older item table that misses changes would show what is deleted: first they are brought back.
    isWhole: !catalogs.some(({ workspace, state }) => workspace === o.workspace && UNREAD.has(state)),
    release: releases.find(
      ({ workspace, releaseId }) => workspace === o.workspace && releaseId === o.releaseId,
    ),
  }));
  return {
    alive: alive.length,
    ready: held.filter(
      ({ release, isWhole }) =>
        isWhole && release !== undefined && ["candidate", "serving"].includes(release.state),
    ).length,
    refused: held.flatMap(({ replicaId, release }) =>
      release?.state === "refused" ? [{ replicaId, reason: release.reason ?? "no reason given" }] : [],
    ),
  };
}
