import { describe, expect, it } from "vitest";
import { type Check, expectedRange, formatCheckValue, type Grid, gridRows, gridVerdict } from "./gridView";

const at = new Date("2026-11-20T00:01:00Z");
const cell = (day: string, check: Check["check"], o: Partial<Check> = {}): Check => ({
  day,
  check,
  state: "pass",
  value: 1_000,
  low: 812,
  high: 1_204,
  n: 1_000,
  sentence: "…",
  computedAt: at,
  ...o,
});
const grid = (rows: Check[]): Grid => ({
  checks: [
    { name: "volume", title: "Events" },
    { name: "lateness", title: "Arrival" },
  ],
  lastDay: "2026-11-19",
  days: ["2026-11-18", "2026-11-19"],
  rows,
  closedDays: [],
  job: null,
});

describe("the sentence on top", () => {
  it.each([
    [["pass", "pass"], "2026-11-19: all 2 checks that could judge passed."],
    [["fail", "pass"], "2026-11-19: of 2 checks 1 failed."],
    [["fail", "warn"], "2026-11-19: of 2 checks 1 failed and 1 is worth a look."],
    [["pass", "no_data"], "2026-11-19: all 1 checks that could judge passed. 1 had nothing to judge by."],
    [["no_data", "no_data"], "2026-11-19: none of 2 checks had enough to judge by."],
  ] as const)("%j: %s", ([volume, lateness], sentence) => {
    const rows = [
      cell("2026-11-19", "volume", { state: volume }),
      cell("2026-11-19", "lateness", { state: lateness }),
      cell("2026-11-18", "volume", { state: "fail" }),
    ];
    expect(gridVerdict(grid(rows))).toBe(sentence);
  });
});

it("a day that was not checked is an empty cell, not a pass", () => {
  const rows = gridRows(grid([cell("2026-11-19", "volume")]));
  expect(rows.map(({ cells }) => cells.map((each) => each?.state ?? null))).toEqual([
    [null, "pass"],
    [null, null],
  ]);
});

it.each([
  ["volume", 12_345, "12,345"],
  ["lateness", 2_000, "2.00 s"],
  ["nulls", 0.25, "25.0 %"],
  ["ranges", 0.002, "0.20 %"],
  ["nulls", null, "–"],
])("%s %j reads %s", (check, value, text) => expect(formatCheckValue(check, value)).toBe(text));

it.each([
  ["volume", 812, 1_204, "812 to 1,204"],
  ["volume", 0, 0, "0"],
  ["lateness", 0, 60_000, "at most 1 min 00 s"],
  ["known_items", 0.9, 1, "at least 90.0 %"],
  ["set_aside", 0, 0.05, "at most 5.0 %"],
  ["set_aside", null, null, null],
] as const)("%s from %j to %j is expected as %j", (check, low, high, text) => {
  expect(expectedRange(cell("2026-11-19", check, { low, high }))).toBe(text);
});
