import type { FeatureReading, FeatureValue } from "@shortlist/ml";
import { expect, test } from "vitest";
import { compareRows, type RowPair } from "./compareRows";

const read = (clicks: FeatureValue, last: FeatureValue = null): FeatureReading => ({
  status: "present",
  values: { clicks, last },
});
const pair = (before: FeatureReading | null, after: FeatureReading): RowPair => ({ before, after });

test("a row is new, changed or unchanged; sums that were added in another order are the same", () => {
  const { rows } = compareRows(
    [
      pair(null, read(1)),
      pair(read(1), read(2)),
      pair(read(0.1 + 0.2), read(0.3)),
      pair(read(1, ["a", "b"]), read(1, ["b", "a"])),
      pair(read(null), read(null)),
      pair(read(null), read(0)),
    ],
    ["clicks", "last"],
  );
  expect(rows).toEqual({ new: 1, changed: 3, unchanged: 2 });
});

test("values are laid over common bins, nulls counted apart, new rows only after", () => {
  const { outputs } = compareRows(
    [pair(null, read(3)), pair(read(1, "a"), read(2, "a")), pair(read(null), read(2))],
    ["clicks", "last"],
  );
  expect(outputs[0]).toEqual({
    name: "clicks",
    nChanged: 2,
    nullsBefore: 1,
    nullsAfter: 0,
    meanBefore: 1,
    meanAfter: 7 / 3,
    edges: [1, 2, 3, 4],
    before: [1, 0, 0],
    after: [0, 2, 1],
  });
  expect(outputs[1]).toMatchObject({ nChanged: 0, meanBefore: null, edges: [], before: [], after: [] });
});

test("no rows compare as nothing", () => {
  const { rows, outputs } = compareRows([], ["clicks"]);
  expect(rows).toEqual({ new: 0, changed: 0, unchanged: 0 });
  expect(outputs[0]).toMatchObject({ meanBefore: null, edges: [] });
});
