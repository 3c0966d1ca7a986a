import { RANK_FEATURE_COUNT } from "@shortlist/ml";
import { expect, test } from "vitest";
import { NO_VIEW_INPUTS, toFeatureSpecs, type ViewInputs, widenRows } from "./viewInputs";

const inputs: ViewInputs = {
  inputs: [
    { view: "engagement", version: 2, output: "clicks_7d", default: 0 },
    { view: "engagement", version: 2, output: "price_7d", default: 12.5 },
  ],
  columns: [Float32Array.of(1, 2, 3), Float32Array.of(10, 20, 30)],
};

test("each row gets the values of its own item behind its rank features", () => {
  const rows = Float32Array.from({ length: 2 * RANK_FEATURE_COUNT }, (_, i) => i);
  const wide = widenRows(rows, [2, 0], inputs);
  const width = RANK_FEATURE_COUNT + 2;
  expect([...wide.subarray(RANK_FEATURE_COUNT, width)]).toEqual([3, 30]);
  expect([...wide.subarray(width, width + 2)]).toEqual([RANK_FEATURE_COUNT, RANK_FEATURE_COUNT + 1]);
  expect([...wide.subarray(width + RANK_FEATURE_COUNT)]).toEqual([1, 10]);
});

test("without views rows stay what they are", () => {
  const rows = new Float32Array(RANK_FEATURE_COUNT);
  expect(widenRows(rows, [0], NO_VIEW_INPUTS)).toBe(rows);
});

test("the manifest names view, version and default of every input", () => {
  expect(toFeatureSpecs(inputs)[1]).toMatchObject({
    name: "engagement.price_7d",
    view: "engagement",
    viewVersion: 2,
    default: 12.5,
  });
});
