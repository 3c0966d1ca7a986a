import { FeatureView } from "@shortlist/contracts";
import { expect, test } from "vitest";
import { createDraft, createFeature, toDefinition, toDraft } from "./draft";

const EVERYTHING = FeatureView.parse({
  name: "everything",
  version: 4,
  description: "all there is",
  owner: "data",
  entity: "shopper_item",
  source: { types: ["view", "purchase"], where: { field: "value", op: "gt", value: 1 } },
  fields: { "context.size": { type: "text", pii: "none" } },
  ttl: "30d",
  mode: "both",
  allowedLateness: "1h",
  freshnessObjectiveSeconds: 2.5,
  features: [
    { name: "n", op: "count", windows: ["1h", null], where: { field: "type", op: "eq", value: "view" } },
    { name: "s", op: "sum", field: "value", windows: ["7d"], default: 7 },
    { name: "d", op: "distinct", field: "context.size", windows: ["7d"], bound: 20 },
    { name: "l", op: "last", field: "context.size", windows: [null], default: "M" },
    { name: "ln", op: "last_n", field: "itemId", n: 3, windows: ["1d"] },
    { name: "t", op: "time_since", windows: ["30d"], default: null },
    { name: "dc", op: "decayed_count", halfLife: "6h", windows: ["1d"] },
    {
      name: "r",
      description: "a ratio",
      op: "ratio",
      numerator: { field: "value", where: { field: "type", op: "eq", value: "purchase" } },
      denominator: {},
      prior: { rate: 0.1, weight: 20 },
      windows: ["1d"],
    },
  ],
});

test("a published definition opened in the form and left alone is the same definition", () => {
  const { definition, problems } = toDefinition(toDraft(EVERYTHING));
  expect(problems).toEqual([]);
  expect(FeatureView.parse({ ...definition, version: 4 })).toEqual(EVERYTHING);
});

test("a new draft needs only a name", () => {
  const { definition, problems } = toDefinition({ ...createDraft("data"), name: "clicks" });
  expect(problems).toEqual([]);
  expect(FeatureView.safeParse({ ...definition, version: 1 }).success).toBe(true);
});

test("a filter that cannot be read is a problem at its field, and what is no number stays to be seen", () => {
  const draft = {
    ...createDraft("data"),
    name: "clicks",
    where: "type is click",
    freshnessObjectiveSeconds: "soon",
    features: [createFeature(0, { name: "n", where: "(", windows: "1h,, ever" })],
  };
  const { definition, problems } = toDefinition(draft);
  expect(problems.map(({ field }) => field)).toEqual(["features.0.where", "source.where"]);
  expect(definition).toMatchObject({
    freshnessObjectiveSeconds: "soon",
    features: [{ windows: ["1h", null] }],
  });
});
