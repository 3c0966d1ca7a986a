import { expect, test } from "vitest";
import { compareVerdict, outcomeText, type ReplayItem, replayVerdict, stageRanks } from "./replayView";

const item = (o: Partial<ReplayItem>) =>
  ({
    unionRank: 9,
    preRank: null,
    rankerRank: 4,
    rulesRank: 2,
    rerankRank: 3,
    position: 2,
    gate: null,
    drop: null,
    ...o,
  }) as ReplayItem;

test("moves count from the ranker on, up is positive, and a stage that was not there is passed over", () => {
  expect(stageRanks(item({})).map(({ rank, moved }) => [rank, moved])).toEqual([
    [9, null],
    [null, null],
    [4, null],
    [2, 2],
    [3, -1],
    [3, 0],
  ]);
  expect(stageRanks(item({ rerankRank: null, position: null })).at(-1)).toEqual({
    stage: "Slate",
    rank: null,
    moved: null,
  });
});

test("the verdict says identical, the same order, or why it differs", () => {
  expect(replayVerdict({ identical: true, causes: [], scoreDifferenceMax: 0 })).toBe(
    "The replay gives the identical slate.",
  );
  expect(replayVerdict({ identical: true, causes: [], scoreDifferenceMax: 0.01 })).toContain(
    "differ by up to 0.010",
  );
  expect(
    replayVerdict({
      identical: false,
      causes: ["another_release", "catalogue_changed"],
      scoreDifferenceMax: 0,
    }),
  ).toBe(
    "The replay differs from what was answered: the replica serves another release by now; the catalogue has changed since.",
  );
});

test.each([
  [{ position: 0 }, "shown"],
  [{ position: null, gate: "user_blocked" }, "user blocked"],
  [{ position: null, rerankRank: 22 }, "in reserve"],
  [{ position: null, rerankRank: null }, "below the slate"],
])("an item with %j is %s", (o, text) => {
  expect(outcomeText(item(o))).toBe(text);
});

test("a comparison says how many would change, and over how many candidates", () => {
  const c = {
    jaccard: 0.5,
    n: 12,
    enters: ["a", "b"],
    leaves: ["c", "d"],
    ranker: "r@1",
    other: "r@2",
    nCandidates: 400,
  };
  expect(compareVerdict(c)).toContain("r@2 would change 2 of the first 12 of 400 candidates");
  expect(compareVerdict({ ...c, jaccard: 1, enters: [] })).toContain("the same 12 of 400");
  expect(compareVerdict({ ...c, jaccard: null })).toBe("There was nothing to order.");
});
