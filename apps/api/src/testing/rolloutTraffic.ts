import {
  type CatalogStatus,
  countsOf,
  FUNNEL_ALL,
  type FunnelCounts,
  latencyBucketOf,
  ReplicaStatus,
  redisKeys,
  rolloutCountsKey,
  type StoredInteraction,
  surfaceCounts,
} from "@shortlist/contracts";
import { createRandom } from "@shortlist/ml";
import { addFunnelCounts, partitionOf } from "@shortlist/platform";
import type { AppContext } from "../context";
import { createInteraction, toPseudonym } from "./interactions";
import { createSlate } from "./slates";

type Ctx = Pick<AppContext, "redis" | "now">;
const ARMS = ["control", "candidate"] as const;

/** A heartbeat of a replica that holds the candidate of a rollout. */
export async function beatWithCandidate(
  ctx: Ctx,
  o: {
    workspace: string;
    releaseId: string;
    rolloutId: string;
    /** Of its copies of the catalogue; whole unless said otherwise. */
    catalogState?: CatalogStatus["state"];
  },
): Promise<void> {
  const { catalogState: state = "live", ...release } = o;
  const catalogs: CatalogStatus[] = [
    { workspace: o.workspace, state, position: "0-0", appliedAtMs: null, changes: 0, added: 0, waiting: 0 },
  ];
  const nowMs = ctx.now().getTime();
  const status = ReplicaStatus.parse({
    replicaId: "r1",
    host: "h",
    pid: 1,
    startedAtMs: nowMs,
    heartbeatAtMs: nowMs,
    version: "1",
    releases: [{ nItems: 2, loadMs: 5, reason: null, state: "candidate", ...release }],
    catalogs,
    rssBytes: 1,
    requests: 0,
    requestsPerSecond: 0,
    latencyMsP50: null,
    latencyMsP99: null,
    rungCounts: [0, 0, 0, 0, 0],
    gateViolations: 0,
    redis: "up",
    droppedSlateLogs: 0,
  });
  await ctx.redis.hset(redisKeys.replicas, status.replicaId, JSON.stringify(status));
}

export interface Traffic {
  readonly workspace: string;
  readonly rolloutId: string;
  readonly seed: string;
  readonly shoppersPerArm: number;
  readonly slatesPerShopper: number;
  /** Share of an arm's slates that lead to a click. */
  readonly clickRate: Record<(typeof ARMS)[number], number>;
}

/**
 * What replicas write while shoppers of both arms look at slates and click: slates and interactions into their streams,
 * answers into the counters, all of them good ones. Nothing is in the archive yet.
 */
export async function sendTraffic(ctx: Ctx, o: Traffic): Promise<void> {
  const random = createRandom(o.seed);
  const atMs = ctx.now().getTime();
  const counts: FunnelCounts = new Map();
  const pipeline = ctx.redis.pipeline();
  for (const arm of ARMS)
    for (let i = 0; i < o.shoppersPerArm; i++) {
      const shopper = toPseudonym(`${o.seed}${arm}${i}`);
      for (let n = 0; n < o.slatesPerShopper; n++) {
        const slate = createSlate(o.workspace, { atMs, shopper, rollout: { rolloutId: o.rolloutId, arm } });
        pipeline.xadd(redisKeys.slates(o.workspace), "*", "s", JSON.stringify(slate));
        countAnswer(counts, rolloutCountsKey(o.rolloutId, arm));
        if (random.next() >= o.clickRate[arm]) continue;
        const click: StoredInteraction = createInteraction({
          type: "click",
          shopper,
          requestId: slate.requestId,
          position: 0,
          surface: slate.surface,
          occurredAtMs: atMs,
          receivedAtMs: atMs,
        });
        const stream = redisKeys.events(o.workspace, partitionOf(shopper));
        pipeline.xadd(stream, "*", "e", JSON.stringify(click));
      }
    }
  await pipeline.exec();
  await addFunnelCounts(ctx.redis, {
    workspace: o.workspace,
    minute: Math.floor(atMs / 60_000),
    mark: `${o.seed}-${atMs}`,
    markSeconds: 600,
    counts,
  });
}

function countAnswer(counts: FunnelCounts, key: string): void {
  const of = surfaceCounts(counts, key);
  countsOf(of, "all", FUNNEL_ALL)[0]!++;
  countsOf(of, "rung", "0")[0]!++;
  countsOf(of, "latency", String(latencyBucketOf(3)))[0]!++;
}
