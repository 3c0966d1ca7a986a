import { expect, test } from "vitest";
import { listFeatureTrouble, type WatchedView } from "./troubleDecide";

const MIDNIGHT = Date.UTC(2026, 10, 20);
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const view = (o: Partial<WatchedView> = {}): WatchedView => ({
  ref: "clicks@1",
  name: "clicks",
  view: { mode: "both" },
  createdAt: new Date(MIDNIGHT - 10 * DAY_MS),
  retiredAt: null,
  batch: { end: new Date(MIDNIGHT) },
  freshness: { verdict: { state: "pass", sentence: "" } },
  ...o,
});
const batchOf = (daysAgo: number) => ({ end: new Date(MIDNIGHT - daysAgo * DAY_MS) });

test.each([
  ["last midnight's batch is in time", {}, 12, false],
  ["yesterday's batch is in time while the night's backfill may still run", { batch: batchOf(1) }, 5, false],
  ["yesterday's batch is late by noon", { batch: batchOf(1) }, 12, true],
  ["an older batch is late at any time", { batch: batchOf(2) }, 1, true],
  ["no batch of an old view is late", { batch: null }, 12, true],
  ["no batch of a view just published is not", { batch: null, createdAt: new Date(MIDNIGHT) }, 2, false],
  ["a view of the stream has none to be late", { batch: null, view: { mode: "stream" as const } }, 12, false],
  ["a retired view is nobody's trouble", { batch: batchOf(9), retiredAt: new Date(MIDNIGHT) }, 12, false],
] as const)("%s", (_what, o, hour, isLate) => {
  const trouble = listFeatureTrouble([view(o)], { hasEvents: true, nowMs: MIDNIGHT + hour * HOUR_MS });
  expect(trouble.map(({ title }) => title)).toEqual(isLate ? ["The batch of clicks@1 is late"] : []);
  expect(listFeatureTrouble([view(o)], { hasEvents: false, nowMs: MIDNIGHT + hour * HOUR_MS })).toEqual([]);
});

test("a view that is slower than its objective is trouble with the figures; no data is not", () => {
  const slow = view({ freshness: { verdict: { state: "fail", sentence: "Too slow: p95 14 s" } } });
  const unknown = view({ freshness: { verdict: { state: "no_data", sentence: "No data" } } });
  expect(listFeatureTrouble([slow, unknown], { hasEvents: true, nowMs: MIDNIGHT + HOUR_MS })).toEqual([
    { name: "clicks", title: "clicks@1 is not fresh", detail: "Too slow: p95 14 s" },
  ]);
});
