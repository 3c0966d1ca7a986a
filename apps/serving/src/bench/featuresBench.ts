import { randomUUID } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import {
  canonicalFeatureViewJson,
  EVENT_PARTITIONS,
  type FeatureStart,
  FeatureView,
  type LiveFeatureView,
  redisKeys,
  type StoredInteraction,
} from "@shortlist/contracts";
import { createRandom } from "@shortlist/ml";
import { createRedis, partitionOf, sha256Hex } from "@shortlist/platform";
import type { Redis } from "ioredis";
import { createControl, publishControl } from "../testing/publishControl";
import { findFreePort, startRedisServer } from "../testing/redisServer";
import { type StreamWorkerProcess, startStreamWorkerProcess } from "./streamWorkerProcess";

// Measures the online feature path in processes of its own: how many events a stream worker folds per core.
// Writes bench-results/features.json.

const WORKSPACE = "bench";
const N_SHOPPERS = 2_000;
const N_ITEMS = 5_000;

const isType = (value: string) => ({ field: "type", op: "eq", value });

/** What a shop keeps of each shopper: the view of `packages/lake/src/bench`, 10 features over 22 windows. */
const SHOPPER_VIEW = createLive({
  name: "shopper_activity",
  entity: "shopper",
  features: [
    { name: "events", op: "count", windows: ["1h", "1d", "7d", "30d"] },
    { name: "clicks", op: "count", where: isType("click"), windows: ["1h", "1d", "7d"] },
    { name: "purchases", op: "count", where: isType("purchase"), windows: ["7d", "30d", null] },
    { name: "spend", op: "sum", field: "value", where: isType("purchase"), windows: ["30d", null] },
    { name: "price", op: "mean", field: "value", windows: ["7d", "30d"] },
    { name: "price_max", op: "max", field: "value", windows: ["30d"] },
    { name: "items", op: "distinct", field: "itemId", windows: ["1d", "7d"] },
    { name: "recent", op: "last_n", field: "itemId", n: 10, windows: ["7d"] },
    { name: "since_purchase", op: "time_since", where: isType("purchase"), windows: [null] },
    { name: "heat", op: "decayed_count", halfLife: "1d", windows: [null] },
  ],
});

function createLive(o: object): LiveFeatureView {
  const view = FeatureView.parse({
    version: 1,
    owner: "bench",
    source: { types: ["view", "click", "add_to_cart", "purchase"] },
    ttl: "30d",
    mode: "stream",
    freshnessObjectiveSeconds: 10,
    ...o,
  });
  return { view, hash: sha256Hex(canonicalFeatureViewJson(view)), batch: null };
}

async function run(): Promise<void> {
  const root = process.cwd();
  const home = {
    dir: await mkdtemp(join(tmpdir(), "bench-redis-")),
    port: await findFreePort(),
    // What `npm run up` starts it with.
    appendfsync: "always",
  };
  const server = await startRedisServer(home);
  const redis = createRedis(server.url);
  await redis.connect();
  const worker = startStreamWorkerProcess({ redisUrl: server.url, lakeDir: join(home.dir, "lake"), root });
  try {
    await sleep(3_000);
    const fold = await measureFold(redis, worker, readNumber("--events", 200_000));
    const report = {
      at: new Date().toISOString(),
      machine: `${cpus().length} × ${cpus()[0]?.model ?? "unknown"}, Node ${process.version}`,
      fold,
    };
    await mkdir("bench-results", { recursive: true });
    await writeFile(resolve("bench-results", "features.json"), `${JSON.stringify(report, null, 2)}\n`);
    print(JSON.stringify(report, null, 2));
  } finally {
    await worker.stop();
    redis.disconnect();
    await server.stop();
    await rm(home.dir, { recursive: true, force: true });
  }
}

/** A backlog of two days of events, folded as fast as the worker can: reading, folding, writing and acknowledging. */
async function measureFold(redis: Redis, worker: StreamWorkerProcess, nEvents: number) {
  const events = createEvents(nEvents);
  for (let from = 0; from < nEvents; from += 5_000) {
    const pipeline = redis.pipeline();
    for (const event of events.slice(from, from + 5_000))
      pipeline.xadd(redisKeys.events(WORKSPACE, partitionOf(event.shopper)), "*", "e", JSON.stringify(event));
    await pipeline.exec();
  }
  const start: FeatureStart = { liveFromMs: 0, isCaughtUp: true };
  await redis.hset(redisKeys.featureStarts(WORKSPACE), "shopper_activity@1", JSON.stringify(start));
  const cpuBefore = worker.cpuMs();
  await publishControl(redis, { ...createControl(WORKSPACE, null).document, featureViews: [SHOPPER_VIEW] });
  let startedMs = 0;
  for (;;) {
    const waiting = await countWaiting(redis);
    if (startedMs === 0 && waiting !== null && waiting < nEvents) startedMs = performance.now();
    if (waiting === 0) break;
    await sleep(10);
  }
  const seconds = (performance.now() - startedMs) / 1000;
  const cpuAfter = worker.cpuMs();
  const cpuSeconds = cpuBefore === null || cpuAfter === null ? null : (cpuAfter - cpuBefore) / 1000;
  const sizes = await Promise.all(
    Array.from({ length: 100 }, (_, i) =>
      redis.strlen(
        redisKeys.featureStream(WORKSPACE, "shopper_activity@1", { entity: "shopper", key: [shopperOf(i)] }),
      ),
    ),
  );
  return {
    events: nEvents,
    shoppers: N_SHOPPERS,
    eventsPerSecond: nEvents / seconds,
    eventsPerCoreSecond: cpuSeconds === null ? null : nEvents / cpuSeconds,
    stateBytesMean: sizes.reduce((sum, size) => sum + size, 0) / sizes.length,
    workerRssBytes: worker.rssBytes(),
  };
}

/** Entries not acknowledged yet; null while there is no group. */
async function countWaiting(redis: Redis): Promise<number | null> {
  let waiting = 0;
  for (let partition = 0; partition < EVENT_PARTITIONS; partition++) {
    const groups = (await redis
      .xinfo("GROUPS", redisKeys.events(WORKSPACE, partition))
      .catch(() => [])) as unknown[][];
    const group = groups.map(toRecord).find(({ name }) => name === "features");
    if (group === undefined) return null;
    waiting += Number(group.lag) + Number(group.pending);
  }
  return waiting;
}

function toRecord(flat: unknown[]): Record<string, unknown> {
  const record: Record<string, unknown> = {};
  for (let i = 0; i < flat.length; i += 2) record[String(flat[i])] = flat[i + 1];
  return record;
}

const TYPES = ["view", "view", "view", "click", "click", "add_to_cart", "purchase"] as const;
const shopperOf = (i: number) => `shopper-${i}`.padEnd(22, "_");

function createEvents(n: number): StoredInteraction[] {
  const random = createRandom("features bench");
  const endMs = Date.now();
  const stepMs = (2 * 86_400_000) / n;
  return Array.from({ length: n }, (_, i) => {
    const occurredAtMs = Math.floor(endMs - (n - i) * stepMs);
    return {
      eventId: randomUUID(),
      type: random.pick(TYPES),
      itemId: `sku-${random.int(N_ITEMS)}`,
      shopper: shopperOf(random.int(N_SHOPPERS)),
      anonymousShopper: null,
      sessionId: null,
      requestId: null,
      position: null,
      surface: "home_feed",
      occurredAtMs,
      receivedAtMs: occurredAtMs + random.int(5000),
      value: random.int(10_000) / 100,
      currency: "EUR",
      quantity: 1,
      context: {},
    };
  });
}

const print = (text: string) => void process.stdout.write(`${text}\n`);

function readNumber(flag: string, fallback: number): number {
  const at = process.argv.indexOf(flag);
  const value = at < 0 ? fallback : Number(process.argv[at + 1]);
  if (!Number.isFinite(value) || value <= 0) throw new Error(`${flag} needs a number above 0`);
  return value;
}

run().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(1);
});
