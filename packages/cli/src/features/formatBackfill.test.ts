import { expect, test } from "vitest";
import { formatBackfillPlan } from "./formatBackfill";

test("a plan shows what it reads and writes, how many rows were looked at, and who reads the view", () => {
  const output = { nullsBefore: 0, nullsAfter: 0, edges: [], before: [], after: [] };
  const text = formatBackfillPlan({
    ref: "clicks@2",
    batchEnd: "2026-11-20T00:00:00.000Z",
    plan: {
      computedAtMs: 0,
      nEvents: 1_200_000,
      nRows: 50_000,
      bytes: 3 * 1024 * 1024,
      seconds: 11.2,
      against: null,
      nSampled: 2000,
      rows: { new: 5, changed: 10, unchanged: 1985 },
      outputs: [
        { ...output, name: "clicks_1h", nChanged: 0, meanBefore: 1, meanAfter: 1 },
        { ...output, name: "clicks_7d", nChanged: 10, meanBefore: null, meanAfter: 2.5 },
      ],
      consumers: [{ ref: "ranker@3", releases: [12, 11], isServing: true }],
    },
  });
  expect(text.split("\n")).toEqual([
    "clicks@2, batch until 2026-11-20 00:00 UTC",
    "  reads   1,200,000 events",
    "  writes  50,000 rows, about 3.0 MB, in about 12 s",
    "  changes of a sample of 2,000 rows: 5 new, 10 changed, 1,985 unchanged for readers",
    "    clicks_7d: 10 rows, mean none → 2.500",
    "  read by ranker@3 of release 12, 11, serving now",
  ]);
});
