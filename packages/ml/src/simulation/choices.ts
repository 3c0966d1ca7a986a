import type { Shop } from "./types";

/**
 * How true utilities become clicks, carts and purchases.
 *
 *   P(click at position k) = examination(k) · σ(utility + session bonus − CLICK_THRESHOLD)
 *
 * the position-based model of Richardson et al. 2007: an item is clicked when it is examined and attracts.
 */
// Set so that the old shop's slates get about 8 % clicks per shown item and the best possible ones about 35 %.
export const CLICK_THRESHOLD = 2.7;
// Set so that about one opened product page in seven ends in the cart.
export const CART_THRESHOLD = 5.4;
export const PURCHASE_GIVEN_CART = 0.55;
const COMPLEMENT_BONUS = 1.2;
const SAME_LEAF_BONUS = 0.4;

/** Probability that a shopper looks at position k ≥ 0: 0.95 · (k + 1)^−0.6. */
export function examinationProbability(position: number): number {
  return 0.95 * (position + 1) ** -0.6;
}

export function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

/** What the current session adds to long-term taste: complements of what was opened, and more of the last leaf. */
export function sessionBonus(shop: Shop, itemIndex: number, sessionItems: readonly number[]): number {
  const last = sessionItems.at(-1);
  if (last === undefined) return 0;
  const sameLeaf = shop.itemTruth[last]!.leafIndex === shop.itemTruth[itemIndex]!.leafIndex;
  const completes = sessionItems.some((seen) => shop.itemTruth[seen]!.complements.includes(itemIndex));
  return (completes ? COMPLEMENT_BONUS : 0) + (sameLeaf ? SAME_LEAF_BONUS : 0);
}

export interface Choice {
  shopperIndex: number;
  itemIndex: number;
  atMs: number;
  sessionItems?: readonly number[];
}

/** Probability that the item is clicked once examined. */
export function attraction(shop: Shop, { shopperIndex, itemIndex, atMs, sessionItems = [] }: Choice): number {
  const utility = shop.utility(shopperIndex, itemIndex, atMs) + sessionBonus(shop, itemIndex, sessionItems);
  return sigmoid(utility - CLICK_THRESHOLD);
}

/** Probability that an opened item goes into the cart; 0 while it is out of stock. */
export function cartProbability(shop: Shop, choice: Choice): number {
  if (!shop.isInStock(choice.itemIndex, choice.atMs)) return 0;
  return sigmoid(shop.utility(choice.shopperIndex, choice.itemIndex, choice.atMs) - CART_THRESHOLD);
}

/**
 * The true expected clicks per shown item of a slate: Σₖ P(click at k) / length. Range [0, 0.95].
 * Unknown item ids attract nobody; an empty slate has rate 0.
 */
export function expectedClickRate(
  shop: Shop,
  shopperIndex: number,
  slate: readonly string[],
  atMs: number,
): number {
  if (slate.length === 0) return 0;
  let clicks = 0;
  slate.forEach((itemId, position) => {
    const itemIndex = shop.indexByItemId.get(itemId);
    if (itemIndex === undefined) return;
    clicks += examinationProbability(position) * attraction(shop, { shopperIndex, itemIndex, atMs });
  });
  return clicks / slate.length;
}
