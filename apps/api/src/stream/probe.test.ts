import { FeatureView, PROBE_SHOPPER } from "@shortlist/contracts";
import { compileFeaturePlan } from "@shortlist/ml";
import { describe, expect, it, test } from "vitest";
import { createProbeEvent, ProbeSamples } from "./probe";

function probe(o: Partial<FeatureView>) {
  const view = FeatureView.parse({
    name: "v",
    version: 1,
    owner: "tests",
    entity: "shopper",
    source: { types: ["click"] },
    fields: {
      "context.color": { type: "text", pii: "none" },
      "context.depth": { type: "number", pii: "none" },
    },
    features: [{ name: "n", op: "count", windows: ["1h"] }],
    mode: "stream",
    freshnessObjectiveSeconds: 10,
    ...o,
  });
  const plan = compileFeaturePlan(view);
  return createProbeEvent({ view, plan }, { eventId: "e", nowMs: 1_000 });
}
const where = (filter: object) => ({ source: { types: ["click", "purchase"], where: filter } }) as never;

describe("createProbeEvent", () => {
  it.each(["shopper", "item", "shopper_item", "session"] as const)(
    "belongs to a row of a %s view",
    (entity) => {
      expect(probe({ entity })).toMatchObject({ shopper: PROBE_SHOPPER, type: "click", receivedAtMs: 1_000 });
    },
  );

  it.each([
    ["a value above", { field: "value", op: "gt", value: 10 }, { value: 11 }],
    ["a value below", { field: "value", op: "lt", value: 10 }, { value: 9 }],
    ["one of a list", { field: "surface", op: "in", value: ["home_feed"] }, { surface: "home_feed" }],
    ["another text", { field: "surface", op: "ne", value: "cart" }, { surface: "cart~" }],
    ["a field that is there", { field: "quantity", op: "exists" }, { quantity: 1 }],
    ["a type", { field: "type", op: "eq", value: "purchase" }, { type: "purchase" }],
    [
      "all of several, in the context too",
      {
        all: [
          { field: "context.depth", op: "gte", value: 3 },
          { field: "context.color", op: "eq", value: "red" },
        ],
      },
      { context: { depth: 3, color: "red" } },
    ],
    [
      "any of several",
      {
        any: [
          { field: "value", op: "eq", value: 2 },
          { field: "value", op: "eq", value: 3 },
        ],
      },
      { value: 2 },
    ],
    ["the absence of a field", { not: { field: "value", op: "exists" } }, { value: null }],
  ])("meets a filter for %s", (_name, filter, expected) => {
    expect(probe(where(filter))).toMatchObject(expected);
  });

  it.each([
    ["one item", { field: "itemId", op: "eq", value: "sku-1" }],
    ["one shopper", { field: "shopper", op: "eq", value: "AAAAAAAAAAAAAAAAAAAAAA" }],
    [
      "what cannot be",
      {
        all: [
          { field: "value", op: "gt", value: 3 },
          { field: "value", op: "lt", value: 2 },
        ],
      },
    ],
  ])("is null for a view of %s: a probe never touches the rows of others", (_name, filter) => {
    expect(probe(where(filter))).toBeNull();
  });
});

test("samples older than ten minutes leave, timeouts count with their wait", () => {
  const samples = new ProbeSamples();
  expect(samples.summarize(0)).toEqual({ p50Ms: null, p95Ms: null, n: 0, timeouts: 0 });
  for (let i = 1; i <= 100; i++) samples.add({ atMs: i * 1_000, lagMs: i, isTimeout: false });
  samples.add({ atMs: 101_000, lagMs: 20_000, isTimeout: true });
  expect(samples.summarize(101_000)).toEqual({ p50Ms: 51, p95Ms: 96, n: 101, timeouts: 1 });
  expect(samples.summarize(700_999)).toEqual({ p50Ms: 20_000, p95Ms: 20_000, n: 1, timeouts: 1 });
  expect(samples.summarize(701_000)).toMatchObject({ n: 0, p95Ms: null });
});
