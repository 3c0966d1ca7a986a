import { compileFeaturePlan, createFeatureState } from "@shortlist/ml";
import { expect, test } from "vitest";
import { StateCache } from "./stateCache";

const state = createFeatureState(
  compileFeaturePlan({
    name: "v",
    version: 1,
    entity: "shopper",
    source: { types: ["click"] },
    fields: {},
    features: [{ name: "n", op: "count", windows: ["1h"] }],
    ttl: null,
    allowedLateness: "1h",
  }),
);
const row = (size: number) => ({ token: "t", state, size });

test("the rows written longest ago leave when the texts together are too long", () => {
  const cache = new StateCache(100);
  cache.put("a", row(40));
  cache.put("b", row(40));
  cache.put("a", row(50));
  cache.put("c", row(40));
  expect(["a", "b", "c"].map((key) => cache.get(key) !== undefined)).toEqual([true, false, true]);
});

test("a row is counted at its present size, and one that left not at all", () => {
  const cache = new StateCache(100);
  for (let i = 0; i < 50; i++) cache.put("a", row(90));
  cache.delete("a");
  cache.put("b", row(60));
  cache.put("c", row(40));
  expect([cache.get("b"), cache.get("c")].every((each) => each !== undefined)).toBe(true);
});

test("a row larger than the whole memory is not kept", () => {
  const cache = new StateCache(100);
  cache.put("a", row(101));
  expect(cache.get("a")).toBeUndefined();
});
