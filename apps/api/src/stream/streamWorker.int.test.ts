import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FeatureFreshness, redisKeys, type StoredInteraction } from "@shortlist/contracts";
import { FEATURE_STATE_FORMAT } from "@shortlist/ml";
import { partitionOf } from "@shortlist/platform";
import { afterEach, beforeEach, expect, test } from "vitest";
import { FEATURE_GROUP, listPartitions } from "./partitions";
import {
  createEvent,
  createLiveView,
  createStreamFixture,
  SHOPPERS,
  type StreamFixture,
  waitFor,
} from "./streamFixture.test-support";

let dir: string;
let f: StreamFixture;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "stream-"));
  f = await createStreamFixture(dir);
});
afterEach(async () => {
  await f.close();
  await rm(dir, { recursive: true, force: true });
});

const VIEW = createLiveView();
const ITEMS = createLiveView({
  name: "item_activity",
  entity: "item",
  features: [{ name: "events", op: "count", windows: ["7d"] }] as never,
});
const eventsOf = (n: number, o: Partial<StoredInteraction> = {}) =>
  Array.from({ length: n }, (_, i) =>
    createEvent({ shopper: SHOPPERS[i % SHOPPERS.length]!, itemId: `sku-${i % 3}`, ...o }),
  );

async function countPending(): Promise<number> {
  let pending = 0;
  for (const { key } of listPartitions([f.workspace])) {
    const [n] = (await f.redis.xpending(key, FEATURE_GROUP).catch(() => [0])) as [number];
    pending += n;
  }
  return pending;
}
const countAll = async (live: typeof VIEW, keys: readonly (readonly string[])[]) => {
  let total = 0;
  for (const key of keys) total += Number((await f.read(live, key)).events_7d);
  return total;
};
const waitForStart = (viewId: string) =>
  waitFor(
    async () =>
      (await f.redis.hget(redisKeys.featureStarts(f.workspace, FEATURE_STATE_FORMAT), viewId))?.includes(
        "true",
      ) ?? false,
  );
const SHOPPER_KEYS = SHOPPERS.map((shopper) => [shopper]);
const ITEM_KEYS = [["sku-0"], ["sku-1"], ["sku-2"]];

test("events become features of every view they belong to, and are acknowledged", async () => {
  await f.publish([VIEW, ITEMS]);
  f.startWorker();
  await f.send(eventsOf(120));
  await waitFor(async () => (await countAll(VIEW, SHOPPER_KEYS)) === 120);
  await waitFor(async () => (await countAll(ITEMS, ITEM_KEYS)) === 120);
  expect(await f.read(VIEW, [SHOPPERS[1]!])).toEqual({ events_7d: 10, last_7d: "sku-1" });
  await waitFor(async () => (await countPending()) === 0);
  await waitForStart("activity@1");
  await f.send(eventsOf(12));
  await waitFor(async () => (await countAll(VIEW, SHOPPER_KEYS)) === 132);
  await waitFor(
    async () =>
      Number(await f.redis.hget(redisKeys.featureWrites(f.workspace), "activity@1")) > Date.now() - 60_000,
  );
});

test("a copy of an event counts once, also when another worker gets it", async () => {
  await f.publish([VIEW]);
  const first = f.startWorker();
  const events = eventsOf(24);
  await f.send(events);
  await waitFor(async () => (await countAll(VIEW, SHOPPER_KEYS)) === 24);
  await first.stop();
  f.startWorker();
  await f.send([...events, ...eventsOf(12)]);
  await waitFor(async () => (await countAll(VIEW, SHOPPER_KEYS)) >= 36);
  await waitFor(async () => (await countPending()) === 0);
  expect(await countAll(VIEW, SHOPPER_KEYS)).toBe(36);
});

test("a view that is published later starts with what the streams still hold", async () => {
  await f.publish([VIEW]);
  f.startWorker();
  // Six days apart and an hour of allowed lateness: taken in another order, the old ones would be refused.
  const nowMs = Date.now();
  for (const daysAgo of [6, 3, 1, 0]) {
    const atMs = nowMs - daysAgo * 86_400_000;
    await f.send(eventsOf(30, { occurredAtMs: atMs, receivedAtMs: atMs }));
    // The partitions are merged by the milliseconds of their entries.
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  await waitFor(async () => (await countAll(VIEW, SHOPPER_KEYS)) === 120);
  await f.publish([VIEW, ITEMS]);
  await f.send(eventsOf(9));
  await waitFor(async () => (await countAll(ITEMS, ITEM_KEYS)) === 129);
  await f.send(eventsOf(6));
  await waitFor(async () => (await countAll(ITEMS, ITEM_KEYS)) === 135);
  expect(await f.redis.hkeys(redisKeys.featureStarts(f.workspace, FEATURE_STATE_FORMAT))).toContain(
    "item_activity@1",
  );
});

test("nothing is missed or counted twice while events arrive during the start of a view, with three workers", async () => {
  await f.publish([VIEW]);
  for (let i = 0; i < 3; i++) f.startWorker();
  let sent = 0;
  let isDone = false;
  const sending = (async () => {
    while (!isDone) {
      await f.send(eventsOf(12));
      sent += 12;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  })();
  await new Promise((resolve) => setTimeout(resolve, 300));
  await f.publish([VIEW, ITEMS]);
  await waitForStart("item_activity@1");
  await new Promise((resolve) => setTimeout(resolve, 500));
  isDone = true;
  await sending;
  await waitFor(async () => (await countAll(ITEMS, ITEM_KEYS)) >= sent);
  await waitFor(async () => (await countPending()) === 0);
  expect([await countAll(VIEW, SHOPPER_KEYS), await countAll(ITEMS, ITEM_KEYS)]).toEqual([sent, sent]);
});

test("what a dead worker read and did not acknowledge is taken over", async () => {
  await f.publish([VIEW]);
  f.startWorker({ claimAfterMs: 300 });
  await f.send(eventsOf(12));
  await waitFor(async () => (await countAll(VIEW, SHOPPER_KEYS)) === 12);
  await waitForStart("activity@1");
  // The dead one: it reads and is never heard of again.
  const left = createEvent({ shopper: SHOPPERS[3]! });
  const { key } = listPartitions([f.workspace])[partitionOf(left.shopper)]!;
  await f.send([left]);
  await f.redis.xreadgroup("GROUP", FEATURE_GROUP, "dead", "COUNT", 10, "STREAMS", key, ">");
  await waitFor(async () => (await countAll(VIEW, SHOPPER_KEYS)) === 13);
  await waitFor(async () => (await countPending()) === 0);
});

test("entries that are no events are left to the archiver and do not stop the others", async () => {
  await f.publish([VIEW]);
  f.startWorker();
  await waitFor(
    async () => (await f.redis.hlen(redisKeys.featureStarts(f.workspace, FEATURE_STATE_FORMAT))) === 1,
  );
  const key = redisKeys.events(f.workspace, partitionOf(SHOPPERS[0]!));
  await f.redis.xadd(key, "*", "e", "{not json");
  await f.redis.xadd(key, "*", "other", "x");
  await f.send([createEvent()]);
  await waitFor(async () => (await countAll(VIEW, SHOPPER_KEYS)) === 1);
  await waitFor(async () => (await countPending()) === 0);
  expect(await f.lake.hasRows(f.workspace, "quarantine")).toBe(false);
});

test("probes measure how fresh each view is, touch no shopper's row, and say when a view cannot be probed", async () => {
  const picky = createLiveView({
    name: "picky",
    source: { types: ["click"], where: { field: "itemId", op: "eq", value: "sku-1" } },
  });
  await f.publish([VIEW, ITEMS, picky]);
  f.startWorker({ probeIntervalMs: 50 });
  const readFreshness = async (viewId: string) => {
    const text = await f.redis.hget(redisKeys.featureFreshness(f.workspace), viewId);
    return text === null ? null : FeatureFreshness.parse(JSON.parse(text));
  };
  await waitFor(async () => ((await readFreshness("activity@1"))?.n ?? 0) >= 5);
  await waitFor(async () => ((await readFreshness("item_activity@1"))?.n ?? 0) >= 5);
  const measured = (await readFreshness("activity@1"))!;
  expect(measured).toMatchObject({ lastResult: "readable", timeouts: 0, lastWriteAtMs: null });
  expect(measured.p95Ms).toBeGreaterThan(0);
  await waitFor(async () => (await readFreshness("picky@1")) !== null);
  expect(await readFreshness("picky@1")).toMatchObject({ lastResult: "unprobeable", n: 0, p95Ms: null });
  expect([await countAll(VIEW, SHOPPER_KEYS), await countAll(ITEMS, ITEM_KEYS)]).toEqual([0, 0]);
  await f.send(eventsOf(12));
  await waitFor(async () => ((await readFreshness("activity@1"))?.lastWriteAtMs ?? 0) > 0);
  await f.publish([VIEW]);
  await waitFor(async () => (await readFreshness("item_activity@1")) === null);
});

test("a retired view is not folded any more, another version starts for itself", async () => {
  await f.publish([VIEW]);
  f.startWorker();
  await f.send(eventsOf(12));
  await waitFor(async () => (await countAll(VIEW, SHOPPER_KEYS)) === 12);
  const second = createLiveView({ version: 2 });
  await f.publish([second]);
  await waitFor(async () => (await countAll(second, SHOPPER_KEYS)) === 12);
  await f.send(eventsOf(12));
  await waitFor(async () => (await countAll(second, SHOPPER_KEYS)) === 24);
  expect(await countAll(VIEW, SHOPPER_KEYS)).toBe(12);
});
