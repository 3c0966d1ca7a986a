import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { StoredInteraction } from "@shortlist/contracts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type ArchivedSlate, type Lake, openLake } from "../lake";
import { computeRecentTraffic } from "./recentTraffic";
import { computeRolloutOutcomes } from "./rolloutOutcomes";
import { listShadowRecords } from "./shadowRecords";

const HOUR = 3_600_000;
const T0 = Date.parse("2026-03-01T23:30:00Z");
let dir: string;
let lake: Lake;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "shortlist-lake-"));
  lake = await openLake(dir);
});
afterAll(async () => {
  lake.close();
  await rm(dir, { recursive: true, force: true });
});

const slate = (requestId: string, o: Partial<ArchivedSlate>): ArchivedSlate => ({
  requestId,
  atMs: T0,
  surface: "home_feed",
  shopper: "anna",
  releaseId: "r",
  rung: 0,
  record: "{}",
  rolloutId: "ro",
  arm: "control",
  ...o,
});
const event = (requestId: string, o: Partial<StoredInteraction>): StoredInteraction =>
  ({
    eventId: `${requestId}-${o.type ?? "click"}-${o.receivedAtMs ?? 0}`,
    type: "click",
    itemId: "i",
    shopper: "anna",
    anonymousShopper: null,
    sessionId: null,
    requestId,
    position: 0,
    surface: "home_feed",
    occurredAtMs: T0,
    receivedAtMs: T0 + 1_000,
    value: null,
    currency: null,
    quantity: null,
    context: {},
    ...o,
  }) as StoredInteraction;

const ask = (workspace: string, o: { nowMs?: number; sinceMs?: number; splitSinceMs?: number } = {}) =>
  computeRolloutOutcomes(lake, {
    workspace,
    rolloutId: "ro",
    surfaces: ["home_feed"],
    sinceMs: T0,
    splitSinceMs: T0,
    attributionMs: HOUR,
    nowMs: T0 + 3 * HOUR,
    ...o,
  });

test("slates and events count once by shopper and arm, whatever was archived twice and across midnight", async () => {
  const slates = [
    slate("a1", {}),
    slate("a2", { atMs: T0 + HOUR }),
    slate("b1", { shopper: "ben", arm: "candidate" }),
    slate("c1", { shopper: "cara", arm: "candidate", atMs: T0 + HOUR }),
    slate("rest", { shopper: "dan", arm: "rest" }),
    slate("nobody", { shopper: null, arm: "control" }),
    slate("other", { shopper: "eve", rolloutId: "another" }),
  ];
  await lake.writeSlates("once", "1", slates);
  await lake.writeSlates("once", "2", slates.slice(0, 3));
  const events = [
    event("a1", {}),
    event("a1", { type: "purchase", value: 10, quantity: 3, receivedAtMs: T0 + 5_000 }),
    event("b1", { type: "add_to_cart" }),
    event("rest", {}),
  ];
  await lake.writeInteractions("once", "1", events);
  await lake.writeInteractions("once", "2", events);
  const found = (await ask("once"))!;
  expect(found.newestSlateMs).toBe(T0 + HOUR);
  expect(found.shoppers).toEqual({ control: 1, candidate: 2 });
  expect(found.sums.click_through).toEqual({
    control: { n: 1, sumX: 2, sumY: 1, sumXX: 4, sumYY: 1, sumXY: 2 },
    candidate: { n: 2, sumX: 2, sumY: 1, sumXX: 2, sumYY: 1, sumXY: 1 },
  });
  expect(found.sums.add_to_cart.candidate.sumY).toBe(1);
  expect(found.sums.conversion.control).toMatchObject({ sumX: 2, sumY: 1 });
  expect(found.sums.revenue.control).toMatchObject({ sumY: 30, sumYY: 900 });
});

test("an order counts only within its window, and only slates whose window is over count for orders", async () => {
  await lake.writeSlates("window", "1", [slate("old", {}), slate("new", { atMs: T0 + 2.5 * HOUR })]);
  await lake.writeInteractions("window", "1", [
    event("old", { type: "purchase", value: 5, receivedAtMs: T0 + HOUR + 1 }),
    event("new", { type: "purchase", value: 7, receivedAtMs: T0 + 2.6 * HOUR }),
  ]);
  const { sums } = (await ask("window"))!;
  expect(sums.conversion.control).toMatchObject({ sumX: 1, sumY: 0 });
  expect(sums.click_through.control).toMatchObject({ sumX: 2, sumY: 1 });
  const later = (await ask("window", { nowMs: T0 + 4 * HOUR }))!;
  expect(later.sums.revenue.control).toMatchObject({ sumX: 2, sumY: 7 });
});

test("only surfaces and times of the plan are compared, while the split counts the shoppers of the step", async () => {
  await lake.writeSlates("parts", "1", [
    slate("before", { atMs: T0 - 60_000, shopper: "early" }),
    slate("cart", { surface: "cart", shopper: "cara" }),
    slate("in", {}),
  ]);
  const found = (await ask("parts", { splitSinceMs: T0 + 1 }))!;
  expect(found.sums.click_through.control).toMatchObject({ n: 1, sumX: 1 });
  expect(found.shoppers.control).toBe(0);
  expect((await ask("parts"))!.shoppers.control).toBe(2);
});

test("an archive without slates is no data, not zero", async () => {
  expect(await ask("empty")).toBeNull();
  expect(
    await listShadowRecords(lake, { workspace: "empty", rolloutId: "ro", sinceMs: T0, nowMs: T0, limit: 5 }),
  ).toEqual({ n: 0, records: [] });
});

test("compared requests come newest first and once, with how many there are", async () => {
  const shadow = (requestId: string, atMs: number) => ({
    requestId,
    atMs,
    surface: "cart",
    rolloutId: "ro",
    record: requestId,
  });
  await lake.writeShadows("shadowed", "1", [shadow("x", T0), shadow("y", T0 + 1)]);
  await lake.writeShadows("shadowed", "2", [shadow("x", T0), { ...shadow("z", T0), rolloutId: "another" }]);
  const o = { workspace: "shadowed", rolloutId: "ro", sinceMs: T0, nowMs: T0 + HOUR, limit: 1 };
  expect(await listShadowRecords(lake, o)).toEqual({ n: 2, records: ["y"] });
});

test("recent traffic counts slates and clicked slates by shopper, of the surfaces asked for", async () => {
  await lake.writeSlates("recent", "1", [
    slate("a1", { rolloutId: null, arm: null }),
    slate("a2", { rolloutId: null, arm: null, atMs: T0 + HOUR }),
    slate("b1", { rolloutId: null, arm: null, shopper: "ben", atMs: T0 + HOUR }),
    slate("c1", { surface: "cart" }),
  ]);
  await lake.writeInteractions("recent", "1", [event("a1", {}), event("a1", { type: "purchase" })]);
  const o = { workspace: "recent", surfaces: ["home_feed"], sinceMs: T0 - HOUR, nowMs: T0 + 2 * HOUR };
  expect(await computeRecentTraffic(lake, o)).toEqual({
    hours: 2,
    shoppers: 2,
    slates: 3,
    clickThrough: { n: 2, sumX: 3, sumY: 1, sumXX: 5, sumYY: 1, sumXY: 2 },
  });
  expect(await computeRecentTraffic(lake, { ...o, workspace: "empty" })).toBeNull();
});
