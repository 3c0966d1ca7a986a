import { describe, expect, it } from "vitest";
import { decideFreshness, type FeatureFreshness } from "./featureStore";

const NOW = Date.UTC(2026, 2, 1, 12);
const measured = (o: Partial<FeatureFreshness> = {}): FeatureFreshness => ({
  p50Ms: 40,
  p95Ms: 120,
  n: 60,
  timeouts: 0,
  lastProbeAtMs: NOW - 3_000,
  lastResult: "readable",
  lastWriteAtMs: null,
  measuredBy: "worker-1",
  ...o,
});
const decide = (m: FeatureFreshness | null, mode: "batch" | "stream" | "both" = "both") =>
  decideFreshness(m, { objectiveSeconds: 10, mode, nowMs: NOW });

describe("decideFreshness", () => {
  it.each([
    ["enough fast probes", measured(), "pass"],
    ["a p95 equal to the objective", measured({ p95Ms: 10_000 }), "pass"],
    ["a p95 over the objective", measured({ p95Ms: 10_001 }), "fail"],
    ["a latest probe that never came back", measured({ lastResult: "timeout" }), "fail"],
    ["few samples that are fast", measured({ n: 3 }), "undecided"],
    ["few samples that are slow", measured({ n: 3, p95Ms: 20_000 }), "fail"],
    ["no probe at all", null, "no_data"],
    ["a worker that stopped two minutes ago", measured({ lastProbeAtMs: NOW - 120_001 }), "no_data"],
    ["a filter no probe passes", measured({ lastResult: "unprobeable", p95Ms: null, n: 0 }), "no_data"],
    ["probes sent but none back", measured({ p95Ms: null, p50Ms: null, n: 0 }), "no_data"],
  ] as const)("%s", (_name, m, state) => {
    expect(decide(m).state).toBe(state);
  });

  it("says value, n and objective, or why there is nothing to say", () => {
    expect(decide(measured()).sentence).toBe("Fresh: p95 0.12 s of 60 probes, objective 10 s.");
    expect(decide(null).sentence).toContain("Is the worker running?");
    expect(decide(measured(), "batch")).toMatchObject({ state: "no_data" });
  });
});
