import type { ModelManifest } from "@shortlist/contracts";
import { describe, expect, test } from "vitest";
import { compareGolden, readRow } from "./tryRow";

const feature = (name: string, o: object = {}): ModelManifest["features"][number] => ({
  name,
  view: "rank_features",
  viewVersion: 1,
  dtype: "float32",
  default: 0,
  min: null,
  max: null,
  ...o,
});

test("a golden row says how far it lies from its score, and how far it may", () => {
  const golden = { inputs: [[1], [2]], scores: [0.5, -20] };
  expect(compareGolden(golden, [0.75, -20])).toEqual([
    { inputs: [1], expected: 0.5, measured: 0.75, difference: 0.25, allowed: 1e-4 },
    { inputs: [2], expected: -20, measured: -20, difference: 0, allowed: 2e-3 },
  ]);
  expect(compareGolden(golden, null)[0]).toMatchObject({ measured: null, difference: null });
});

describe("a row that is typed in", () => {
  const features = [feature("price", { default: 3, min: 0, max: 5 }), feature("clicks")];

  test("is in the model's order whatever order it came in, and takes defaults for what it leaves out", () => {
    expect(readRow(features, { clicks: 2, price: 1 })).toEqual({ row: [1, 2], outside: [] });
    expect(readRow(features, {})).toEqual({ row: [3, 0], outside: [] });
  });

  test("names what lies outside of the range the model was registered for", () => {
    expect(readRow(features, { price: 6, clicks: -1e9 }).outside).toEqual(["price"]);
  });

  test("names each value that belongs to no feature", () => {
    expect(() => readRow(features, { price: 1, colour: 2 })).toThrow(
      expect.objectContaining({
        fields: [{ field: "values.colour", problem: expect.stringContaining("price, clicks") }],
      }),
    );
  });
});
