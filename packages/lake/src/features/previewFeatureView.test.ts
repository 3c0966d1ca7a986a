import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FeatureView, type StoredInteraction } from "@shortlist/contracts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Lake, openLake } from "../lake";
import { previewFeatureView } from "./previewFeatureView";

const NOW_MS = Date.UTC(2026, 10, 20, 12);
const DAY_MS = 86_400_000;

let root: string;
let lake: Lake;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "preview-"));
  lake = await openLake(root);
});
afterAll(async () => {
  lake.close();
  await rm(root, { recursive: true });
});

const view = FeatureView.parse({
  name: "activity",
  version: 1,
  owner: "tests",
  entity: "shopper",
  source: { types: ["click", "purchase"] },
  mode: "both",
  freshnessObjectiveSeconds: 10,
  features: [
    {
      name: "clicks",
      op: "count",
      windows: ["1d", "7d"],
      where: { field: "type", op: "eq", value: "click" },
    },
    { name: "paid", op: "mean", field: "value", windows: ["7d"] },
    { name: "last", op: "last_n", field: "itemId", n: 2, windows: [null] },
  ],
});

const event = (o: Partial<StoredInteraction> & { occurredAtMs: number }): StoredInteraction =>
  ({
    eventId: randomUUID(),
    type: "click",
    itemId: "sku-1",
    shopper: "A".repeat(22),
    anonymousShopper: null,
    sessionId: null,
    requestId: null,
    position: null,
    surface: null,
    receivedAtMs: o.occurredAtMs,
    value: null,
    currency: null,
    quantity: null,
    context: {},
    ...o,
  }) as StoredInteraction;
const shopper = (i: number) => `S${String(i).padStart(21, "0")}`;
const options = (workspace: string, rowsMax = 100) => ({ workspace, nowMs: NOW_MS, days: 30, rowsMax });

test("an empty lake says so, and a lake without fitting events says when the last one was", async () => {
  expect(await previewFeatureView(lake, view, options("empty"))).toEqual({ state: "no_events" });
  await lake.writeInteractions("old", "b", [
    event({ occurredAtMs: NOW_MS - 40 * DAY_MS }),
    event({ type: "view", occurredAtMs: NOW_MS - DAY_MS }),
  ]);
  expect(await previewFeatureView(lake, view, options("old"))).toEqual({
    state: "no_matching_events",
    days: 30,
    newestMs: NOW_MS - 40 * DAY_MS,
  });
  const searches = FeatureView.parse({ ...view, source: { types: ["share"] } });
  expect(await previewFeatureView(lake, searches, options("old"))).toMatchObject({ newestMs: null });
});

test("counts, values as of now and distributions are those of the events, copies counted once", async () => {
  const copied = event({ shopper: shopper(1), occurredAtMs: NOW_MS - 1000, value: 4 });
  await lake.writeInteractions("shop", "b", [
    copied,
    { ...copied, receivedAtMs: copied.receivedAtMs + 500 },
    event({ shopper: shopper(1), occurredAtMs: NOW_MS - 3 * DAY_MS, itemId: "sku-2" }),
    event({ shopper: shopper(2), type: "purchase", occurredAtMs: NOW_MS - 2 * DAY_MS, value: 8 }),
    event({ shopper: shopper(3), type: "view", occurredAtMs: NOW_MS - DAY_MS }),
  ]);
  const preview = await previewFeatureView(lake, view, options("shop"));
  if (preview.state !== "ready") throw new Error(preview.state);
  expect(preview).toMatchObject({
    nEvents: 3,
    nRows: 2,
    nSampled: 2,
    isEstimate: false,
    truncatedToDays: 90,
  });
  expect(Object.fromEntries(preview.samples.map(({ key, values }) => [key[0], values]))).toEqual({
    [shopper(1)]: { clicks_1d: 1, clicks_7d: 2, paid_7d: 4, last_ever: ["sku-1", "sku-2"] },
    [shopper(2)]: { clicks_1d: 0, clicks_7d: 0, paid_7d: 8, last_ever: ["sku-1"] },
  });
  const [daily, weekly, paid, last] = preview.outputs;
  expect(daily).toMatchObject({ n: 2, nulls: 0, defaults: 1, histogram: { counts: [1, 1] } });
  expect(weekly!.histogram).toEqual({ edges: [0, 1, 2, 3], counts: [1, 0, 1] });
  expect(paid).toMatchObject({ nulls: 0, defaults: 0 });
  expect(last!.histogram).toBeNull();
});

test("more rows than asked for are sampled, and the sample says how many it has", async () => {
  await lake.writeInteractions(
    "many",
    "b",
    Array.from({ length: 1000 }, (_, i) => event({ shopper: shopper(i), occurredAtMs: NOW_MS - 1000 - i })),
  );
  const preview = await previewFeatureView(lake, view, options("many", 100));
  if (preview.state !== "ready") throw new Error(preview.state);
  expect(preview.nRows).toBe(1000);
  expect(preview.nSampled).toBeGreaterThan(50);
  expect(preview.nSampled).toBeLessThanOrEqual(100);
  expect(preview.samples).toHaveLength(20);
  expect(preview.outputs[0]!.n).toBe(preview.nSampled);
});
