import { expect, test } from "vitest";
import type { Ranker, RankerInputs } from "../ports/ranker";
import { fillRankInputs, type ShopperFeatures } from "./rankInputs";
import { createScratchPool } from "./scratch";

const OWN = 3;
/** Fills item · 10 + column. */
const filler = {
  prepare: () => undefined,
  update: () => undefined,
  fill(
    items: Int32Array,
    count: number,
    _scores: Float32Array,
    out: Float32Array,
    layout = { offset: 0, stride: OWN },
  ) {
    for (let n = 0; n < count; n++)
      for (let f = 0; f < OWN; f++) out[layout.offset + n * layout.stride + f] = items[n]! * 10 + f;
  },
};
const pool = createScratchPool({
  candidateLimit: 4,
  quotaMax: 4,
  rankWidth: OWN,
  rankWidthMax: 6,
  hasScatteredInputs: true,
  factors: 2,
  covisitationCapacity: 0,
});

function fill(inputs: RankerInputs | null, width: number, shopperFeatures: ShopperFeatures | null = null) {
  const scratch = pool.acquire();
  scratch.items.set([7, 1]);
  const ranker: Ranker = { ref: "r@1", width, inputs, score: async () => undefined };
  fillRankInputs({ filler, rankWidth: OWN }, ranker, { scratch, count: 2, shopperFeatures });
  return [...scratch.features.subarray(0, 2 * width)];
}

const NOTHING: RankerInputs = { own: [], ownAt: -1, items: null, shopper: [] };
const ALL_OWN = [0, 1, 2].map((index) => ({ index, column: index + 1 }));
const clicks = { viewId: "activity@1", output: "clicks_7d", default: 2.5 };
const readings = (value: number | string | null): ShopperFeatures =>
  new Map([["activity@1", { status: "present", values: { clicks_7d: value } }]]);
/** Two values of an item: half its row, and its row less 100. */
const itemValues = (nRows: number) =>
  Float32Array.from({ length: nRows * 2 }, (_, i) => (i % 2 === 0 ? (i >> 1) / 2 : (i >> 1) - 100));

test("a ranker of the replica's own features gets them as they are", () => {
  expect(fill(null, OWN)).toEqual([70, 71, 72, 10, 11, 12]);
});

test("inputs come in the ranker's order: own features, values of the item, and the shopper's for all alike", () => {
  const inputs: RankerInputs = {
    own: [
      { index: 2, column: 1 },
      { index: 0, column: 4 },
    ],
    ownAt: -1,
    items: { values: itemValues(8), nRows: 8, columns: [0, 3], defaults: [0, 0] },
    shopper: [{ column: 2, ...clicks }],
  };
  expect(fill(inputs, 5, readings(4))).toEqual([3.5, 72, 4, -93, 70, 0.5, 12, 4, -99, 10]);
});

test("own features that lie side by side are filled where the ranker wants them", () => {
  const items = { values: itemValues(8), nRows: 8, columns: [4, 5], defaults: [0, 0] };
  const inputs = { own: ALL_OWN, ownAt: 1, items, shopper: [{ column: 0, ...clicks }] };
  expect(fill(inputs, 6, readings(4))).toEqual([4, 70, 71, 72, 3.5, -93, 4, 10, 11, 12, 0.5, -99]);
});

test("an item that came after the model was trained has the model's defaults", () => {
  const items = { values: itemValues(2), nRows: 2, columns: [0, 1], defaults: [-1, -2] };
  expect(fill({ ...NOTHING, items }, 2)).toEqual([-1, -2, 0.5, -99]);
});

test.each([
  ["the store is away", null],
  ["the view was not read", new Map()],
  ["the feature has no value", readings(null)],
  ["the value is a text", readings("much")],
  ["the value is not finite", readings(Number.NaN)],
] as const)("the model's default stands in when %s", (_why, features) => {
  expect(fill({ ...NOTHING, shopper: [{ column: 0, ...clicks }] }, 1, features)).toEqual([2.5, 2.5]);
});
