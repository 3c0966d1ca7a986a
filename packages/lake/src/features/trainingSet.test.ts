import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FeatureView, type StoredInteraction } from "@shortlist/contracts";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Lake, openLake, quote } from "../lake";
import { buildTrainingSet, hashFeatureView, type TrainingSetOptions } from "./buildTrainingSet";

const T0 = Date.UTC(2026, 2, 10, 12);
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const SHOPPER = "AAAAAAAAAAAAAAAAAAAAAA";

const activity = FeatureView.parse({
  name: "activity",
  version: 3,
  owner: "ranking",
  entity: "shopper",
  source: { types: ["view", "click", "purchase"] },
  features: [
    { name: "events", op: "count", windows: ["1d"] },
    { name: "spend", op: "sum", field: "value", windows: [null] },
  ],
  mode: "both",
  freshnessObjectiveSeconds: 10,
});

let root: string;
let lake: Lake;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "training-"));
  lake = await openLake(join(root, "lake"));
});
afterEach(async () => {
  lake.close();
  await rm(root, { recursive: true });
});

let nextId = 0;
const event = (type: StoredInteraction["type"], o: Partial<StoredInteraction>): StoredInteraction => ({
  eventId: `e${nextId++}`,
  type,
  itemId: "a",
  shopper: SHOPPER,
  anonymousShopper: null,
  sessionId: null,
  requestId: null,
  position: null,
  surface: null,
  occurredAtMs: T0,
  receivedAtMs: o.receivedAtMs ?? (o.occurredAtMs ?? T0) + 500,
  value: null,
  currency: null,
  quantity: null,
  context: {},
  ...o,
});

const slate = (requestId: string, atMs: number, items: readonly string[]) => ({
  requestId,
  atMs,
  surface: "home_feed",
  shopper: SHOPPER,
  releaseId: "r1",
  rung: 0,
  record: JSON.stringify({ items: items.map((itemId, position) => ({ itemId, position })), context: {} }),
});

const options = (o: Partial<TrainingSetOptions> = {}): TrainingSetOptions => ({
  workspace: "shop",
  views: [activity],
  fromMs: T0 - DAY_MS,
  toMs: T0 + DAY_MS,
  knownByMs: T0 + 30 * DAY_MS,
  writeLagMs: 2_000,
  negativeRate: 1,
  seed: 1,
  outDir: join(root, "set"),
  ...o,
});

const readRows = (columns: string) =>
  lake.query(
    `SELECT ${columns} FROM read_parquet(${quote(join(root, "set", "rows.parquet"))}) ORDER BY row_id`,
  );

test("features are those that serving could have read: nothing later, and nothing not yet written", async () => {
  await lake.writeSlates("shop", "s", [slate("request-1", T0, ["a"])]);
  await lake.writeInteractions("shop", "e", [
    event("view", { occurredAtMs: T0 - 60_000, value: 1 }),
    // Received 1 s before the request: with a write lag of 2 s it was not readable.
    event("view", { occurredAtMs: T0 - 1_000, receivedAtMs: T0 - 1_000, value: 10 }),
    event("view", { occurredAtMs: T0 - 50_000, receivedAtMs: T0 + 60_000, value: 100 }),
    event("purchase", { occurredAtMs: T0 + 1, value: 1000 }),
  ]);
  await buildTrainingSet(lake, options());
  expect(
    await readRows("activity__events_1d AS n, activity__spend_ever AS spend, label_purchase AS bought"),
  ).toEqual([{ n: 1, spend: 1, bought: 1 }]);
});

test("a label is 1 within its window, 0 after it, and null while the window is open", async () => {
  await lake.writeSlates("shop", "s", [
    slate("request-1", T0, ["a", "b"]),
    slate("request-2", T0 + MINUTE_MS, ["c"]),
  ]);
  await lake.writeInteractions("shop", "e", [
    event("click", { itemId: "a", occurredAtMs: T0 + 30 * MINUTE_MS - 1 }),
    event("click", { itemId: "b", occurredAtMs: T0 + 30 * MINUTE_MS }),
    // Names another request, so it does not label this one.
    event("click", { itemId: "c", occurredAtMs: T0 + 2 * MINUTE_MS, requestId: "request-1" }),
  ]);
  const manifest = await buildTrainingSet(lake, options({ knownByMs: T0 + DAY_MS }));
  expect(await readRows("item_id, label_click, label_purchase")).toEqual([
    { item_id: "a", label_click: 1, label_purchase: null },
    { item_id: "b", label_click: 0, label_purchase: null },
    { item_id: "c", label_click: 0, label_purchase: null },
  ]);
  expect(manifest.labels).toEqual({
    click: { window: "30m", closed: 3, positive: 1 },
    purchase: { window: "7d", closed: 0, positive: 0 },
  });
});

test("rows without a closed label are left out and counted", async () => {
  await lake.writeSlates("shop", "s", [
    slate("request-1", T0, ["a"]),
    slate("request-2", T0 + 2 * 3_600_000, ["a"]),
  ]);
  await lake.writeInteractions("shop", "e", [event("view", { occurredAtMs: T0 - 60_000 })]);
  const manifest = await buildTrainingSet(lake, options({ knownByMs: T0 + 3_600_000 }));
  expect(manifest.rows).toEqual({ shown: 2, open: 1, sampledOut: 0, written: 1 });
  expect(await readRows("activity__events_1d AS n")).toEqual([{ n: 1 }]);
});

test("nothing is learned from who opted out, nor from slates of nobody, which no click can be matched with", async () => {
  const OTHER = "BBBBBBBBBBBBBBBBBBBBBB";
  await lake.writeSlates("shop", "s", [
    { ...slate("request-1", T0, ["a"]), shopper: null },
    { ...slate("request-2", T0, ["a"]), shopper: OTHER },
    slate("request-3", T0, ["a"]),
  ]);
  await lake.writeInteractions("shop", "e", [
    event("opt_out", { shopper: OTHER, itemId: null, occurredAtMs: T0 + 60_000 }),
  ]);
  await buildTrainingSet(lake, options());
  expect(await readRows("request_id")).toEqual([{ request_id: "request-3" }]);
});

test("what a visitor was shown and bought after signing in is a positive", async () => {
  await lake.writeSlates("shop", "s", [slate("request-1", T0, ["a", "b"])]);
  await lake.writeInteractions("shop", "e", [
    event("purchase", {
      shopper: "CCCCCCCCCCCCCCCCCCCCCC",
      anonymousShopper: SHOPPER,
      occurredAtMs: T0 + 3_600_000,
    }),
  ]);
  await buildTrainingSet(lake, options());
  expect(await readRows("item_id, label_purchase")).toEqual([
    { item_id: "a", label_purchase: 1 },
    { item_id: "b", label_purchase: 0 },
  ]);
});

test("sampling keeps every positive, about the asked share of the others, and weights them back", async () => {
  const items = Array.from({ length: 2000 }, (_, i) => `item-${i}`);
  await lake.writeSlates("shop", "s", [slate("request-1", T0, items)]);
  await lake.writeInteractions("shop", "e", [event("click", { itemId: "item-7", occurredAtMs: T0 + 1000 })]);
  const manifest = await buildTrainingSet(lake, options({ negativeRate: 0.1 }));
  const rows = await readRows("item_id, label_click, sample_weight");
  expect(rows).toContainEqual({ item_id: "item-7", label_click: 1, sample_weight: 1 });
  // Five standard deviations of a binomial with n = 1999, p = 0.1.
  expect(Math.abs(rows.length - 1 - 199.9)).toBeLessThan(5 * Math.sqrt(1999 * 0.09));
  expect(rows.filter((row) => row.label_click === 0).every((row) => row.sample_weight === 10)).toBe(true);
  expect(manifest.rows.shown).toBe(manifest.rows.written + manifest.rows.sampledOut);
});

test("the same lake and options give the same hash, however the files lie; another seed or view does not", async () => {
  await lake.writeSlates("shop", "s", [slate("request-1", T0, ["a", "b", "c", "d", "e", "f"])]);
  const events = [1, 2, 3].map((n) => event("view", { occurredAtMs: T0 - n * MINUTE_MS, value: 0.1 * n }));
  await lake.writeInteractions("shop", "e", events);
  const first = await buildTrainingSet(lake, options({ negativeRate: 0.5 }));
  expect(JSON.parse(await readFile(join(root, "set", "manifest.json"), "utf8"))).toEqual(first);
  expect(first.views).toEqual([{ name: "activity", version: 3, sha256: hashFeatureView(activity) }]);
  await lake.deleteBatches("shop", "events", "e");
  for (const [i, each] of events.toReversed().entries())
    await lake.writeInteractions("shop", `f${i}`, [each]);
  expect(await buildTrainingSet(lake, options({ negativeRate: 0.5 }))).toEqual(first);
  const otherSeed = await buildTrainingSet(lake, options({ negativeRate: 0.5, seed: 2 }));
  const otherLag = await buildTrainingSet(lake, options({ negativeRate: 0.5, writeLagMs: 90_000 }));
  expect(new Set([first, otherSeed, otherLag].map((each) => each.contentHash)).size).toBe(3);
});

test("bad options are refused by name", async () => {
  await expect(buildTrainingSet(lake, options({ negativeRate: 0 }))).rejects.toThrow(/negativeRate/);
  await expect(buildTrainingSet(lake, options({ toMs: 0 }))).rejects.toThrow(/fromMs/);
  await expect(buildTrainingSet(lake, options({ labels: {} }))).rejects.toThrow(/labels/);
  await expect(buildTrainingSet(lake, options({ views: [activity, activity] }))).rejects.toThrow(
    /activity twice/,
  );
});
