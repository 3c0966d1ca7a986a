import { expect, test } from "vitest";
import { compareOrders } from "./compareOrders";

const ids = ["a", "b", "c", "d"];

test("says who enters and leaves the first n, and by how much both agree", () => {
  const comparison = compareOrders(ids, { scores: [4, 3, 2, 1], otherScores: [4, 1, 2, 3], n: 2 });
  expect(comparison).toMatchObject({ jaccard: 1 / 3, enters: ["d"], leaves: ["b"] });
  expect(comparison.rows.map(({ itemId, rank, otherRank }) => [itemId, rank, otherRank])).toEqual([
    ["a", 1, 1],
    ["b", 2, 4],
    ["d", 4, 2],
  ]);
});

test("the same order agrees whole, however its scores are scaled", () => {
  expect(compareOrders(ids, { scores: [4, 3, 2, 1], otherScores: [40, 30, 20, 10], n: 3 })).toMatchObject({
    jaccard: 1,
    enters: [],
    leaves: [],
  });
});

test("of equal scores the earlier candidate comes first, and what is not a number last", () => {
  const { rows } = compareOrders(ids, { scores: [1, 1, 1, 1], otherScores: [Number.NaN, 1, 1, 1], n: 4 });
  expect(rows.map(({ rank, otherRank }) => [rank, otherRank])).toEqual([
    [1, 4],
    [2, 1],
    [3, 2],
    [4, 3],
  ]);
});

test("nothing to compare is no agreement", () => {
  expect(compareOrders([], { scores: [], otherScores: [], n: 5 }).jaccard).toBeNull();
});
