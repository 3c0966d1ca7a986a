import { expect, test } from "vitest";
import { alignFeatures } from "./decide";

const feature = (name: string, view = "serving", viewVersion = 1) => ({
  name,
  view,
  viewVersion,
  dtype: "float32" as const,
  default: 0,
  min: null,
  max: null,
});
const given = [feature("a"), feature("b"), feature("c", "clicks", 2)];

test("columns are found by name, view and version, in whatever order a model wants them", () => {
  expect(alignFeatures(given, [feature("c", "clicks", 2), feature("a")], "m@1")).toEqual([2, 0]);
});

test.each([
  ["a name that is not there", feature("d"), "d of serving@1"],
  ["another version of a view", feature("c", "clicks", 3), "c of clicks@3"],
])("%s is refused by name", (_what, wanted, named) => {
  expect(() => alignFeatures(given, [feature("a"), wanted], "m@1")).toThrow(
    expect.objectContaining({
      publicDetail: `m@1 reads features that this request was not ranked with: ${named}`,
    }),
  );
});
