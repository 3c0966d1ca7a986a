import { randomUUID } from "node:crypto";
import {
  listFunnelFields,
  PROBE_ID,
  PROBE_SHOPPER,
  type QuarantinedEvent,
  redisKeys,
  type StoredInteraction,
} from "@shortlist/contracts";
import { listFunnelCounts, partitionOf } from "@shortlist/platform";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createSlate, storeHotSlate } from "../testing/slates";
import { createTestApp, type TestApp } from "../testing/testApp";
import { type ArchiverOptions, archiveRound } from "./archiver";
import { removeIdleReaders } from "./removeIdleReaders";
import { GROUP, listStreams } from "./streams";

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());

const SHOPPERS = [
  "AAAAAAAAAAAAAAAAAAAAAA",
  "BBBBBBBBBBBBBBBBBBBBBB",
  "CCCCCCCCCCCCCCCCCCCCCC",
  "DDDDDDDDDDDDDDDDDDDDDD",
];

function createEvent(i: number): StoredInteraction {
  return {
    eventId: randomUUID(),
    type: "click",
    itemId: `sku-${i}`,
    shopper: SHOPPERS[i % SHOPPERS.length]!,
    anonymousShopper: null,
    sessionId: null,
    requestId: null,
    position: null,
    surface: null,
    occurredAtMs: Date.now(),
    receivedAtMs: Date.now(),
    value: null,
    currency: null,
    quantity: null,
    context: {},
  };
}

async function send(workspace: string, events: readonly StoredInteraction[]): Promise<void> {
  for (const event of events)
    await app.ctx.redis.xadd(
      redisKeys.events(workspace, partitionOf(event.shopper)),
      "*",
      "e",
      JSON.stringify(event),
    );
}

async function archive(workspace: string, o: Partial<ArchiverOptions> = {}): Promise<number> {
  const deps = { redis: app.ctx.redis, lake: await app.ctx.lake(), logger: app.ctx.logger };
  return archiveRound(deps, [workspace], { consumer: "a", ...o });
}

async function countEvents(workspace: string) {
  const lake = await app.ctx.lake();
  const raw = await lake.query(`SELECT count(*)::int AS n FROM ${lake.scan(workspace, "events")}`);
  const distinct = await lake.query(
    `SELECT count(*)::int AS n, count(DISTINCT event_id)::int AS ids FROM ${lake.dedupedInteractions(workspace)}`,
  );
  return { stored: raw[0]!.n, deduped: distinct[0]!.n, ids: distinct[0]!.ids };
}

async function countPending(workspace: string): Promise<number> {
  let pending = 0;
  for (const { key } of listStreams(workspace)) {
    const [n] = (await app.ctx.redis.xpending(key, GROUP)) as [number];
    pending += n;
  }
  return pending;
}

test("all events reach the lake, those from before the group existed included, and are acknowledged", async () => {
  const { slug } = await app.createWorkspace();
  await send(
    slug,
    Array.from({ length: 50 }, (_, i) => createEvent(i)),
  );
  expect(await archive(slug)).toBe(50);
  await send(
    slug,
    Array.from({ length: 7 }, (_, i) => createEvent(i)),
  );
  expect(await archive(slug, { batchMax: 2 })).toBe(7);
  expect(await archive(slug)).toBe(0);
  expect(await countEvents(slug)).toEqual({ stored: 57, deduped: 57, ids: 57 });
  expect(await countPending(slug)).toBe(0);
});

test.each([
  ["a worker that comes back", { consumer: "a" }],
  ["another worker", { consumer: "b", claimAfterMs: 0 }],
])(
  "killed between writing and acknowledging: %s stores nothing twice and loses nothing",
  async (_who, next) => {
    const { slug } = await app.createWorkspace();
    await send(
      slug,
      Array.from({ length: 40 }, (_, i) => createEvent(i)),
    );
    let written = 0;
    const killed = archive(slug, {
      batchMax: 6,
      onWritten: async () => {
        if (++written === 3) throw new Error("killed");
      },
    });
    await expect(killed).rejects.toThrow("killed");
    await send(
      slug,
      Array.from({ length: 10 }, (_, i) => createEvent(i)),
    );
    await archive(slug, { batchMax: 6, ...next });
    expect(await countEvents(slug)).toEqual({ stored: 50, deduped: 50, ids: 50 });
    expect(await countPending(slug)).toBe(0);
  },
);

test("a living reader's batch is left alone", async () => {
  const { slug } = await app.createWorkspace();
  await send(slug, [createEvent(0)]);
  const slow = archive(slug, {
    onWritten: async () => {
      expect(await archive(slug, { consumer: "b", claimAfterMs: 60_000 })).toBe(0);
    },
  });
  expect(await slow).toBe(1);
});

test("two readers that take over from a third at once acknowledge nothing for each other", async () => {
  const { slug } = await app.createWorkspace();
  await send(slug, [createEvent(0), createEvent(0)]);
  const stop = () => Promise.reject(new Error("killed"));
  await expect(archive(slug, { consumer: "gone", onWritten: stop })).rejects.toThrow("killed");
  await new Promise((resolve) => setTimeout(resolve, 60));
  const { redis } = app.ctx;
  const key = redisKeys.events(slug, partitionOf(SHOPPERS[0]!));
  const [[firstId]] = (await redis.xrange(key, "-", "+", "COUNT", 1)) as [[string, string[]]];
  // The other one comes between the look and the claim.
  const racing = new Proxy(redis, {
    get: (target, name) => {
      if (name !== "xclaim") return Reflect.get(target, name);
      return async (...args: Parameters<typeof redis.xclaim>) => {
        await redis.xclaim(key, GROUP, "b", 0, firstId);
        return redis.xclaim(...args);
      };
    },
  });
  const deps = { redis: racing, lake: await app.ctx.lake(), logger: app.ctx.logger };
  expect(await archiveRound(deps, [slug], { consumer: "a", claimAfterMs: 50 })).toBe(1);
  expect(await redis.xpending(key, GROUP)).toMatchObject([1, firstId, firstId, [["b", "1"]]]);
  expect(await archive(slug, { consumer: "b" })).toBe(1);
});

test("an event that was sent twice counts once", async () => {
  const { slug } = await app.createWorkspace();
  const event = createEvent(0);
  await send(slug, [event]);
  await archive(slug);
  await send(slug, [event]);
  await archive(slug);
  expect(await countEvents(slug)).toEqual({ stored: 2, deduped: 1, ids: 1 });
});

test("poison goes to quarantine with its reason and does not block what follows", async () => {
  const { slug } = await app.createWorkspace();
  const key = redisKeys.events(slug, 0);
  await app.ctx.redis.xadd(key, "*", "e", "{not json");
  await app.ctx.redis.xadd(key, "*", "e", JSON.stringify({ ...createEvent(0), shopper: "raw-id" }));
  await app.ctx.redis.xadd(key, "*", "other", "x");
  await app.ctx.redis.xadd(key, "*", "e", JSON.stringify(createEvent(0)));
  expect(await archive(slug)).toBe(4);
  const lake = await app.ctx.lake();
  const rows = await lake.query(`SELECT reason FROM ${lake.scan(slug, "quarantine")} ORDER BY reason`);
  expect(rows.map(({ reason }) => reason)).toEqual(["empty_entry", "not_json", "schema_mismatch"]);
  expect(await countEvents(slug)).toMatchObject({ stored: 1 });
  expect(await countPending(slug)).toBe(0);
});

test("what the edge and the event log set aside is archived once, each with all its reasons", async () => {
  const { slug } = await app.createWorkspace();
  const stored = { ...createEvent(0), context: { appVersion: "ios-4.2" } };
  const edge: QuarantinedEvent = {
    source: "collector",
    reasons: ["unknown_type", "missing_item"],
    problems: ["type: must be one of view", "itemId: is required"],
    receivedAtMs: Date.now(),
    appVersion: "web-1",
    eventType: null,
    raw: '{"type":"look"}',
    isEvent: true,
  };
  const key = redisKeys.quarantine(slug, 0);
  for (const entry of [edge, { reasons: ["duplicate"], stored }, { broken: true }])
    await app.ctx.redis.xadd(key, "*", "q", JSON.stringify(entry));
  await expect(archive(slug, { onWritten: async () => Promise.reject(new Error("killed")) })).rejects.toThrow(
    "killed",
  );
  await archive(slug);
  const lake = await app.ctx.lake();
  const rows = await lake.query(
    `SELECT source, reasons, app_version, event_type, is_event, raw FROM ${lake.scan(slug, "quarantine")} ORDER BY source`,
  );
  expect(rows).toMatchObject([
    { source: "collector", reasons: "unknown_type,missing_item", app_version: "web-1", is_event: true },
    { source: "event log", reasons: "duplicate", app_version: "ios-4.2", event_type: "click" },
    { source: "quarantine stream", reasons: "schema_mismatch", is_event: false },
  ]);
  expect(JSON.parse(String(rows[1]!.raw))).toMatchObject({ eventId: stored.eventId, userId: stored.shopper });
  expect(await lake.hasRows(slug, "events")).toBe(false);
});

test("an entry that cannot be written is set aside after five tries; what was read with it is archived", async () => {
  const { slug } = await app.createWorkspace();
  // A whole number, but none that the lake's column holds.
  const poison = { ...createEvent(0), position: 3_000_000_000 };
  await send(slug, [createEvent(0), poison, createEvent(0)]);
  const other = { ...createEvent(1), shopper: SHOPPERS[1]! };
  await send(slug, [other]);
  for (let tries = 1; tries <= 5; tries++) {
    await expect(archive(slug)).rejects.toThrow();
    // The other streams are not held up.
    expect(await countEvents(slug)).toMatchObject({ stored: 1 });
  }
  expect(await archive(slug)).toBe(3);
  expect(await countEvents(slug)).toMatchObject({ stored: 3 });
  const lake = await app.ctx.lake();
  const rows = await lake.query(`SELECT reason, source, raw FROM ${lake.scan(slug, "quarantine")}`);
  expect(rows).toEqual([
    { reason: "poison", source: "event stream", raw: expect.stringContaining(poison.eventId) },
  ]);
  expect(await countPending(slug)).toBe(0);
});

test("probes of freshness never reach the lake", async () => {
  const { slug } = await app.createWorkspace();
  await send(slug, [{ ...createEvent(0), shopper: PROBE_SHOPPER, itemId: PROBE_ID }]);
  expect(await archive(slug)).toBe(1);
  expect(await (await app.ctx.lake()).hasRows(slug, "events")).toBe(false);
  await send(slug, [createEvent(0), { ...createEvent(0), shopper: PROBE_SHOPPER }]);
  expect(await archive(slug)).toBe(2);
  expect(await countEvents(slug)).toMatchObject({ stored: 1 });
  expect(await countPending(slug)).toBe(0);
});

test("slates are archived whole, and once after a kill", async () => {
  const { slug } = await app.createWorkspace();
  const slates = Array.from({ length: 5 }, () => createSlate(slug));
  for (const slate of slates)
    await app.ctx.redis.xadd(redisKeys.slates(slug), "*", "s", JSON.stringify(slate));
  await expect(archive(slug, { onWritten: async () => Promise.reject(new Error("killed")) })).rejects.toThrow(
    "killed",
  );
  await archive(slug);
  const lake = await app.ctx.lake();
  const rows = await lake.query(`SELECT record FROM ${lake.scan(slug, "slates")}`);
  expect(rows.map(({ record }) => JSON.parse(String(record))).sort(byId)).toEqual([...slates].sort(byId));
});

const byId = (a: { requestId: string }, b: { requestId: string }) => a.requestId.localeCompare(b.requestId);

test("readers that are gone leave the lists, those that hold entries do not", async () => {
  const { slug } = await app.createWorkspace();
  await send(slug, [createEvent(0)]);
  await archive(slug, { consumer: "gone" });
  await send(slug, [createEvent(0)]);
  const key = redisKeys.events(slug, partitionOf(SHOPPERS[0]!));
  await app.ctx.redis.xreadgroup("GROUP", GROUP, "holds", "COUNT", 1, "STREAMS", key, ">");
  expect(await removeIdleReaders(app.ctx.redis, slug, 3_600_000)).toBe(0);
  expect(await removeIdleReaders(app.ctx.redis, slug, 0)).toBeGreaterThan(0);
  const readers = (await app.ctx.redis.xinfo("CONSUMERS", key, GROUP)) as string[][];
  expect(readers.map((fields) => fields[1])).toEqual(["holds"]);
  expect(await archive(slug, { consumer: "next", claimAfterMs: 0 })).toBe(1);
});

test("a Redis that was emptied is read again from its beginning", async () => {
  const { slug } = await app.createWorkspace();
  await send(slug, [createEvent(0)]);
  await archive(slug);
  for (const { key } of listStreams(slug)) await app.ctx.redis.del(key);
  await send(slug, [createEvent(1)]);
  expect(await archive(slug)).toBe(1);
});

test("a click is counted for the sources that gave the item, once, also when a batch is read again after a crash", async () => {
  const { slug } = await app.createWorkspace();
  const slate = createSlate(slug);
  await storeHotSlate(app.ctx.redis, slate);
  const click = { ...createEvent(1), requestId: slate.requestId };
  const unknown = { ...createEvent(1), requestId: "of-no-slate" };
  await send(slug, [click, { ...click, eventId: randomUUID(), type: "purchase" }, unknown]);
  const crash = () => Promise.reject(new Error("killed"));
  await expect(archive(slug, { onWritten: crash })).rejects.toThrow("killed");
  await archive(slug);
  await send(slug, [{ ...click, eventId: randomUUID(), type: "add_to_cart" }]);
  await archive(slug);
  const minute = Math.floor(click.receivedAtMs / 60_000);
  const minutes = [minute - 1, minute, minute + 1];
  const spans = await listFunnelCounts(app.ctx.redis, slug, { minutes, step: 1 });
  expect(spans.flatMap(listFunnelFields)).toEqual([
    "home_feed|all|-|clicked",
    1,
    "home_feed|source|popular|clicked",
    1,
    "home_feed|source|popular|clickedLeading",
    1,
  ]);
});
