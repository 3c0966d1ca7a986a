import { type ChildProcess, fork } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import {
  type ControlDocument,
  canonicalFeatureViewJson,
  EVENT_PARTITIONS,
  EVENT_RULES_DEFAULT,
  type EventsResponse,
  FeatureView,
  type LiveFeatureView,
  redisKeys,
} from "@shortlist/contracts";
import { compileFeatureSql, type Lake, openLake } from "@shortlist/lake";
import { createRandom } from "@shortlist/ml";
import { compileLiveView, readFeatures } from "@shortlist/online";
import { createFileArtifactStore, createRedis, pseudonymise, sha256Hex } from "@shortlist/platform";
import type { Redis } from "ioredis";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { DrillStart } from "../testing/drillServer";
import { createControl, publishControl } from "../testing/publishControl";
import { findFreePort, type RedisServer, startRedisServer } from "../testing/redisServer";
import { createReleaseFixture } from "../testing/releaseFixture";
import { createTestEnv, TEST_PSEUDONYM_KEY } from "../testing/replicaFixture";

// The drill of the whole path, collector → Redis → archiver and stream worker: each is killed without warning, again
// and again, under load. Afterwards the lake has every acknowledged event once, and the features in Redis are what the
// lake says, to the last count (invariants 4 and 5). DRILL_ROUNDS=50 for the long run.

const ROUNDS = Number(process.env.DRILL_ROUNDS ?? 4);
const CLIENTS = 4;
const ROUND_MAX_MS = 12_000;
const SETTLE_MAX_MS = 120_000;
const WORKSPACE = "shop";
const USERS = Array.from({ length: 12 }, (_, i) => `u-${i}`);
const ITEMS = Array.from({ length: 5 }, (_, i) => `item-${i}`);

const FEATURES = [
  { name: "events", op: "count", windows: ["5m", "7d", null] },
  { name: "views", op: "count", where: { field: "type", op: "eq", value: "view" }, windows: ["7d"] },
  { name: "amount", op: "sum", field: "quantity", windows: ["7d"] },
  { name: "different", op: "distinct", field: "position", bound: 1000, windows: ["7d"] },
];
const VIEWS = [createLive("shopper_drill", "shopper"), createLive("item_drill", "item")];

function createLive(name: string, entity: "shopper" | "item"): LiveFeatureView {
  const view = FeatureView.parse({
    name,
    version: 1,
    owner: "drill",
    entity,
    source: { types: ["view", "click"] },
    features: FEATURES,
    mode: "stream",
    allowedLateness: "1h",
    freshnessObjectiveSeconds: 10,
  });
  return { view, hash: sha256Hex(canonicalFeatureViewJson(view)), batch: null };
}

let dir: string;
let lakeDir: string;
let home: { dir: string; port: number; appendfsync: string };
let redis: RedisServer;
let port: number;
let control: { document: ControlDocument; apiKey: string };
const processes: Record<"serving" | "stream" | "archiver", ChildProcess | null> = {
  serving: null,
  stream: null,
  archiver: null,
};

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "pipeline-drill-"));
  lakeDir = join(dir, "lake");
  const store = createFileArtifactStore(join(dir, "store"));
  const fixture = await createReleaseFixture({ workspace: WORKSPACE, store, nItems: 300 });
  const made = createControl(WORKSPACE, fixture.wanted);
  control = {
    apiKey: made.apiKey,
    document: {
      ...made.document,
      featureViews: VIEWS,
      // A dozen shoppers who never rest look like bots that repeat themselves.
      eventRules: { ...EVENT_RULES_DEFAULT, eventsPerMinuteMax: 0, duplicateWindowMs: 0 },
    },
  };
  port = await findFreePort();
  home = {
    dir: await mkdtemp(join(tmpdir(), "pipeline-drill-redis-")),
    port: await findFreePort(),
    // What it is run with: acknowledged means on the disk (docs/runbooks/durability.md).
    appendfsync: "always",
  };
  redis = await startRedisServer(home);
  const connection = createRedis(redis.url);
  await connection.connect();
  await publishControl(connection, control.document);
  connection.disconnect();
  await Promise.all([start("serving"), start("stream"), start("archiver")]);
});
afterAll(async () => {
  await Promise.all((Object.keys(processes) as (keyof typeof processes)[]).map(kill));
  await redis.stop();
  await rm(dir, { recursive: true, force: true });
});

async function start(name: keyof typeof processes): Promise<void> {
  const own = { REDIS_URL: `redis://127.0.0.1:${home.port}`, LAKE_URL: pathToFileURL(lakeDir).href };
  const environments = {
    serving: createTestEnv({
      ...own,
      ARTIFACT_URL: pathToFileURL(join(dir, "store")).href,
      SERVING_STATE_DIR: join(dir, "state"),
    }),
    stream: { ...own, LOG_LEVEL: "silent" },
    archiver: { ...own, LOG_LEVEL: "silent", DRILL_WORKSPACES: WORKSPACE },
  };
  const api = join(import.meta.dirname, "../../../api/src");
  const files = {
    serving: join(import.meta.dirname, "../testing/drillServer.ts"),
    stream: join(api, "streamWorker.ts"),
    archiver: join(api, "testing/drillArchiver.ts"),
  };
  const child = fork(files[name], {
    execArgv: ["--import", "tsx"],
    env: { ...process.env, ...environments[name] },
  });
  processes[name] = child;
  // The stream worker says nothing when it runs: it may be killed while it starts, too.
  if (name === "stream") return;
  const running = new Promise<void>((resolve, reject) => {
    child.once("message", () => resolve());
    child.once("exit", (code) => reject(new Error(`the ${name} process ended with ${code}`)));
  });
  if (name === "serving") child.send({ document: control.document, port } satisfies DrillStart);
  await running;
}

async function kill(name: keyof typeof processes): Promise<void> {
  const child = processes[name];
  processes[name] = null;
  if (child === null || child.exitCode !== null) return;
  await new Promise<void>((resolve) => {
    child.removeAllListeners("exit");
    child.once("exit", () => resolve());
    child.kill("SIGKILL");
  });
}

/** Sends batch after batch, each until it is acknowledged, as a storefront does. */
async function runClient(client: number, acknowledged: Set<string>, isDone: () => boolean): Promise<void> {
  const random = createRandom(`client ${client}`);
  while (!isDone()) {
    const events = Array.from({ length: 5 }, () => ({
      eventId: randomUUID(),
      type: random.next() < 0.5 ? "view" : "click",
      itemId: random.pick(ITEMS),
      userId: random.pick(USERS),
      position: random.int(1000),
      quantity: random.int(10),
      occurredAt: new Date().toISOString(),
    }));
    while (!isDone()) {
      if (await post(events)) {
        for (const { eventId } of events) acknowledged.add(eventId);
        break;
      }
      await sleep(20);
    }
    await sleep(4);
  }
}

async function post(events: readonly object[]): Promise<boolean> {
  try {
    const answer = await fetch(`http://127.0.0.1:${port}/v1/events`, {
      method: "POST",
      headers: { authorization: `Bearer ${control.apiKey}`, "content-type": "application/json" },
      body: JSON.stringify({ events }),
      signal: AbortSignal.timeout(3_000),
    });
    return answer.status === 200 && ((await answer.json()) as EventsResponse).accepted === events.length;
  } catch {
    return false;
  }
}

/**
 * What each group has not acknowledged: entries that were delivered, and streams that hold more. Not the lag that Redis
 * tells: after a restart from a rewritten append-only file that is too large. Null while a group is not there.
 */
async function countWaiting(connection: Redis): Promise<Record<string, number> | null> {
  const waiting: Record<string, number> = { archiver: 0, features: 0 };
  const read = (flat: unknown[], name: string) => String(flat[flat.indexOf(name) + 1]);
  for (let partition = 0; partition < EVENT_PARTITIONS; partition++) {
    const key = redisKeys.events(WORKSPACE, partition);
    const stream = (await connection.xinfo("STREAM", key)) as unknown[];
    const groups = (await connection.xinfo("GROUPS", key)) as unknown[][];
    for (const name of ["archiver", "features"]) {
      const group = groups.find((flat) => flat[1] === name);
      if (group === undefined) return null;
      const hasMore = read(group, "last-delivered-id") !== read(stream, "last-generated-id");
      waiting[name]! += Number(read(group, "pending")) + (hasMore ? 1 : 0);
    }
  }
  return waiting;
}

async function settle(connection: Redis): Promise<void> {
  const endMs = Date.now() + SETTLE_MAX_MS;
  // Probes keep coming: the streams are read to the end again and again, never for good.
  for (let atRest = 0; atRest < 3; ) {
    const spooled = await readdir(join(dir, "state/spool")).catch(() => []);
    const waiting = await countWaiting(connection);
    if (Date.now() > endMs)
      throw new Error(`not at rest: ${JSON.stringify(waiting)} wait, ${spooled.length} spools`);
    atRest =
      spooled.length === 0 && waiting !== null && Object.values(waiting).every((n) => n === 0)
        ? atRest + 1
        : 0;
    await sleep(100);
  }
}

const KEYS = {
  shopper: USERS.map((user) => pseudonymise(TEST_PSEUDONYM_KEY, WORKSPACE, "user", user)),
  item: ITEMS,
};

async function readLake(lake: Lake, live: LiveFeatureView, atMs: number) {
  const entity = live.view.entity as "shopper" | "item";
  const column = entity === "shopper" ? "shopper" : "item_id";
  const values = KEYS[entity].map((key, i) => `(${i}, ${atMs}, '${key}')`).join(", ");
  const sql = compileFeatureSql(live.view);
  const rows = await lake.query(
    `SELECT * FROM (${sql.pointInTime({
      events: lake.dedupedInteractions(WORKSPACE),
      entities: `(SELECT * FROM (VALUES ${values}) AS asked(row_id, at_ms, ${column}))`,
      writeLagMs: 0,
    })}) ORDER BY row_id`,
  );
  return rows.map((row) => Object.fromEntries(sql.outputs.map((name) => [name, Number(row[name])])));
}

async function readOnline(connection: Redis, live: LiveFeatureView, atMs: number) {
  const keys = KEYS[live.view.entity as "shopper" | "item"].map((key) => [key]);
  const request = { workspace: WORKSPACE, view: compileLiveView(live), keys };
  return (await readFeatures(connection, request, { atMs })).map(({ values }) => values);
}

it(
  `every acknowledged event is in the lake once and in the features, however the processes are killed, ${ROUNDS} times`,
  async () => {
    const random = createRandom(process.env.DRILL_SEED ?? "pipeline drill");
    const acknowledged = new Set<string>();
    const kills: Record<string, number> = { serving: 0, stream: 0, archiver: 0, redis: 0 };
    let isDone = false;
    const clients = Array.from({ length: CLIENTS }, (_, c) => runClient(c, acknowledged, () => isDone));
    await sleep(2_000);
    for (let round = 0; round < ROUNDS; round++) {
      await sleep(200 + random.next() * 1_300);
      const first = (["stream", "archiver", "redis", "serving"] as const)[round % 4]!;
      const second = random.next() < 0.4 ? random.pick(["stream", "archiver", "serving"] as const) : null;
      const victims = [...new Set(second === null ? [first] : [first, second])];
      for (const victim of victims) {
        kills[victim]!++;
        if (victim === "redis") await redis.kill();
        else await kill(victim);
      }
      await sleep(random.next() * 600);
      if (victims.includes("redis")) redis = await startRedisServer(home);
      for (const victim of victims) if (victim !== "redis") await start(victim);
    }
    await sleep(500);
    isDone = true;
    await Promise.all(clients);
    const connection = createRedis(redis.url);
    await connection.connect();
    await settle(connection);
    await kill("stream");
    await kill("archiver");

    const lake = await openLake(lakeDir);
    const stored = await lake.query(
      `SELECT event_id FROM ${lake.dedupedInteractions(WORKSPACE)} ORDER BY event_id`,
    );
    const [{ raw }] = (await lake.query(
      `SELECT count(*)::INTEGER AS raw FROM ${lake.scan(WORKSPACE, "events")}`,
    )) as [{ raw: number }];
    const ids = new Set(stored.map(({ event_id }) => String(event_id)));
    const lost = [...acknowledged].filter((id) => !ids.has(id));
    const atMs = Date.now();
    const compared = await Promise.all(
      VIEWS.map(async (live) => ({
        view: live.view.name,
        online: await readOnline(connection, live, atMs),
        lake: await readLake(lake, live, atMs),
      })),
    );
    const total = compared[0]!.lake.reduce((sum, row) => sum + row.events_ever!, 0);
    process.stdout.write(
      `pipeline drill: ${ROUNDS} rounds, killed ${JSON.stringify(kills)}; ${acknowledged.size} acknowledged, ` +
        `${ids.size} in the lake (${raw - ids.size} copies beside), ${lost.length} lost; ${total} counted by shopper\n`,
    );
    lake.close();
    connection.disconnect();
    expect(lost).toEqual([]);
    expect(stored.length).toBe(ids.size);
    expect(total).toBe(ids.size);
    for (const { online, lake: expected } of compared) expect(online).toEqual(expected);
  },
  60_000 + SETTLE_MAX_MS + ROUNDS * ROUND_MAX_MS,
);
