import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { type ControlDocument, RECENT_SLATES_MAX, type ReplicaStatus, redisKeys } from "@shortlist/contracts";
import {
  type ArtifactStore,
  addFunnelCounts,
  appendCatalogChanges,
  createRedis,
  type Logger,
} from "@shortlist/platform";
import { nodeSpoolDisk } from "./adapters/nodeSpoolDisk";
import { createRedisEventLog } from "./adapters/redisEventLog";
import { createRedisFeatureStore } from "./adapters/redisFeatureStore";
import { createRedisPrecomputedLists } from "./adapters/redisPrecomputedLists";
import { listRecentSlates } from "./adapters/redisRecentSlates";
import { createRedisShadowSink } from "./adapters/redisShadowSink";
import { createRedisShopperStore } from "./adapters/redisShopperStore";
import { createRedisSlateSink } from "./adapters/redisSlateSink";
import { shopRankFeatures } from "./adapters/shopRankFeatures";
import { followCatalogs } from "./catalog/catalogFollower";
import { LOG_DEADLINE_MS } from "./collect/durableLog";
import { guardEventLog } from "./collect/guardedLog";
import { openDurableLog } from "./collect/openDurableLog";
import { createFunnelCounter } from "./counters/funnelCounter";
import { Breakers } from "./degrade/breakers";
import { sumCaches } from "./degrade/caches";
import { FleetClock } from "./degrade/fleetClock";
import { createHotShoppers } from "./degrade/hotShoppers";
import { noteEvents } from "./degrade/noteEvents";
import { PressureMeter } from "./degrade/pressureMeter";
import { RecentBlocks, withRecentBlocks } from "./degrade/recentBlocks";
import { RetryBudget } from "./degrade/retryBudget";
import { ShopperEpochs } from "./degrade/shopperEpochs";
import type { ServingEnv } from "./env";
import { LiveViews } from "./features/liveViews";
import { KeyRing } from "./http/keyRing";
import { createMetrics } from "./http/metrics";
import { RateLimiter } from "./http/rateLimiter";
import { createServer } from "./http/server";
import type { RankFeatureSet } from "./ports/rankFeatures";
import type { SpoolDisk } from "./ports/spoolDisk";
import { createArtifactCache } from "./release/artifactCache";
import { listExecution } from "./release/listExecution";
import type { LoadedRelease } from "./release/loadedRelease";
import type { PlannedDocument, ReleaseState } from "./release/plan";
import { ReplicaStats } from "./replicaStats";
import { HeldReleases } from "./rollout/heldReleases";
import { createShadowRunner } from "./shadow/shadowRunner";
import { loadWorkspace } from "./workspaces";

export interface ReplicaOptions {
  readonly env: ServingEnv;
  readonly store: ArtifactStore;
  readonly logger: Logger;
  readonly rankFeatures?: RankFeatureSet;
  readonly alter?: (loaded: LoadedRelease) => LoadedRelease;
  /** Metrics over all processes; this process's own when there is no supervisor. */
  readonly readMetrics?: () => Promise<string>;
  readonly replicaId?: string;
  /** In place of the machine's clock, for tests of one that is wrong. */
  readonly wallClock?: () => number;
  /** A disk other than the local one, for tests of one that is full. */
  readonly spoolDisk?: SpoolDisk;
}

export type Replica = Awaited<ReturnType<typeof createReplica>>;

/** As the metric says it. */
const OPENNESS = { closed: 0, half_open: 1, open: 2 } as const;
const VERSION = "0.1.0";

/** One serving process: its connections, its releases and its HTTP server, not yet listening. */
export async function createReplica(options: ReplicaOptions) {
  const { env, logger } = options;
  const now = () => performance.now();
  const clock = new FleetClock(now, options.wallClock ?? Date.now);
  const startedAtMs = Math.round(clock.now());
  const replicaId = options.replicaId ?? `${hostname()}-${process.pid}`;
  const redis = createRedis(env.REDIS_URL);
  // Availability is part of every answer and of the heartbeat; a log line per retry would say nothing new.
  redis.on("error", (error: Error) => logger.debug({ err: error.message }, "redis"));
  await redis.connect().catch(() => logger.warn("redis is away; starting without it"));

  /** With Redis away the clock stays as it is. */
  const syncClock = async (): Promise<void> => {
    const askedAtMs = now();
    const [seconds, micros] = await redis.time();
    const offByMs = clock.correct(Number(seconds) * 1000 + Number(micros) / 1000, askedAtMs, now());
    if (offByMs !== 0) logger.warn({ offByMs: Math.round(offByMs) }, "this machine's clock is not Redis's");
  };
  await syncClock().catch(() => undefined);

  const catalogRedis = createRedis(env.REDIS_URL);
  catalogRedis.on("error", (error: Error) => logger.debug({ err: error.message }, "redis"));
  await catalogRedis.connect().catch(() => undefined);
  const catalogs = followCatalogs({ redis: catalogRedis, logger, now, wait: sleep });

  const metrics = createMetrics();
  const loopDelay = monitorEventLoopDelay({ resolution: 10 });
  loopDelay.enable();
  const stats = new ReplicaStats(now());
  const load = new PressureMeter(now);
  const breakers = new Breakers(now, clock.now);
  const keys = new KeyRing();
  const views = new LiveViews();
  const epochs = new ShopperEpochs();
  const shopperStore = createRedisShopperStore(redis, {
    now,
    wallClock: clock.now,
    breaker: breakers.create("shopper_state"),
    findView: (workspace, viewId) => views.find(workspace, viewId),
  });
  const blocks = new RecentBlocks();
  const hot = { epochs, readsPerSecond: env.SERVING_HOT_READS_PER_SECOND, now };
  const shoppers = withRecentBlocks(createHotShoppers(shopperStore, hot), blocks);
  const slates = createRedisSlateSink(redis, (count) => metrics.droppedSlateLogs.inc(count));
  const funnelCounter = createFunnelCounter({
    write: (batch) => addFunnelCounts(redis, batch),
    isUp: () => redis.status === "ready",
    wallClock: clock.now,
    id: randomUUID(),
    onLost: (requests) => metrics.lostFunnelCounts.inc(requests),
  });
  const isLogUp = () => redis.status === "ready";
  const events = openDurableLog({
    log: guardEventLog(
      createRedisEventLog(redis, (workspace) => keys.rulesOf(workspace)),
      {
        breaker: breakers.create("event_log"),
        retries: new RetryBudget(),
        isLogUp,
        deadlineMs: LOG_DEADLINE_MS,
        now,
      },
    ),
    isLogUp,
    disk: options.spoolDisk ?? nodeSpoolDisk,
    stateDir: env.SERVING_STATE_DIR,
    maxBytes: env.SERVING_SPOOL_MAX_MB * 1024 * 1024,
    logger,
    now: clock.now,
    onSpooled: (count) => metrics.spooledEvents.inc(count),
    onReplayed: (count) => metrics.replayedEvents.inc(count),
  });
  const featureLogs = new RateLimiter({
    perSecond: env.SERVING_FEATURE_LOGS_PER_SECOND,
    burst: Math.max(1, env.SERVING_FEATURE_LOGS_PER_SECOND),
    now,
  });
  const loader = {
    cache: createArtifactCache(env.SERVING_STATE_DIR, options.store),
    rankFeatures: options.rankFeatures ?? shopRankFeatures,
    executionProviders: env.SERVING_EXECUTION_PROVIDERS,
    shoppers,
    replicaId,
    load,
    breakers,
    slateCacheEntries: env.SERVING_SLATE_CACHE_ENTRIES,
    listRecentSlates: (workspace: string) => listRecentSlates(redis, workspace, RECENT_SLATES_MAX),
    now,
    follow: catalogs.follow,
    logsFeatures: () => env.SERVING_FEATURE_LOGS_PER_SECOND > 0 && featureLogs.take(""),
    ...(options.alter === undefined ? {} : { alter: options.alter }),
  };

  const releases = new HeldReleases((document, needed) => loadWorkspace(document, needed, loader));
  const { served } = releases;
  const shadowSink = createRedisShadowSink(redis, (count) =>
    metrics.shadows.inc({ outcome: "unwritten" }, count),
  );
  const isBusy = () => isDraining || load.step > 0;
  const shadows = createShadowRunner({
    findServed: (workspace) => served.get(workspace),
    push: shadowSink.push,
    isBusy,
    sharePct: env.SERVING_SHADOW_CPU_PCT,
    now,
    wait: sleep,
    onOutcome: (outcome) => metrics.shadows.inc({ outcome }),
  });
  let others: readonly ReleaseState[] = [];
  let isDraining = false;
  let isStandby = false;

  const listCaches = (): ReplicaStatus["caches"] => [
    ...shoppers.listCaches(),
    ...sumCaches(releases.runtimes().flatMap(({ cache, listUse }) => [cache.list(), listUse.list()])),
  ];
  const refreshGauges = () => {
    for (const { name, hits, misses, entries } of listCaches()) {
      metrics.cacheHits.set({ cache: name }, hits);
      metrics.cacheMisses.set({ cache: name }, misses);
      metrics.cacheEntries.set({ cache: name }, entries);
    }
    metrics.loopLag.set(loopDelay.percentile(99) / 1e9);
    loopDelay.reset();
    metrics.pressure.set(load.pressure);
    metrics.breakers.reset();
    for (const { name, state } of breakers.list()) metrics.breakers.set({ breaker: name }, OPENNESS[state]);
    metrics.rss.set(process.memoryUsage.rss());
    metrics.spoolBytes.set(events.bytes());
    metrics.spoolAge.set(events.oldestAgeMs() / 1000);
  };
  const readOwnMetrics = () => {
    refreshGauges();
    return metrics.registry.metrics();
  };

  const app = createServer({
    logger,
    keys,
    limiter: new RateLimiter({ perSecond: env.SERVING_RATE_PER_SECOND, burst: env.SERVING_RATE_BURST, now }),
    served,
    eventLog: noteEvents(events, { epochs, blocks }),
    catalog: { append: (workspace, changes) => appendCatalogChanges(redis, workspace, changes) },
    slates,
    lists: createRedisPrecomputedLists(redis),
    views,
    features: createRedisFeatureStore(redis, logger),
    metrics,
    stats,
    shadows,
    funnelCounter,
    pseudonymKey: env.PSEUDONYM_KEY,
    now,
    wallClock: clock.now,
    readMetrics: options.readMetrics ?? readOwnMetrics,
    notReady: () => (isDraining ? "draining" : served.size === 0 ? "no release is being served" : null),
    isDraining: () => isDraining,
    isBusy,
  });

  const applyKeys = (documents: readonly ControlDocument[]) => {
    keys.replace(documents);
    views.replace(documents);
  };

  const status = (): ReplicaStatus => ({
    replicaId,
    host: hostname(),
    pid: process.pid,
    startedAtMs,
    heartbeatAtMs: Math.round(clock.now()),
    version: VERSION,
    releases: [...releases.list(), ...others],
    rssBytes: process.memoryUsage.rss(),
    requests: stats.requests,
    requestsPerSecond: stats.rate(now()),
    latencyMsP50: stats.quantile(0.5),
    latencyMsP99: stats.quantile(0.99),
    rungCounts: [...stats.rungCounts],
    gateViolations: stats.gateViolations,
    redis: redis.status === "ready" ? "up" : "down",
    droppedSlateLogs: slates.dropped,
    pressure: Math.round(load.pressure * 1000) / 1000,
    breakers: breakers.list(),
    caches: listCaches(),
    catalogs: catalogs.list(),
    execution: releases.runtimes().flatMap(({ workspace, loaded }) => listExecution(workspace, loaded)),
  });

  return {
    app,
    redis,
    replicaId,
    served,
    stats,
    status,
    metricsJson: async () => {
      refreshGauges();
      return metrics.registry.getMetricsAsJSON();
    },
    /** Loads every release; one that is refused is not held and its reason is in the result. */
    async load(documents: readonly PlannedDocument[]): Promise<ReleaseState[]> {
      applyKeys(documents);
      const states = await releases.load(documents);
      load.start();
      return states;
    },
    /** Takes effect at once, as far as the releases of this process go: those never change. */
    update(documents: readonly PlannedDocument[], states: readonly ReleaseState[]): void {
      applyKeys(documents);
      releases.update(documents);
      others = states;
    },
    async heartbeat(): Promise<void> {
      if (redis.status !== "ready") return;
      await syncClock().catch(() => undefined);
      if (isStandby) return;
      await redis.hset(redisKeys.replicas, replicaId, JSON.stringify(status())).catch(() => undefined);
    },
    startDraining(): void {
      isDraining = true;
    },
    /** No member of the fleet until it resumes. */
    async standBy(): Promise<void> {
      isStandby = true;
      if (redis.status === "ready") await redis.hdel(redisKeys.replicas, replicaId).catch(() => undefined);
    },
    resume(): void {
      isDraining = false;
      isStandby = false;
      load.start();
    },
    /** Writes what is buffered, takes itself off the fleet list and closes everything. */
    async close(): Promise<void> {
      await app.close();
      shadows.close();
      await shadowSink.close();
      await events.close();
      await slates.close();
      await funnelCounter.close();
      catalogs.close();
      if (redis.status === "ready") await redis.hdel(redisKeys.replicas, replicaId).catch(() => undefined);
      load.stop();
      loopDelay.disable();
      redis.disconnect();
    },
  };
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
