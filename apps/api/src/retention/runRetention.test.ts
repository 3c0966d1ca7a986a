import { randomUUID } from "node:crypto";
import { mkdtemp, readdir, rm, utimes } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { StoredInteraction } from "@shortlist/contracts";
import { type Lake, openLake } from "@shortlist/lake";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type RetentionOptions, runRetention } from "./runRetention";

const NOW = Date.UTC(2026, 5, 1, 12);
const DAY_MS = 86_400_000;

let root: string;
let lake: Lake;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "retention-"));
  lake = await openLake(root);
});
afterEach(async () => {
  lake.close();
  await rm(root, { recursive: true, force: true });
});

const eventAt = (daysAgo: number, o: Partial<StoredInteraction> = {}): StoredInteraction => ({
  eventId: randomUUID(),
  type: "purchase",
  itemId: "sku-1",
  shopper: "AAAAAAAAAAAAAAAAAAAAAA",
  anonymousShopper: null,
  sessionId: null,
  requestId: null,
  position: null,
  surface: null,
  occurredAtMs: NOW - daysAgo * DAY_MS,
  receivedAtMs: NOW - daysAgo * DAY_MS,
  value: 10,
  currency: "EUR",
  quantity: 2,
  context: {},
  ...o,
});

/** Files as old as their rows, as if they had been written then. */
async function write(batch: string, events: readonly StoredInteraction[]): Promise<void> {
  await lake.writeInteractions("shop", batch, events);
  for (const { receivedAtMs } of events) {
    const day = new Date(receivedAtMs).toISOString().slice(0, 10);
    const path = join(root, "shop", "events", `day=${day}`, `${batch}.parquet`);
    await utimes(path, receivedAtMs / 1000, receivedAtMs / 1000);
  }
}
const run = (o: Partial<RetentionOptions> = {}) =>
  runRetention("shop", { lake, root, nowMs: NOW, rawDays: 90, aggregateDays: 730, ...o });
const countRaw = async () =>
  (await lake.hasRows("shop", "events"))
    ? Number((await lake.query(`SELECT count(*)::INTEGER AS n FROM ${lake.scan("shop", "events")}`))[0]!.n)
    : 0;
const readDaily = () =>
  lake.query(
    `SELECT day, type, item_id, currency, events::INTEGER AS events, shoppers::INTEGER AS shoppers, value_sum, quantity_sum
     FROM ${lake.scan("shop", "daily")} ORDER BY ALL`,
  );

const OLD_DAY = new Date(NOW - 100 * DAY_MS).toISOString().slice(0, 10);
async function writeHistory(): Promise<void> {
  const copy = eventAt(100, { shopper: "BBBBBBBBBBBBBBBBBBBBBB" });
  await write("a", [
    eventAt(100),
    copy,
    eventAt(100, { itemId: "sku-2", currency: "USD", value: null }),
    eventAt(5),
  ]);
  await write("b", [
    copy,
    eventAt(100, { type: "click", itemId: null, value: null, currency: null, quantity: null }),
  ]);
}
const EXPECTED = [
  {
    day: OLD_DAY,
    type: "click",
    item_id: null,
    currency: null,
    events: 1,
    shoppers: 1,
    value_sum: null,
    quantity_sum: null,
  },
  {
    day: OLD_DAY,
    type: "purchase",
    item_id: "sku-1",
    currency: "EUR",
    events: 2,
    shoppers: 2,
    value_sum: 20,
    quantity_sum: 4,
  },
  {
    day: OLD_DAY,
    type: "purchase",
    item_id: "sku-2",
    currency: "USD",
    events: 1,
    shoppers: 1,
    value_sum: null,
    quantity_sum: 2,
  },
];

test("old events leave as counts per day, type, item and currency, a copy counted once; newer ones stay", async () => {
  await writeHistory();
  expect(await run()).toEqual({ deleted: { events: 2 }, daysAggregated: 1 });
  expect(await readDaily()).toEqual(EXPECTED);
  expect(await countRaw()).toBe(1);
  expect(await run()).toEqual({ deleted: {}, daysAggregated: 0 });
  expect(await readDaily()).toEqual(EXPECTED);
  expect(await readdir(join(root, "shop", "events"))).toHaveLength(1);
});

test.each(["planned", "aggregated", "half_deleted"] as const)(
  "cut off when it has %s: the next run counts nothing twice and leaves nothing behind",
  async (at) => {
    await writeHistory();
    const cut = run({
      onStep: async (step) => {
        if (step === at) throw new Error("killed");
      },
    });
    await expect(cut).rejects.toThrow("killed");
    await run();
    expect(await readDaily()).toEqual(EXPECTED);
    expect(await countRaw()).toBe(1);
    const left = await readdir(join(root, "shop", "daily", `day=${OLD_DAY}`));
    expect(left).toHaveLength(1);
  },
);

test("events that come late for a day that is summed up already are added to it", async () => {
  await writeHistory();
  await run();
  await write("late", [eventAt(100, { itemId: "sku-3" })]);
  await run();
  expect((await readDaily()).map(({ item_id, events }) => [item_id, events])).toEqual([
    [null, 1],
    ["sku-1", 2],
    ["sku-2", 1],
    ["sku-3", 1],
  ]);
});

test("slates and what was set aside leave, and aggregates after two years", async () => {
  await lake.writeSlates("shop", "s", [
    {
      requestId: "r",
      atMs: NOW - 100 * DAY_MS,
      surface: "home_feed",
      shopper: null,
      releaseId: "x",
      rung: 0,
      record: "{}",
    },
  ]);
  const path = join(root, "shop", "slates", `day=${OLD_DAY}`, "s.parquet");
  await utimes(path, (NOW - 100 * DAY_MS) / 1000, (NOW - 100 * DAY_MS) / 1000);
  await writeHistory();
  expect((await run()).deleted).toEqual({ events: 2, slates: 1 });
  expect(await lake.hasRows("shop", "slates")).toBe(false);
  // The aggregate was written just now, by the clock of this machine.
  expect((await run({ nowMs: Date.now() + 800 * DAY_MS })).deleted).toMatchObject({ daily: 1 });
});
