import { PROBE_SHOPPER, redisKeys } from "@shortlist/contracts";
import type { Lake } from "@shortlist/lake";
import { type Logger, partitionOf } from "@shortlist/platform";
import type { Redis } from "ioredis";
import { startLoop } from "../lifecycle";
import { decideOwn } from "./assign";
import { catchUp } from "./catchUp";
import { foldNew, foldPending, LIVE_OPTIONS, type LiveOptions } from "./liveRound";
import { createViewWatcher, type StreamedView } from "./liveViews";
import { getServerTimeMs, listPartitions, type Partition } from "./partitions";
import { createProber } from "./runProbes";
import { StateCache } from "./stateCache";

// The stream worker: folds the event streams into feature states. Any number of these run side by side and share the
// partitions; what each is to do it works out anew every second.

export interface StreamWorkerDeps {
  /** A connection of its own: it sends megabytes, and others must not wait behind them. */
  readonly redis: Redis;
  readonly lake: () => Promise<Lake>;
  readonly logger: Logger;
  /** Unique among all workers. */
  readonly name: string;
  readonly now: () => number;
  readonly createToken: () => string;
}

export interface StreamWorkerOptions extends LiveOptions {
  /** Sum of the texts of the states kept in memory, in characters; about four times that in bytes. */
  readonly cacheSize: number;
  /** A worker that was silent for longer has its share given to the others. */
  readonly deadAfterMs: number;
  /** Between two probes of a view; null: this worker measures nothing. */
  readonly probeIntervalMs: number | null;
}

const DEFAULTS: StreamWorkerOptions = {
  ...LIVE_OPTIONS,
  cacheSize: 64 * 1024 * 1024,
  deadAfterMs: 5_000,
  probeIntervalMs: 5_000,
};

/** Between two looks at streams that were empty: what it adds to the age of an event, against what looking costs. */
const IDLE_MS = 20;
/** With hundreds of workspaces looking alone would take a core: then each stream is looked at less often. */
const LOOKS_PER_SECOND_MAX = 4_000;
const AWAY_MS = 250;
const TEND_MS = 1_000;

export interface StreamWorker {
  stop(): Promise<void>;
}

export function startStreamWorker(
  deps: StreamWorkerDeps,
  options: Partial<StreamWorkerOptions> = {},
): StreamWorker {
  const { redis, logger, name, now } = deps;
  const o = { ...DEFAULTS, ...options };
  const watcher = createViewWatcher(redis, logger);
  const cache = new StateCache(o.cacheSize);
  const lastWrites = new Map<string, Map<string, number>>();
  let partitions: Partition[] = [];
  let ownViews: { workspace: string; viewId: string }[] = [];
  let isStopped = false;
  let pendingDueMs = 0;
  const live = {
    ...deps,
    cache,
    onFolded: (workspace: string, viewId: string) => {
      const own = lastWrites.get(workspace) ?? new Map<string, number>();
      lastWrites.set(workspace, own.set(viewId, now()));
    },
  };

  const tend = async () => {
    if (redis.status !== "ready") return;
    await watcher.refresh();
    await reportWrites();
    const workers = await listWorkers(redis, { name, deadAfterMs: o.deadAfterMs });
    const all = listPartitions(watcher.views().keys());
    const own = new Set(
      decideOwn(
        name,
        workers,
        all.map(({ key }) => key),
      ),
    );
    partitions = all.filter(({ key }) => own.has(key));
    ownViews = [...watcher.views()].flatMap(([workspace, views]) =>
      decideOwn(
        name,
        workers,
        views.map(({ view }) => view.id),
      ).map((viewId) => ({ workspace, viewId })),
    );
  };

  const foldRound = async () => {
    if (redis.status !== "ready") {
      // Another worker may have taken over meanwhile, and its writes are not in this memory.
      cache.clear();
      return sleepMs(AWAY_MS);
    }
    const work = { partitions, views: watcher.views() };
    if (now() >= pendingDueMs) {
      pendingDueMs = now() + TEND_MS;
      await foldPending(live, work, o);
    }
    for (let hasMore = partitions.length > 0; hasMore && !isStopped; )
      ({ hasMore } = await foldNew(live, work, o));
    const restMs = (1000 * partitions.length) / LOOKS_PER_SECOND_MAX - IDLE_MS;
    if (restMs > 0) await sleepMs(restMs);
  };

  const reportWrites = async () => {
    for (const [workspace, writes] of lastWrites)
      await redis.hset(redisKeys.featureWrites(workspace), Object.fromEntries(writes));
    lastWrites.clear();
  };

  const listLiveIds = (workspace: string) =>
    (watcher.views().get(workspace) ?? []).map(({ view }) => view.id);
  const prober = createProber({
    redis,
    name,
    now,
    sleep: sleepMs,
    isStopped: () => isStopped,
    isLive: (workspace, viewId) => listLiveIds(workspace).includes(viewId),
  });
  const probeViews = async () => {
    if (redis.status !== "ready") return;
    await Promise.all(
      [...watcher.views()].map(async ([workspace, views]) => {
        const stream = redisKeys.events(workspace, partitionOf(PROBE_SHOPPER));
        if (!partitions.some(({ key }) => key === stream)) return;
        const started = views.filter(({ start }) => start?.isCaughtUp).map(({ view }) => view);
        await prober.probe(workspace, started);
        // As they are now: some may have gone while they were probed.
        await prober.forget(workspace, listLiveIds(workspace));
      }),
    );
  };

  const takeUpView = async (workspace: string, streamed: StreamedView) => {
    const { view, start } = streamed;
    const isOwn = ownViews.some((own) => own.workspace === workspace && own.viewId === view.id);
    if (!isOwn || start?.isCaughtUp) return;
    const startedMs = now();
    const caughtUp = await catchUp(
      // A memory of its own: for a moment both loops write the same rows.
      { ...deps, cache: new StateCache(o.cacheSize), sleep: sleepMs, isStopped: () => isStopped },
      { workspace, view },
    );
    if (caughtUp === null) return;
    streamed.start = caughtUp;
    logger.info(
      { workspace, view: view.id, tookMs: Math.round(now() - startedMs) },
      "caught up with the stream; the view is folded as events come",
    );
  };
  const takeUpViews = async () => {
    if (redis.status !== "ready") return;
    for (const [workspace, views] of watcher.views())
      await Promise.all(views.map((streamed) => takeUpView(workspace, streamed)));
  };

  const loops = [
    startLoop({ name: "stream tend", intervalMs: TEND_MS, logger }, tend),
    startLoop({ name: "stream fold", intervalMs: IDLE_MS, logger }, foldRound),
    startLoop({ name: "stream catch-up", intervalMs: TEND_MS / 2, logger }, takeUpViews),
    ...(o.probeIntervalMs === null
      ? []
      : [startLoop({ name: "stream probes", intervalMs: o.probeIntervalMs, logger }, probeViews)]),
  ];
  return {
    async stop() {
      isStopped = true;
      await Promise.all(loops.map((loop) => loop.stop()));
      // Its share need not wait until it counts as dead.
      if (redis.status === "ready") await redis.zrem(redisKeys.streamWorkers, name).catch(() => undefined);
    },
  };
}

/** Who gave a sign of life lately, by the server's clock: those of the workers need not agree. */
async function listWorkers(redis: Redis, o: { name: string; deadAfterMs: number }): Promise<string[]> {
  const nowMs = await getServerTimeMs(redis);
  const replies = await redis
    .pipeline()
    .zadd(redisKeys.streamWorkers, String(nowMs), o.name)
    .zremrangebyscore(redisKeys.streamWorkers, "-inf", String(nowMs - o.deadAfterMs))
    .zrange(redisKeys.streamWorkers, "0", "-1")
    .exec();
  const [error, workers] = replies?.[2] ?? [new Error("the pipeline was not executed"), []];
  if (error !== null) throw error;
  return workers as string[];
}

function sleepMs(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
