import { describe, expect, it } from "vitest";
import { DAY_MS } from "./catalogue";
import { DEPARTMENT_NAMES, LEAVES } from "./departments";
import { scenarioShoppers } from "./scenario";
import { createShop } from "./shop";
import { SMALL_SHOP } from "./smallShop.test-support";

const shop = createShop(SMALL_SHOP);

describe("createShop", () => {
  it("gives the identical shop for the same seed and another for another seed", () => {
    expect(JSON.stringify(createShop(SMALL_SHOP))).toBe(JSON.stringify(shop));
    expect(JSON.stringify(createShop({ ...SMALL_SHOP, seed: 8 }))).not.toBe(JSON.stringify(shop));
  });

  it("gives no two items the same id and no two brands the same name", () => {
    expect(new Set(shop.items.map(({ itemId }) => itemId)).size).toBe(SMALL_SHOP.nItems);
    expect(new Set(shop.brands).size).toBe(150);
  });

  it("offers every department and leaf, with links between leaves that exist", () => {
    expect(DEPARTMENT_NAMES.length).toBeGreaterThanOrEqual(12);
    const names = new Set(LEAVES.map(({ name }) => name));
    expect(names.size).toBe(LEAVES.length);
    for (const leaf of LEAVES) for (const partner of leaf.goesWith) expect(names).toContain(partner);
    expect(new Set(shop.items.map(({ category }) => category)).size).toBe(LEAVES.length);
  });

  it("prices end in .99 or .95", () => {
    for (const { price } of shop.items) expect(price.toFixed(2)).toMatch(/\.9[59]$/);
  });

  it("receives new items on every day of the period", () => {
    for (let day = 0; day < SMALL_SHOP.days; day++) {
      const fromMs = shop.startMs + day * DAY_MS;
      expect(shop.items.some((i) => i.createdAtMs >= fromMs && i.createdAtMs < fromMs + DAY_MS)).toBe(true);
    }
  });

  it("has popularity with a heavy tail: the top 20 % hold most of it", () => {
    const weights = shop.itemTruth.map(({ appeal }) => Math.exp(appeal)).sort((a, b) => b - a);
    const sum = (xs: number[]) => xs.reduce((a, b) => a + b, 0);
    expect(sum(weights.slice(0, weights.length / 5)) / sum(weights)).toBeGreaterThan(0.5);
  });

  it("states stock and price at the end of the period as its time functions do", () => {
    shop.items.forEach((item, index) => {
      expect(item.inStock).toBe(shop.isInStock(index, SMALL_SHOP.endMs));
      expect(item.price).toBe(shop.priceAt(index, SMALL_SHOP.endMs));
    });
    expect(shop.items.some(({ inStock }) => !inStock)).toBe(true);
    expect(shop.items.some((item, index) => shop.priceAt(index, shop.startMs) !== item.price)).toBe(true);
  });

  it("refuses counts that are not positive integers", () => {
    expect(() => createShop({ ...SMALL_SHOP, nItems: 0 })).toThrow(RangeError);
  });
});

describe("scenarioShoppers", () => {
  it("gives six different people with different tastes", () => {
    const six = scenarioShoppers(shop);
    expect(new Set(six.map(({ userId }) => userId)).size).toBe(6);
    expect(new Set(six.map(({ taste }) => taste)).size).toBe(6);
  });
});
