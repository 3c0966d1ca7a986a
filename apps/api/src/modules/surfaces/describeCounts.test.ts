import { addFunnelFields, type FunnelCounts, LATENCY_BOUNDS_MS } from "@shortlist/contracts";
import fc from "fast-check";
import { expect, test } from "vitest";
import { decideSourceHealth, describeCounts, estimateQuantile } from "./describeCounts";

const read = (fields: Record<string, string>) => {
  const counts: FunnelCounts = new Map();
  addFunnelFields(counts, fields);
  return counts.get("cart");
};

test.each([
  [0, 0, "no_data"],
  [19, 19, "no_data"],
  [100, 0, "pass"],
  [100, 1, "pass"],
  [100, 2, "warn"],
  [100, 19, "warn"],
  [100, 20, "fail"],
] as const)("a source asked %d times of which %d failed is %s", (asked, failed, health) => {
  expect(decideSourceHealth({ asked, failed })).toBe(health);
});

test("a quantile lies in the bucket that holds it, and grows with q", () => {
  const buckets = fc.array(fc.nat(50), {
    minLength: LATENCY_BOUNDS_MS.length + 1,
    maxLength: LATENCY_BOUNDS_MS.length + 1,
  });
  fc.assert(
    fc.property(buckets, fc.double({ min: 0.01, max: 0.99, noNaN: true }), (counts, q) => {
      const n = counts.reduce((a, b) => a + b, 0);
      const value = estimateQuantile(counts, q);
      if (n === 0) return expect(value).toBeNull();
      let below = 0;
      const bucket = counts.findIndex((count) => {
        below += count;
        return below >= q * n && count > 0;
      });
      expect(value!).toBeLessThanOrEqual(LATENCY_BOUNDS_MS[bucket] ?? LATENCY_BOUNDS_MS.at(-1)!);
      expect(value!).toBeGreaterThanOrEqual(LATENCY_BOUNDS_MS[bucket - 1] ?? 0);
      expect(estimateQuantile(counts, Math.min(0.999, q + 0.005))!).toBeGreaterThanOrEqual(value!);
    }),
  );
});

test("counters are told per run of a stage and per source with its shares; lists below are told apart", () => {
  const described = describeCounts(
    read({
      "cart|all|-|requests": "60",
      "cart|all|-|items": "100",
      "cart|all|-|clicked": "4",
      "cart|rung|0|requests": "59",
      "cart|rung|4|requests": "1",
      "cart|stage|rank|runs": "50",
      "cart|stage|rank|us": "100000",
      "cart|stage|rank|in": "5000",
      "cart|stage|rank|out": "2500",
      "cart|source|content|ok": "30",
      "cart|source|content|late": "10",
      "cart|source|content|candidates": "400",
      "cart|source|content|us": "20000",
      "cart|source|content|servedLeading": "60",
      "cart|source|content|clickedLeading": "3",
      "cart|source|global_popular|served": "5",
      "cart|source|global_popular|servedLeading": "5",
      "cart|drop|purchased|items": "3",
      "cart|drop|out_of_stock|items": "9",
    }),
    1,
  );
  expect(described).toMatchObject({ requests: 60, requestsPerSecond: 1, rungs: [59, 0, 0, 0, 1] });
  expect(described.stages).toEqual([{ name: "rank", runs: 50, msPerRun: 2, inPerRun: 100, outPerRun: 50 }]);
  expect(described.sources.find(({ name }) => name === "content")).toMatchObject({
    asked: 40,
    health: "fail",
    candidatesPerRun: 10,
    msPerRun: 0.5,
    servedShare: 0.6,
    clickedShare: 0.75,
  });
  expect(described.others).toMatchObject([{ name: "global_popular", served: 5 }]);
  expect(described.drops.map(({ reason }) => reason)).toEqual(["out_of_stock", "purchased"]);
});

test("without counters there are no figures, not zeros", () => {
  const described = describeCounts(undefined, 15);
  expect(described).toMatchObject({ requests: 0, latencyMsP50: null, latencyMsP99: null });
  expect(described.sources[0]).toMatchObject({
    health: "no_data",
    candidatesPerRun: null,
    servedShare: null,
  });
});
