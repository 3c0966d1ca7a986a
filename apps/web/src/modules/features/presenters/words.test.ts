import { FeatureView } from "@shortlist/contracts";
import { expect, test } from "vitest";
import { describeFeature, describeView, durationWords, findOutput, unitOf } from "./words";

const view = FeatureView.parse({
  name: "activity",
  version: 1,
  owner: "data",
  entity: "shopper",
  source: { types: ["view", "click"], where: { field: "surface", op: "ne", value: "cart" } },
  ttl: "60d",
  mode: "both",
  freshnessObjectiveSeconds: 10,
  features: [
    {
      name: "clicks",
      op: "count",
      windows: ["1h", null],
      where: { field: "type", op: "eq", value: "click" },
    },
    {
      name: "rate",
      op: "ratio",
      windows: ["7d"],
      numerator: { where: { field: "type", op: "eq", value: "click" } },
      denominator: { field: "value" },
      prior: { rate: 0.1, weight: 50 },
    },
    { name: "heat", op: "decayed_count", halfLife: "6h", windows: ["7d"] },
  ],
});

test("a view is told in three sentences", () => {
  expect(describeView(view)).toEqual([
    "One row per shopper, from view and click events where surface != cart.",
    "Computed from the nightly batch, with the event stream over it. Events that arrive more than 1 day late are left out.",
    "A row whose newest event is older than 60 days has expired and serves the defaults.",
  ]);
});

test.each([
  [0, "number of events where type = click", "events"],
  [1, "events (type = click) per sum of value, shrunk towards 0.1 with the weight 50", "ratio"],
  [2, "number of events, each counting half after 6 hours", "events"],
])("feature %i is told in words with its unit", (i, words, unit) => {
  expect(describeFeature(view.features[i]!)).toBe(words);
  expect(unitOf(view.features[i]!)).toBe(unit);
});

test("an output leads back to its feature and window", () => {
  expect(findOutput(view, "clicks_ever")).toMatchObject({ feature: { name: "clicks" }, window: null });
  expect(findOutput(view, "clicks_2h")).toBeNull();
  expect(durationWords(null)).toBe("all time");
});
