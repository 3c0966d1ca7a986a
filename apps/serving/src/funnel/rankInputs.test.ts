import { expect, test } from "vitest";
import type { Ranker, RankerInput } from "../ports/ranker";
import { fillRankInputs, type ShopperFeatures } from "./rankInputs";
import { createScratchPool } from "./scratch";

const OWN = 3;
/** Fills item · 10 + column. */
const filler = {
  prepare: () => undefined,
  update: () => undefined,
  fill(items: Int32Array, count: number, _scores: Float32Array, out: Float32Array) {
    for (let n = 0; n < count; n++) for (let f = 0; f < OWN; f++) out[n * OWN + f] = items[n]! * 10 + f;
  },
};
const pool = createScratchPool({
  candidateLimit: 4,
  quotaMax: 4,
  rankWidth: OWN,
  rankWidthMax: 5,
  hasViewInputs: true,
  factors: 2,
  covisitationCapacity: 0,
});

function fill(inputs: readonly RankerInput[] | null, shopperFeatures: ShopperFeatures | null = null) {
  const scratch = pool.acquire();
  scratch.items.set([7, 1]);
  const width = inputs?.length ?? OWN;
  const ranker: Ranker = { ref: "r@1", width, inputs, score: async () => undefined };
  fillRankInputs({ filler, rankWidth: OWN }, ranker, { scratch, count: 2, shopperFeatures });
  return [...scratch.features.subarray(0, 2 * width)];
}

const clicks = { kind: "shopper", viewId: "activity@1", output: "clicks_7d", default: 2.5 } as const;
const readings = (value: number | string | null): ShopperFeatures =>
  new Map([["activity@1", { status: "present", values: { clicks_7d: value } }]]);

test("a ranker of the replica's own features gets them as they are", () => {
  expect(fill(null)).toEqual([70, 71, 72, 10, 11, 12]);
});

test("inputs come in the ranker's order: own features, values of the item, and the shopper's for all alike", () => {
  const price = Float32Array.from({ length: 8 }, (_, item) => item / 2);
  const inputs: RankerInput[] = [
    { kind: "item", values: price },
    { kind: "own", index: 2 },
    clicks,
    { kind: "own", index: 0 },
  ];
  expect(fill(inputs, readings(4))).toEqual([3.5, 72, 4, 70, 0.5, 12, 4, 10]);
});

test.each([
  ["the store is away", null],
  ["the view was not read", new Map()],
  ["the feature has no value", readings(null)],
  ["the value is a text", readings("much")],
  ["the value is not finite", readings(Number.NaN)],
] as const)("the model's default stands in when %s", (_why, features) => {
  expect(fill([clicks], features)).toEqual([2.5, 2.5]);
});
