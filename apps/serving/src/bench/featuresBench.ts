import { type ChildProcess, fork } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { cpus, loadavg, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import {
  type ControlDocument,
  canonicalFeatureViewJson,
  EVENT_PARTITIONS,
  type FeatureStart,
  FeatureView,
  type LiveFeatureView,
  redisKeys,
  type StoredInteraction,
} from "@shortlist/contracts";
import { createRandom, FEATURE_STATE_FORMAT } from "@shortlist/ml";
import { createFileArtifactStore, createRedis, partitionOf, sha256Hex } from "@shortlist/platform";
import type { Redis } from "ioredis";
import type { DrillStart } from "../testing/drillServer";
import { createControl, publishControl } from "../testing/publishControl";
import { findFreePort, startRedisServer } from "../testing/redisServer";
import { createReleaseFixture } from "../testing/releaseFixture";
import { createTestEnv } from "../testing/replicaFixture";
import { LoadGenerator } from "./loadGenerator";
import { type StreamWorkerProcess, startStreamWorkerProcess } from "./streamWorkerProcess";

// Measures the online feature path in processes of its own: how many events a stream worker folds per core, and how long
// after it was sent an event is in what the serving API reads. Writes bench-results/features.json.

const WORKSPACE = "bench";
const N_SHOPPERS = 2_000;
/** At 2,000 events a second each of them does something every ten seconds. */
const N_SHOPPERS_LIVE = 20_000;
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
    const freshness = await measureFreshness(redis, {
      dir: home.dir,
      redisUrl: server.url,
      eventsPerSecond: readNumber("--rate", 2_000),
      seconds: readNumber("--seconds", 30),
    });
    const report = {
      at: new Date().toISOString(),
      machine: `${cpus().length} × ${cpus()[0]?.model ?? "unknown"}, Node ${process.version}`,
      fold,
      freshness,
    };
    await mkdir("bench-results", { recursive: true });
    await writeFile(resolve("bench-results", "features.json"), `${JSON.stringify(report, null, 2)}\n`);
    printReport(report);
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
  await redis.hset(
    redisKeys.featureStarts(WORKSPACE, FEATURE_STATE_FORMAT),
    "shopper_activity@1",
    JSON.stringify(start),
  );
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

/** A tenth of a second apart: enough samples for a 99th percentile, and no load beside the load. */
const TRACER_MS = 100;
/** The wait between two looks is part of what is measured; waiting longer for what is late keeps looking cheap. */
const LOOK_MS = 5;
const LOOK_SHARE = 0.05;

/**
 * Events at a fixed rate through the collector; among them tracers, each of a shopper of its own, who is read through
 * `POST /v1/features/read` until the event counts. The lag is from before the event is sent to after it is read.
 */
async function measureFreshness(
  redis: Redis,
  o: { dir: string; redisUrl: string; eventsPerSecond: number; seconds: number },
) {
  const store = createFileArtifactStore(join(o.dir, "store"));
  const fixture = await createReleaseFixture({ workspace: WORKSPACE, store, nItems: 300 });
  const control = createControl(WORKSPACE, fixture.wanted, { revision: 2 });
  const document = { ...control.document, featureViews: [SHOPPER_VIEW] };
  await publishControl(redis, document);
  const port = await findFreePort();
  const serving = await startServing({ ...o, document, port });
  const headers = { authorization: `Bearer ${control.apiKey}`, "content-type": "application/json" };
  const call = async (path: string, body: object) => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
      method: "POST",
      headers,
      body: JSON.stringify(body),
    });
    if (answer.status !== 200) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
    return answer.json();
  };
  const trace = async (userId: string): Promise<{ ackMs: number; lagMs: number }> => {
    const sentMs = performance.now();
    await call("/v1/events", { events: [createClick(userId, 0)] });
    const ackMs = performance.now() - sentMs;
    for (;;) {
      const { rows } = (await call("/v1/features/read", {
        view: "shopper_activity",
        rows: [{ userId }],
      })) as {
        rows: { values: { events_1h: number } }[];
      };
      if (rows[0]!.values.events_1h > 0) return { ackMs, lagMs: performance.now() - sentMs };
      await sleep(Math.max(LOOK_MS, LOOK_SHARE * (performance.now() - sentMs)));
    }
  };
  const load = new LoadGenerator(port);
  let sent = 0;
  const next = () => {
    const events = Array.from({ length: EVENTS_PER_CALL }, () =>
      createClick(`shopper-${++sent % N_SHOPPERS_LIVE}`, sent),
    );
    const body = JSON.stringify({ events });
    return Buffer.from(
      `POST /v1/events HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: ${headers.authorization}\r\n` +
        `content-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    );
  };
  try {
    await trace("warm-up");
    let isDone = false;
    const loading = load
      .openLoop(next, { rps: o.eventsPerSecond / EVENTS_PER_CALL, seconds: o.seconds })
      .finally(() => {
        isDone = true;
      });
    const tracers: Promise<{ ackMs: number; lagMs: number }>[] = [];
    for (let i = 0; !isDone; i++) {
      tracers.push(trace(`tracer-${i}`));
      await sleep(TRACER_MS);
    }
    const { errors, rps } = await loading;
    const traced = await Promise.all(tracers);
    const lags = summarize(traced.map(({ lagMs }) => lagMs));
    return {
      eventsPerSecond: rps * EVENTS_PER_CALL,
      errors,
      seconds: o.seconds,
      tracers: traced.length,
      /** Of which until the event was acknowledged. */
      ackMs: summarize(traced.map(({ ackMs }) => ackMs)),
      lagMs: lags,
      /** Processes that wanted a core of this machine in the last minute, the bench's own among them. */
      loadAverage: loadavg()[0]!,
    };
  } finally {
    load.close();
    serving.kill("SIGKILL");
  }
}

/** Nearest-rank percentiles. */
function summarize(values: readonly number[]): { p50: number; p95: number; p99: number; max: number } {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.ceil(share * sorted.length) - 1]!;
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) };
}

const EVENTS_PER_CALL = 20;

function createClick(userId: string, i: number): object {
  return {
    eventId: randomUUID(),
    type: TYPES[i % TYPES.length],
    itemId: `sku-${i % N_ITEMS}`,
    userId,
    occurredAt: new Date().toISOString(),
    value: (i % 1000) / 10,
    currency: "EUR",
  };
}

async function startServing(o: {
  dir: string;
  redisUrl: string;
  document: ControlDocument;
  port: number;
}): Promise<ChildProcess> {
  const child = fork(join(import.meta.dirname, "../testing/drillServer.ts"), {
    execArgv: ["--import", "tsx"],
    env: {
      ...process.env,
      ...createTestEnv({
        REDIS_URL: o.redisUrl,
        ARTIFACT_URL: pathToFileURL(join(o.dir, "store")).href,
        SERVING_STATE_DIR: join(o.dir, "state"),
        SERVING_RATE_PER_SECOND: "1000000",
        SERVING_RATE_BURST: "1000000",
        // Shoppers come back far too often here: what is measured is the whole path.
        SERVING_HOT_READS_PER_SECOND: "0",
        SERVING_SLATE_CACHE_ENTRIES: "0",
      }),
    },
  });
  const listening = new Promise<void>((resolve_, reject) => {
    child.once("message", () => resolve_());
    child.once("exit", (code) => reject(new Error(`the serving process ended with ${code}`)));
  });
  child.send({ document: o.document, port: o.port } satisfies DrillStart);
  await listening;
  return child;
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

function printReport({
  fold,
  freshness,
}: {
  fold: Awaited<ReturnType<typeof measureFold>>;
  freshness: Awaited<ReturnType<typeof measureFreshness>>;
}): void {
  const whole = (n: number | null) => (n === null ? "?" : Math.round(n).toLocaleString("en"));
  const ms = (n: number) => `${n.toFixed(0)} ms`;
  print("\nOnline features, 10 features over 22 windows of a shopper");
  for (const [name, value, target] of [
    ["folded by one stream worker", `${whole(fold.eventsPerSecond)} events/s`, ""],
    ["  per processor second", `${whole(fold.eventsPerCoreSecond)} events`, "≥ 15,000"],
    ["  state of a shopper, 100 events", `${whole(fold.stateBytesMean)} B`, ""],
    [
      `event to readable, ${whole(freshness.eventsPerSecond)} events/s`,
      `p50 ${ms(freshness.lagMs.p50)}, p95 ${ms(freshness.lagMs.p95)}, p99 ${ms(freshness.lagMs.p99)} (n ${freshness.tracers})`,
      "p95 < 10 s",
    ],
    [
      "  of which until acknowledged",
      `p50 ${ms(freshness.ackMs.p50)}, p95 ${ms(freshness.ackMs.p95)}, p99 ${ms(freshness.ackMs.p99)}`,
      `load average ${freshness.loadAverage.toFixed(1)}`,
    ],
    ["  calls not acknowledged", String(freshness.errors), "0"],
  ] as const)
    print(`  ${name.padEnd(36)} ${value.padEnd(52)} ${target}`);
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
