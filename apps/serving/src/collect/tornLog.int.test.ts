import { randomUUID } from "node:crypto";
import { mkdtemp, readdir, readFile, truncate } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  EVENT_PARTITIONS,
  EVENT_RULES_DEFAULT,
  type EventRules,
  redisKeys,
  type StoredInteraction,
} from "@shortlist/contracts";
import { appendCatalogChanges, createRedis, partitionOf } from "@shortlist/platform";
import type { Redis } from "ioredis";
import { afterEach, beforeEach, expect, it } from "vitest";
import { defineAppend } from "../adapters/appendScript";
import { createRedisEventLog } from "../adapters/redisEventLog";
import { findFreePort, type RedisServer, startRedisServer } from "../testing/redisServer";
import { createStored } from "../testing/spoolFixture";

// A Redis that is killed while it writes leaves its append-only file torn, now and then in the middle of a transaction.
// Loading it, Redis drops the command that is cut and leaves the commands before it, whose transaction then never ends
// in the file: they are carried out at the start after the next (docs/runbooks/durability.md).

const SHOPPER = "TORNTORNTORNTORNTORNTO";
const PARTITION = partitionOf(SHOPPER);
let home: { dir: string; port: number; appendfsync: string };
let server: RedisServer;
let redis: Redis;
let rules: EventRules;

beforeEach(async () => {
  home = {
    dir: await mkdtemp(join(tmpdir(), "torn-redis-")),
    port: await findFreePort(),
    appendfsync: "always",
  };
  rules = EVENT_RULES_DEFAULT;
  await start();
});
afterEach(async () => {
  redis.disconnect();
  await server.stop();
});

async function start(): Promise<void> {
  server = await startRedisServer(home);
  redis = createRedis(server.url);
  redis.on("error", () => undefined);
  await redis.connect();
}
async function killAndStart(meanwhile: () => Promise<void> = async () => undefined): Promise<void> {
  redis.disconnect();
  await server.kill();
  await meanwhile();
  await start();
}

/** Ends the file in the middle of `text`, as a write that was cut short does. */
async function tearAt(text: string): Promise<void> {
  const dir = join(home.dir, "appendonlydir");
  const name = (await readdir(dir))
    .filter((file) => file.endsWith(".incr.aof"))
    .sort()
    .at(-1)!;
  const at = (await readFile(join(dir, name))).lastIndexOf(text);
  expect(at).toBeGreaterThan(0);
  await truncate(join(dir, name), at + 5);
}

const create = (change: Partial<StoredInteraction> = {}) =>
  createStored({ shopper: SHOPPER, itemId: randomUUID(), ...change });
const createBatch = () => Array.from({ length: 5 }, () => create());
const append = (events: readonly StoredInteraction[]) =>
  createRedisEventLog(redis, () => rules).append("shop", { events, quarantined: [] });

async function listIds(): Promise<string[]> {
  const ids: string[] = [];
  for (let partition = 0; partition < EVENT_PARTITIONS; partition++)
    for (const [, fields] of await redis.xrange(redisKeys.events("shop", partition), "-", "+"))
      ids.push((JSON.parse(fields[1]!) as StoredInteraction).eventId);
  return ids;
}
const listMissing = async (acknowledged: readonly StoredInteraction[]) => {
  const ids = new Set(await listIds());
  return acknowledged.flatMap(({ eventId }, i) => (ids.has(eventId) ? [] : [i]));
};

it.each([1, 2, 3, 4])(
  "a write torn after %i of its events takes no acknowledged event with it, two starts later",
  async (written) => {
    const before = [createBatch(), createBatch()];
    for (const batch of before) await append(batch);
    const torn = createBatch();
    await append(torn);
    await killAndStart(() => tearAt(torn[written]!.eventId));
    expect(await listMissing(before.flat())).toEqual([]);
    const after = [createBatch(), createBatch()];
    for (const batch of after) await append(batch);
    await killAndStart();
    expect(await listMissing([...before, ...after].flat())).toEqual([]);
    await killAndStart();
    expect(await listMissing([...before, ...after].flat())).toEqual([]);
  },
);

it.each([
  ["a request of its shopper, which no rule holds up", EVENT_RULES_DEFAULT, { type: "hide" as const }],
  ["an event where no rule asks for a memory", { duplicateWindowMs: 0, eventsPerMinuteMax: 0 }, {}],
])(
  "the first thing acknowledged after a torn write survives the next kill: %s",
  async (_what, change, kind) => {
    const torn = createBatch();
    await append(torn);
    await killAndStart(() => tearAt(torn[2]!.eventId));
    rules = { ...EVENT_RULES_DEFAULT, ...change };
    const acknowledged = [create(kind)];
    await append(acknowledged);
    await killAndStart();
    expect(await listMissing(acknowledged)).toEqual([]);
  },
);

it("so does a change of the catalogue", async () => {
  const torn = createBatch();
  await append(torn);
  await killAndStart(() => tearAt(torn[2]!.eventId));
  await appendCatalogChanges(redis, "shop", [{ op: "delete", itemId: "sku-1" }]);
  await killAndStart();
  expect(await redis.xlen(redisKeys.catalog("shop"))).toBe(1);
});

it("a full stream loses its oldest entries and keeps as many as it must, also after a kill", async () => {
  const appendPartition = defineAppend(redis, { events: 2_000, quarantine: 10 });
  const target = { workspace: "shop", partition: PARTITION, rules };
  const all: StoredInteraction[] = [];
  for (let call = 0; call < 10; call++) {
    const events = Array.from({ length: 400 }, () => create({ shopper: randomUUID().slice(0, 22) }));
    await appendPartition(target, events, []);
    all.push(...events);
    expect(await redis.xlen(redisKeys.events("shop", PARTITION))).toBeLessThan(3_000);
  }
  const kept = await listIds();
  expect(kept.length).toBeGreaterThanOrEqual(2_000);
  expect(kept).toEqual(all.slice(-kept.length).map(({ eventId }) => eventId));
  await killAndStart();
  expect(await listIds()).toEqual(kept);
});
