import { FeatureFreshness, FeatureView } from "@shortlist/contracts";
import { expect, test } from "vitest";
import { CLICKS } from "../../testing/featureViews";
import { decideWriteLag, pickViews, WRITE_LAG_ASSUMED_MS } from "./decide";

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

const published = [1, 2].map((version) => FeatureView.parse({ ...CLICKS, name: "clicks", version }));

test("a name is its newest version, a version is itself", () => {
  expect(pickViews(published, ["clicks"])).toEqual({ views: [published[1]] });
  expect(pickViews(published, ["clicks@1"])).toEqual({ views: [published[0]] });
});

test("every reference that names nothing is refused with its remedy", () => {
  expect(pickViews(published, ["clicks@3", "gone", "clicks", "clicks@1"])).toEqual({
    problems: [
      { field: "views.0", problem: "clicks has no version 3; the newest is 2" },
      { field: "views.1", problem: "gone is not published: shortlist features list shows what is" },
      { field: "views.3", problem: "clicks is named twice: choose one version" },
    ],
  });
});
