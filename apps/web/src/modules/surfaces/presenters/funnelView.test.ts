import { expect, test } from "vitest";
import { funnelSteps, funnelVerdict, type SurfaceFunnel, topSource } from "./funnelView";

const stage = (name: string, o: { runs: number; ms: number; taken: number; given: number }) => ({
  name,
  runs: o.runs,
  msPerRun: o.ms,
  inPerRun: o.taken,
  outPerRun: o.given,
});
const source = (name: string, servedLeading: number) =>
  ({ name, servedLeading, servedShare: servedLeading / 100 }) as SurfaceFunnel["sources"][number];
const funnel = {
  requests: 10,
  items: 100,
  rungs: [9, 1, 0, 0, 0],
  latencyMsP50: 3,
  latencyMsP99: 9,
  stages: [
    stage("gate", { runs: 10, ms: 0.1, taken: 20, given: 10 }),
    stage("independent_sources", { runs: 10, ms: 0.2, taken: 0, given: 30 }),
    stage("sources", { runs: 8, ms: 0.4, taken: 9, given: 100 }),
    stage("unite_filter", { runs: 8, ms: 0.3, taken: 100, given: 60 }),
    stage("features", { runs: 8, ms: 1, taken: 60, given: 60 }),
    stage("rank", { runs: 8, ms: 2, taken: 60, given: 60 }),
  ],
  drops: [
    { reason: "out_of_stock", items: 80 },
    { reason: "purchased", items: 160 },
  ],
  gateRemoved: [],
  sources: [source("content", 40), source("trending", 50), source("search", 0)],
  others: [source("global_popular", 10)],
} as unknown as SurfaceFunnel;

test("steps are those that ran, in the order of the funnel, with the time of what prepares them", () => {
  const steps = funnelSteps(funnel);
  expect(steps.map(({ id }) => id)).toEqual(["sources", "unite_filter", "rank", "gate"]);
  expect(steps.find(({ id }) => id === "sources")).toMatchObject({ perRun: 100, dropped: 0 });
  expect(steps.find(({ id }) => id === "sources")!.msPerRun).toBeCloseTo(0.65);
  expect(steps.find(({ id }) => id === "rank")!.msPerRun).toBe(3);
});

test("what the union drops is told by reason, and what no reason names is duplicates or over the limit", () => {
  const union = funnelSteps(funnel).find(({ id }) => id === "unite_filter")!;
  expect(union.dropped).toBe(40);
  expect(union.reasons).toEqual([
    { reason: "purchased", perRun: 20 },
    { reason: "out of stock", perRun: 10 },
    { reason: "duplicates, or over the limit", perRun: 10 },
  ]);
});

test("the verdict tells a Redis that is away from a surface without requests", () => {
  expect(funnelVerdict(null, "1h")).toContain("No data");
  expect(funnelVerdict({ ...funnel, requests: 0 }, "1h")).toBe("No request in the last 1h.");
  expect(funnelVerdict(funnel, "1h")).toContain("90.0 % full; trending led 50.0 % of 100 items.");
  expect(topSource({ ...funnel, sources: [], others: [] })).toBeNull();
});
