import { describe, expect, it } from "vitest";
import { createRandom } from "../random/random";
import { DAY_MS } from "./catalogue";
import { createSmallHistory, findItemIndex, SMALL_SHOP } from "./smallShop.test-support";

const K = 20;
const { shop, rows } = createSmallHistory();
const nItems = shop.items.length;

/** Opened, carted or bought, by true shopper; the last week is held out. */
function splitHistory() {
  const owner = new Map<string, number>();
  shop.shoppers.forEach((shopper, index) => {
    for (const id of [shopper.userId, shopper.mobileUserId, ...shopper.deviceIds])
      if (id) owner.set(id, index);
  });
  const past = shop.shoppers.map(() => new Set<number>());
  const future = shop.shoppers.map(() => new Set<number>());
  for (const row of rows) {
    const item = findItemIndex(shop.indexByItemId, row);
    const shopper = owner.get(row.user_id ?? "") ?? owner.get(row.device_id ?? "");
    if (item === null || shopper === undefined) continue;
    const isPast = Date.parse(row.received_at) < SMALL_SHOP.endMs - 7 * DAY_MS;
    (isPast ? past : future)[shopper]!.add(item);
  }
  future.forEach((items, shopper) => {
    for (const item of past[shopper]!) items.delete(item);
  });
  return { past, future };
}

const { past, future } = splitHistory();

function computeRecall(score: (shopper: number) => ArrayLike<number>): number {
  const recalls = future.flatMap((wanted, shopper) => {
    if (wanted.size === 0 || past[shopper]!.size < 5) return [];
    const scores = Array.from(score(shopper));
    const ranked = [...scores.keys()]
      .filter((i) => !past[shopper]!.has(i))
      .sort((a, b) => scores[b]! - scores[a]!);
    return [ranked.slice(0, K).filter((item) => wanted.has(item)).length / Math.min(K, wanted.size)];
  });
  return recalls.reduce((a, b) => a + b, 0) / recalls.length;
}

function createItemCosine() {
  const popularity = new Float64Array(nItems);
  const together = new Float64Array(nItems * nItems);
  for (const items of past) {
    for (const a of items) {
      popularity[a]!++;
      for (const b of items) together[a * nItems + b]!++;
    }
  }
  const scoreFor = (shopper: number) => {
    const scores = new Float64Array(nItems);
    for (const seen of past[shopper]!) {
      for (let item = 0; item < nItems; item++) {
        const norm = Math.sqrt((popularity[seen]! + 5) * (popularity[item]! + 5));
        scores[item]! += together[seen * nItems + item]! / norm;
      }
    }
    return scores;
  };
  return { popularity, scoreFor };
}

describe("the simulated history", () => {
  it("is learnable: truth > collaborative filtering > popularity > chance, with wide gaps", () => {
    const { popularity, scoreFor } = createItemCosine();
    const random = createRandom("chance");
    const chance = computeRecall(() => Float64Array.from({ length: nItems }, () => random.next()));
    const popular = computeRecall(() => popularity);
    const collaborative = computeRecall(scoreFor);
    const truth = computeRecall((shopper) =>
      Float64Array.from({ length: nItems }, (_, item) =>
        shop.utility(shopper, item, SMALL_SHOP.endMs - 7 * DAY_MS),
      ),
    );
    const figures = JSON.stringify({ chance, popular, collaborative, truth });
    expect(popular, figures).toBeGreaterThan(1.8 * chance);
    expect(collaborative, figures).toBeGreaterThan(1.4 * popular);
    expect(truth, figures).toBeGreaterThan(collaborative);
  });
});
