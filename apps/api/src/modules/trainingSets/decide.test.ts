import { FeatureFreshness } from "@shortlist/contracts";
import { expect, test } from "vitest";
import { decideWriteLag, WRITE_LAG_ASSUMED_MS } from "./decide";

const measured = (p95Ms: number | null) =>
  FeatureFreshness.parse({
    p50Ms: p95Ms,
    p95Ms,
    n: 40,
    timeouts: 0,
    lastProbeAtMs: 1,
    lastResult: "readable",
    lastWriteAtMs: null,
    measuredBy: "w",
  });

test.each([
  ["as given", 5, [measured(300)], { ms: 5, source: "given" }],
  ["the slowest of the views", null, [measured(300), measured(700), null], { ms: 700, source: "measured" }],
  ["no measurement", null, [null, measured(null)], { ms: WRITE_LAG_ASSUMED_MS, source: "assumed" }],
] as const)("write lag: %s", (_what, given, freshness, expected) => {
  expect(decideWriteLag(given, freshness)).toEqual(expected);
});
