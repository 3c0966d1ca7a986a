import { countAtMost } from "./catalogue";
import type { Shop } from "./types";

/** Draws items by popularity among those that exist at a time. */
export interface PopularityPicker {
  /** An item index, or null when nothing exists yet. Probability ∝ exp(appeal). Cost O(log items). */
  pick(uniform: number, atMs: number): number | null;
}

// exp(N(0,1)) gives the top 1 % of items 9 % of the exposure and the top 20 % more than half; clicks, which
// favour appealing items once more, are steeper still.
const POPULARITY_SKEW = 1;

export function createPopularityPicker(shop: Shop, oldestFirst: readonly number[]): PopularityPicker {
  const createdAtMs = Float64Array.from(oldestFirst, (index) => shop.items[index]!.createdAtMs);
  const cumulative = new Float64Array(oldestFirst.length);
  let sum = 0;
  oldestFirst.forEach((index, position) => {
    sum += Math.exp(POPULARITY_SKEW * shop.itemTruth[index]!.appeal);
    cumulative[position] = sum;
  });
  return {
    pick(uniform, atMs) {
      const existing = countAtMost(createdAtMs, atMs, createdAtMs.length);
      if (existing === 0) return null;
      const position = countAtMost(cumulative, uniform * cumulative[existing - 1]!, existing);
      return oldestFirst[Math.min(position, existing - 1)]!;
    },
  };
}

export interface ShopPopularity {
  overall: PopularityPicker;
  byLeaf: PopularityPicker[];
}

export function createShopPopularity(shop: Shop): ShopPopularity {
  return {
    overall: createPopularityPicker(
      shop,
      shop.items.map((_, index) => index),
    ),
    byLeaf: shop.itemsByLeaf.map((indices) => createPopularityPicker(shop, indices)),
  };
}
