import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { StoredInteraction } from "@shortlist/contracts";
import { compileLiveView, type OnlineView } from "@shortlist/online";
import { createLogger } from "@shortlist/platform";
import { afterEach, beforeEach, expect, test } from "vitest";
import { foldNew, foldPending, type LiveDeps, type LiveOptions } from "./liveRound";
import { FEATURE_GROUP, listPartitions } from "./partitions";
import { StateCache } from "./stateCache";
import {
  createEvent,
  createLiveView,
  createStreamFixture,
  createToken,
  SHOPPERS,
  type StreamFixture,
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

const LIVE = createLiveView();
const OPTIONS: LiveOptions = { batchMax: 100, retryAfterMs: 0, claimAfterMs: 0 };

/** The rounds of one worker over a view that throws at one event. */
function createRounds(poisonId: string | null, onFold: () => void = () => {}) {
  const sound = compileLiveView(LIVE);
  const view: OnlineView = {
    ...sound,
    plan: {
      ...sound.plan,
      features: sound.plan.features.map((feature) => ({
        ...feature,
        readInput: (event) => {
          onFold();
          if (event.eventId === poisonId) throw new Error("cannot be folded");
          return feature.readInput(event);
        },
      })),
    },
  };
  const deps: LiveDeps = {
    redis: f.redis,
    lake: async () => f.lake,
    cache: new StateCache(1_000_000),
    logger: createLogger({ name: "test", level: "silent" }),
    createToken,
    name: "worker",
  };
  const work = {
    partitions: listPartitions([f.workspace]),
    views: new Map([[f.workspace, [{ view, start: { liveFromMs: 0, isCaughtUp: true } }]]]),
  };
  return {
    // The first read makes the group.
    foldNew: async () =>
      (await foldNew(deps, work, OPTIONS)).entries + (await foldNew(deps, work, OPTIONS)).entries,
    foldPending: () => foldPending(deps, work, OPTIONS),
  };
}

async function listPendingCounts(): Promise<number[]> {
  const counts: number[] = [];
  for (const { key } of listPartitions([f.workspace]))
    for (const [, , , n] of (await f.redis.xpending(key, FEATURE_GROUP, "-", "+", 100)) as [
      string,
      string,
      number,
      number,
    ][])
      counts.push(n);
  return counts;
}
const countEvents = async (events: readonly StoredInteraction[]) => {
  let n = 0;
  for (const shopper of new Set(events.map((event) => event.shopper)))
    n += Number((await f.read(LIVE, [shopper])).events_7d);
  return n;
};
const setDeliveries = async (n: number) => {
  for (const { key } of listPartitions([f.workspace]))
    for (const [id] of (await f.redis.xpending(key, FEATURE_GROUP, "-", "+", 100)) as [string][])
      await f.redis.xclaim(key, FEATURE_GROUP, "gone", 0, id, "RETRYCOUNT", n, "FORCE", "JUSTID");
};
const readQuarantine = async () =>
  (await f.lake.hasRows(f.workspace, "quarantine"))
    ? f.lake.query(`SELECT source, reason, problems, raw FROM ${f.lake.scan(f.workspace, "quarantine")}`)
    : [];

test("an event that cannot be folded is tried five times with others, once alone, then set aside; the rest counts", async () => {
  const events = Array.from({ length: 20 }, (_, i) => createEvent({ shopper: SHOPPERS[i % 4]! }));
  await f.send(events);
  const rounds = createRounds(events[9]!.eventId);
  expect(await rounds.foldNew()).toBe(20);
  expect(await listPendingCounts()).toEqual([1]);
  for (let tries = 2; tries <= 5; tries++) {
    await rounds.foldPending();
    expect(await listPendingCounts()).toEqual([tries]);
  }
  expect(await readQuarantine()).toEqual([]);
  await rounds.foldPending();
  expect(await listPendingCounts()).toEqual([]);
  expect(await readQuarantine()).toEqual([
    {
      source: "feature stream",
      reason: "poison",
      problems: "cannot be folded",
      raw: expect.stringContaining(events[9]!.eventId),
    },
  ]);
  expect(await countEvents(events)).toBe(19);
});

test("an event that shared its batches with kills is folded alone and not set aside", async () => {
  const events = [createEvent(), createEvent()];
  await f.send(events);
  const dead = createRounds(null, () => {
    throw new Error("killed");
  });
  await dead.foldNew();
  await setDeliveries(7);
  await createRounds(null).foldPending();
  expect(await countEvents(events)).toBe(2);
  expect(await listPendingCounts()).toEqual([]);
  expect(await readQuarantine()).toEqual([]);
});

test("an event that ended every process that tried it is set aside without another try", async () => {
  const events = [createEvent()];
  await f.send(events);
  await createRounds(events[0]!.eventId).foldNew();
  await setDeliveries(10);
  let folds = 0;
  await createRounds(null, () => folds++).foldPending();
  expect(folds).toBe(0);
  expect(await readQuarantine()).toMatchObject([{ reason: "poison" }]);
  expect(await listPendingCounts()).toEqual([]);
});

test("what was delivered again after it was written counts once", async () => {
  const events = Array.from({ length: 10 }, (_, i) => createEvent({ shopper: SHOPPERS[i % 4]! }));
  await f.send(events);
  const rounds = createRounds(null);
  await rounds.foldNew();
  for (const { key } of listPartitions([f.workspace])) await f.redis.xgroup("SETID", key, FEATURE_GROUP, "0");
  expect(await rounds.foldNew()).toBe(10);
  for (const { key } of listPartitions([f.workspace])) await f.redis.xgroup("SETID", key, FEATURE_GROUP, "0");
  expect(await createRounds(null).foldNew()).toBe(10);
  expect(await countEvents(events)).toBe(10);
});
