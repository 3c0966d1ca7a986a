import { describe, expect, it } from "vitest";
import {
  contributionScale,
  type Explained,
  type ExplainedItem,
  explainVerdict,
  movedBy,
  unaccountedMs,
  waterfall,
} from "./explainView";

const record = {
  items: [{}, {}],
  n: 3,
  personalized: true,
  shopper: "p",
  isAnonymous: false,
  surface: "home_feed",
  rung: 1,
  degradationReasons: ["content was late"],
  latencyMs: 10,
} as unknown as Explained;

describe("explainVerdict", () => {
  it("says how many, for whom, how, how fast and why not better", () => {
    expect(explainVerdict(record)).toBe(
      "2 of 3 asked items for a known shopper on home feed, on rung 1 (reduced) in 10.0 ms, because content was late.",
    );
  });
});

describe("waterfall", () => {
  const stages = [
    { name: "sources", ms: 4, in: 0, out: 100 },
    { name: "rank", ms: 5, in: 100, out: 12 },
  ];
  it("lays stages end to end on the whole request", () => {
    expect(waterfall({ stages, latencyMs: 10 }).map(({ start, share }) => [start, share])).toEqual([
      [0, 0.4],
      [0.4, 0.5],
    ]);
    expect(unaccountedMs({ stages, latencyMs: 10 })).toBeCloseTo(1);
  });
  it("draws nothing for a request that took no time", () => {
    expect(waterfall({ stages: [{ name: "a", ms: 0, in: 0, out: 0 }], latencyMs: 0 })[0]).toMatchObject({
      start: 0,
      share: 0,
    });
    expect(unaccountedMs({ stages: [], latencyMs: 0 })).toBeNull();
  });
});

describe("items", () => {
  it("counts a move towards the top as positive, and knows none without a ranker", () => {
    expect(movedBy({ position: 2, rankerPosition: 5 })).toBe(3);
    expect(movedBy({ position: 2, rankerPosition: null })).toBeNull();
  });
  it("scales all bars by the largest effect of the slate", () => {
    const item = (values: number[]) =>
      ({
        explanation: { status: "ok", contributions: values.map((contribution) => ({ contribution })) },
      }) as unknown as ExplainedItem;
    expect(contributionScale([item([0.5, -2]), item([1])])).toBe(2);
    expect(contributionScale([])).toBe(0);
  });
});
