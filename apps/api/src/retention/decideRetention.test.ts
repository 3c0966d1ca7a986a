import { expect, test } from "vitest";
import { groupByDay, type LakeFile, listExpired } from "./decideRetention";

const NOW = Date.UTC(2026, 5, 1, 12);
const DAY_MS = 86_400_000;
const SETTINGS = { rawDays: 90, aggregateDays: 730 };
const file = (o: Partial<LakeFile> & { daysAgo: number }): LakeFile => {
  const atMs = NOW - o.daysAgo * DAY_MS;
  return {
    table: "events",
    day: new Date(atMs).toISOString().slice(0, 10),
    name: "stream-p0-1-2.parquet",
    writtenAtMs: atMs,
    ...o,
  };
};

test.each([
  ["raw events of 90 days ago stay", file({ daysAgo: 90 }), false],
  ["raw events of 91 days ago go", file({ daysAgo: 91 }), true],
  ["slates go with them", file({ daysAgo: 91, table: "slates" }), true],
  ["what was set aside goes with them", file({ daysAgo: 91, table: "quarantine" }), true],
  [
    "an old day that was imported last week stays",
    file({ daysAgo: 4000, writtenAtMs: NOW - 7 * DAY_MS }),
    false,
  ],
  ["aggregates of two years stay", file({ daysAgo: 730, table: "daily" }), false],
  ["older ones go", file({ daysAgo: 731, table: "daily" }), true],
] as const)("%s", (_name, each, isExpired) => {
  expect(listExpired([each], SETTINGS, NOW)).toEqual(isExpired ? [each] : []);
});

test("nothing goes where retention is switched off", () => {
  const files = [file({ daysAgo: 4000 }), file({ daysAgo: 4000, table: "daily" })];
  expect(listExpired(files, { rawDays: 0, aggregateDays: 0 }, NOW)).toEqual([]);
});

test("days come in order, each with all its files", () => {
  const files = [file({ daysAgo: 100 }), file({ daysAgo: 101 }), file({ daysAgo: 100, name: "b.parquet" })];
  expect(groupByDay(files).map(([day, each]) => [day, each.length])).toEqual([
    [files[1]!.day, 1],
    [files[0]!.day, 2],
  ]);
});
