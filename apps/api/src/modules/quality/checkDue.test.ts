import { expect, test } from "vitest";
import { type CheckState, decideCheckDue, getLastCheckableDay, listDays } from "./checkDue";

const nowMs = Date.parse("2026-11-20T00:05:00Z");
const base: CheckState = {
  nowMs,
  days: { first: "2026-10-01", last: "2026-11-20" },
  lastCheckedDay: "2026-11-18",
  lastCheckedAtMs: nowMs - 86_400_000,
  lastImportAtMs: null,
  latestJob: null,
};

test.each<[string, Partial<CheckState>, object]>([
  ["a new day", {}, { due: true, fromDay: "2026-11-17", toDay: "2026-11-19" }],
  ["the day is checked", { lastCheckedDay: "2026-11-19" }, { due: false }],
  [
    "never checked",
    { lastCheckedDay: null, lastCheckedAtMs: null },
    { due: true, fromDay: null, toDay: "2026-11-19" },
  ],
  [
    "an import since",
    { lastCheckedDay: "2026-11-19", lastImportAtMs: nowMs },
    { due: true, fromDay: null, toDay: "2026-11-19" },
  ],
  ["an empty archive", { days: null }, { due: false }],
  ["only today's events", { days: { first: "2026-11-20", last: "2026-11-20" } }, { due: false }],
  ["a run under way", { latestJob: { state: "running", createdAtMs: nowMs } }, { due: false }],
  ["a run that just failed", { latestJob: { state: "failed", createdAtMs: nowMs - 60_000 } }, { due: false }],
  [
    "a run that failed an hour ago",
    { latestJob: { state: "failed", createdAtMs: nowMs - 3_600_000 } },
    { due: true, fromDay: "2026-11-17", toDay: "2026-11-19" },
  ],
])("%s", (_name, change, expected) => {
  expect(decideCheckDue({ ...base, ...change })).toEqual(expected);
});

test("a shop that falls silent is watched for two weeks, an import of old logs is not", () => {
  expect(getLastCheckableDay("2026-11-10", nowMs)).toBe("2026-11-19");
  expect(getLastCheckableDay("2011-12-09", nowMs)).toBe("2011-12-09");
});

test("days are listed over the end of a month", () => {
  expect(listDays("2026-02-27", "2026-03-01")).toEqual(["2026-02-27", "2026-02-28", "2026-03-01"]);
});
