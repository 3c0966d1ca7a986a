import { randomUUID } from "node:crypto";
import {
  EVENT_PARTITIONS,
  EVENT_RULES_DEFAULT,
  type EventRules,
  QuarantineEntry,
  redisKeys,
  type StoredInteraction,
} from "@shortlist/contracts";
import { createRedis } from "@shortlist/platform";
import type { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createStored } from "../testing/spoolFixture";
import { createRedisEventLog } from "./redisEventLog";

let redis: Redis;
let workspace: string;
let rules: EventRules;
const ANN = "ANNANNANNANNANNANNANNA";
const BOB = "BOBBOBBOBBOBBOBBOBBOBB";
const nowMs = Date.UTC(2026, 10, 20, 10, 0, 30);

beforeAll(async () => {
  redis = createRedis(process.env.TEST_REDIS_URL!);
  await redis.connect();
});
afterAll(() => redis.disconnect());
beforeEach(() => {
  workspace = `t${randomUUID().slice(0, 12)}`;
  rules = EVENT_RULES_DEFAULT;
});

const click = (change: Partial<StoredInteraction> = {}) =>
  createStored({ type: "click", shopper: ANN, occurredAtMs: nowMs, receivedAtMs: nowMs, ...change });
const append = (...events: StoredInteraction[]) =>
  createRedisEventLog(redis, () => rules).append(workspace, { events, quarantined: [] });

async function readStream(kind: "events" | "quarantine"): Promise<unknown[]> {
  const found: unknown[] = [];
  for (let p = 0; p < EVENT_PARTITIONS; p++)
    for (const [, fields] of await redis.xrange(redisKeys[kind](workspace, p), "-", "+"))
      found.push(JSON.parse(fields[1]!));
  return found;
}
const readIds = async () => (await readStream("events")).map((e) => (e as StoredInteraction).eventId);

describe("duplicates", () => {
  it("the same action under another event id is set aside, kept whole, and told", async () => {
    const first = click({ requestId: "01234567", position: 1 });
    const again = { ...first, eventId: randomUUID(), occurredAtMs: nowMs + 2_000 };
    expect(await append(first)).toEqual({ duplicate: 0, velocity: 0 });
    expect(await append(again)).toEqual({ duplicate: 1, velocity: 0 });
    expect(await readIds()).toEqual([first.eventId]);
    const [row] = await readStream("quarantine");
    expect(QuarantineEntry.parse(row)).toEqual({ reasons: ["duplicate"], stored: again });
  });

  it.each([
    ["another item", { itemId: "item-2" }],
    ["another slot", { position: 2 }],
    ["another type", { type: "view" as const }],
    ["another price", { value: 3 }],
    ["another shopper", { shopper: BOB }],
    ["2.001 seconds later", { occurredAtMs: nowMs + 2_001 }],
    ["2.001 seconds earlier", { occurredAtMs: nowMs - 2_001 }],
  ])("%s is another action", async (_name, change) => {
    await append(click());
    expect(await append(click(change))).toEqual({ duplicate: 0, velocity: 0 });
    expect(await readIds()).toHaveLength(2);
  });

  it("a retry of the same event is not a duplicate of itself: it is acknowledged and set aside by nobody", async () => {
    const event = click();
    await append(event);
    expect(await append({ ...event, receivedAtMs: nowMs + 700 })).toEqual({ duplicate: 0, velocity: 0 });
    expect(new Set(await readIds())).toEqual(new Set([event.eventId]));
    expect(await readStream("quarantine")).toEqual([]);
  });

  it("within one request, the first of two equal actions counts", async () => {
    const [first, second] = [click(), click()];
    expect(await append(first, second)).toEqual({ duplicate: 1, velocity: 0 });
    expect(await readIds()).toEqual([first.eventId]);
  });

  it("a workspace can turn them off", async () => {
    rules = { ...rules, duplicateWindowMs: 0 };
    expect(await append(click(), click())).toEqual({ duplicate: 0, velocity: 0 });
  });
});

describe("velocity", () => {
  const burst = (n: number, change: (i: number) => Partial<StoredInteraction> = () => ({})) =>
    Array.from({ length: n }, (_, i) => click({ itemId: `item-${i}`, ...change(i) }));

  it("what one shopper sends beyond the limit of a minute is set aside; others and the next minute are not", async () => {
    expect(await append(...burst(310))).toEqual({ duplicate: 0, velocity: 10 });
    expect(await append(click({ shopper: BOB }))).toEqual({ duplicate: 0, velocity: 0 });
    expect(await append(click({ itemId: "x", receivedAtMs: nowMs + 60_000 }))).toMatchObject({ velocity: 0 });
    expect(await readIds()).toHaveLength(302);
    expect(await readStream("quarantine")).toHaveLength(10);
  });

  it("a retry is not counted a second time, and does not let through what was set aside", async () => {
    rules = { ...rules, eventsPerMinuteMax: 10 };
    const events = burst(11);
    expect(await append(...events)).toMatchObject({ velocity: 1 });
    expect(await append(events[10]!)).toMatchObject({ velocity: 1 });
    expect(new Set(await readIds()).size).toBe(10);
    const ten = burst(10, () => ({ shopper: BOB }));
    for (let tries = 0; tries < 3; tries++) expect(await append(...ten)).toMatchObject({ velocity: 0 });
  });

  it("what a shopper asks for takes effect however fast it is asked", async () => {
    rules = { ...rules, eventsPerMinuteMax: 1 };
    const hide = click({ type: "hide" });
    const optOut = click({ type: "opt_out", itemId: null });
    expect(await append(click(), click({ itemId: "b" }), hide, optOut)).toEqual({
      duplicate: 0,
      velocity: 1,
    });
    expect(await redis.smembers(redisKeys.blocked(workspace, ANN))).toEqual([hide.itemId]);
  });
});

it("an event that was set aside leaves no trace in its shopper's state", async () => {
  rules = { ...rules, eventsPerMinuteMax: 1 };
  await append(click({ itemId: "kept" }), click({ itemId: "aside" }));
  expect(await redis.zrange(redisKeys.recent(workspace, ANN), "0", "-1")).toEqual(["kept"]);
});

it("requests that share a round trip are each told about their own events", async () => {
  const log = createRedisEventLog(redis, () => rules);
  const first = click();
  const send = (...events: StoredInteraction[]) => log.append(workspace, { events, quarantined: [] });
  const answers = await Promise.all([
    send(first),
    send(click(), click({ itemId: "b" })),
    send(click({ shopper: BOB })),
  ]);
  expect(answers.map(({ duplicate }) => duplicate)).toEqual([0, 1, 0]);
});

it("a full stream of one workspace refuses its own requests and no others", async () => {
  const other = `${workspace}-other`;
  const log = createRedisEventLog(redis, () => rules);
  for (let p = 0; p < EVENT_PARTITIONS; p++) await redis.set(redisKeys.events(workspace, p), "not a stream");
  const [refused, taken] = await Promise.allSettled([
    log.append(workspace, { events: [click()], quarantined: [] }),
    log.append(other, { events: [click()], quarantined: [] }),
  ]);
  expect(refused).toMatchObject({ status: "rejected", reason: { code: "log_unavailable" } });
  expect(taken.status).toBe("fulfilled");
});

it("after a refusal in the middle of a script the retry is appended: being remembered is not being stored", async () => {
  const event = click();
  for (let p = 0; p < EVENT_PARTITIONS; p++) await redis.set(redisKeys.events(workspace, p), "not a stream");
  await expect(append(event)).rejects.toThrow();
  for (let p = 0; p < EVENT_PARTITIONS; p++) await redis.del(redisKeys.events(workspace, p));
  expect(await append(event)).toEqual({ duplicate: 0, velocity: 0 });
  expect(await readIds()).toEqual([event.eventId]);
});
