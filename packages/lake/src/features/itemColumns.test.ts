import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FeatureView, type StoredInteraction } from "@shortlist/contracts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Lake, openLake } from "../lake";
import { computeItemColumns, listNumericOutputs } from "./itemColumns";

const T0 = Date.UTC(2026, 0, 10);
const HOUR_MS = 3_600_000;
let dir: string;
let lake: Lake;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "item-columns-"));
  lake = await openLake(dir);
});
afterAll(async () => {
  lake.close();
  await rm(dir, { recursive: true });
});

const view = FeatureView.parse({
  name: "engagement",
  version: 1,
  owner: "t",
  entity: "item",
  source: { types: ["click", "purchase"] },
  mode: "batch",
  freshnessObjectiveSeconds: 60,
  features: [
    { name: "events", op: "count", windows: ["1d"] },
    { name: "price", op: "mean", field: "value", windows: ["7d"] },
    { name: "surface", op: "last", field: "surface", windows: ["7d"] },
    { name: "paid", op: "last", field: "value", windows: ["7d"] },
    { name: "buyers", op: "last_n", field: "shopper", n: 3, windows: ["7d"] },
  ],
});

let serial = 0;
const event = (o: Partial<StoredInteraction>): StoredInteraction => ({
  eventId: `e${serial++}`,
  type: "purchase",
  itemId: "a",
  shopper: "AAAAAAAAAAAAAAAAAAAAAA",
  anonymousShopper: null,
  sessionId: null,
  requestId: null,
  position: null,
  surface: "home_feed",
  occurredAtMs: T0,
  receivedAtMs: T0,
  value: 10,
  currency: null,
  quantity: null,
  context: {},
  ...o,
});

test("texts and lists are no inputs of a model", () => {
  expect(listNumericOutputs(view)).toEqual(["events_1d", "price_7d", "paid_7d"]);
});

test("columns hold what was known at the moment, in the order of the items; a value that is not there is NaN", async () => {
  await lake.writeInteractions("shop", "b", [
    event({ value: 10 }),
    event({ value: 30, occurredAtMs: T0 + HOUR_MS, receivedAtMs: T0 + HOUR_MS }),
    event({
      itemId: "c",
      value: 5,
      occurredAtMs: T0 - 3 * 24 * HOUR_MS,
      receivedAtMs: T0 - 3 * 24 * HOUR_MS,
    }),
  ]);
  const at = (atMs: number, writeLagMs = 0) =>
    computeItemColumns(lake, view, {
      events: lake.dedupedInteractions("shop"),
      itemIds: ["c", "b", "a"],
      atMs,
      writeLagMs,
    });
  expect((await at(T0 + 1)).map(({ values }) => [...values])).toEqual([
    [0, 0, 1],
    [5, Number.NaN, 10],
    [5, Number.NaN, 10],
  ]);
  expect([...(await at(T0 + 2 * HOUR_MS))[1]!.values]).toEqual([5, Number.NaN, 20]);
  expect([...(await at(T0 + 2 * HOUR_MS, 90 * 60_000))[1]!.values]).toEqual([5, Number.NaN, 10]);
});
