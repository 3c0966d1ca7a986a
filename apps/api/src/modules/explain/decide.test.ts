import fc from "fast-check";
import { expect, test } from "vitest";
import { computeContributions } from "./decide";

const feature = (name: string) => ({
  name,
  view: "v",
  viewVersion: 1,
  dtype: "float32" as const,
  default: 0,
  min: null,
  max: null,
});
const manifest = {
  features: ["a", "b", "c"].map(feature),
  linear: { weights: [1, -4, 0.5], bias: 7, means: [0, 1, 2] },
};

test("contributions are weight · (value − mean), largest effect first", () => {
  expect(computeContributions(manifest, [2, 2, 2])).toEqual({
    status: "ok",
    contributions: [
      { feature: "b", value: 2, contribution: -4 },
      { feature: "a", value: 2, contribution: 2 },
      { feature: "c", value: 2, contribution: 0 },
    ],
  });
});

test("they sum to the distance of the logit from the average item's", () => {
  const value = fc.double({ min: -100, max: 100, noNaN: true });
  fc.assert(
    fc.property(fc.tuple(value, value, value), (values) => {
      const result = computeContributions(manifest, values);
      if (result.status !== "ok") throw new Error(result.reason);
      const { weights, means } = manifest.linear;
      const distance = values.reduce((sum, v, i) => sum + weights[i]! * (v - means[i]!), 0);
      const sum = result.contributions.reduce((s, c) => s + c.contribution, 0);
      expect(sum).toBeCloseTo(distance, 6);
    }),
  );
});

test.each([
  ["the request was not logged with features", manifest, null, "features_not_logged"],
  ["the model is not linear", { ...manifest, linear: null }, [1, 2, 3], "model_not_linear"],
  ["no ranker scored it", null, [1, 2, 3], "model_not_linear"],
  ["the log is of another width", manifest, [1, 2], "width_mismatch"],
] as const)("says that there is no explanation when %s", (_why, given, values, reason) => {
  expect(computeContributions(given, values)).toEqual({ status: "no_data", reason });
});
