import { createRandom, type Random } from "../random/random";
import { createOutages, createRepricings } from "./availability";
import { type CatalogueItem, createBrands, createItems, DAY_MS } from "./catalogue";
import { LEAVES, seasonLift } from "./departments";
import { createShoppers, dot, pickTop } from "./shoppers";
import type { Shop, ShopOptions } from "./types";

/** The sample shop. `endMs` is the caller's: the simulator has no clock. */
export const DEFAULT_SHOP = { seed: 42, nItems: 20_000, nShoppers: 5_000, days: 60 } as const;

/**
 * Builds the whole shop with its hidden truth. Same options, same shop, on every machine.
 *
 * @throws RangeError when a count is not a positive integer
 * Cost about 0.5 s for 20,000 items and 5,000 shoppers.
 */
export function createShop(options: ShopOptions): Shop {
  for (const key of ["nItems", "nShoppers", "days"] as const) {
    if (!Number.isInteger(options[key]) || options[key] < 1)
      throw new RangeError(`${key} must be a positive integer`);
  }
  const random = createRandom(`shop-${options.seed}`);
  const brands = createBrands(random.fork("brands"));
  const catalogue = createItems(options, brands, random.fork("items"));
  const people = createShoppers(options, brands, random.fork("shoppers"));
  const items = catalogue.map(({ item }) => item);
  const itemTruth = catalogue.map(({ truth }) => truth);
  const shopperTruth = people.map(({ truth }) => truth);
  const itemsByLeaf: number[][] = LEAVES.map(() => []);
  itemTruth.forEach(({ leafIndex }, index) => {
    itemsByLeaf[leafIndex]!.push(index);
  });

  const startMs = options.endMs - options.days * DAY_MS;
  const outages = createOutages(items, startMs, options.endMs, random.fork("stock"));
  const repricings = createRepricings(items, startMs, options.endMs, random.fork("prices"));
  const listPrices = Float64Array.from(items, ({ price }) => price);

  const isInStock = (itemIndex: number, atMs: number): boolean =>
    !(outages.get(itemIndex) ?? []).some((outage) => outage.fromMs <= atMs && atMs < outage.toMs);
  const priceAt = (itemIndex: number, atMs: number): number => {
    let price = listPrices[itemIndex]!;
    for (const change of repricings.get(itemIndex) ?? []) if (change.atMs <= atMs) price = change.price;
    return price;
  };
  const utility = (shopperIndex: number, itemIndex: number, atMs: number): number => {
    const shopper = shopperTruth[shopperIndex]!;
    const item = itemTruth[itemIndex]!;
    const repriced = repricings.has(itemIndex)
      ? Math.log(priceAt(itemIndex, atMs) / listPrices[itemIndex]!)
      : 0;
    return (
      shopper.leafAffinity[item.leafIndex]! +
      shopper.brandAffinity[item.brandIndex]! +
      dot(shopper.style, item.style) -
      shopper.priceSensitivity * Math.abs(item.priceLevel + repriced - shopper.priceLevel) +
      0.5 * item.appeal +
      seasonLift(LEAVES[item.leafIndex]!, atMs)
    );
  };

  linkComplements(catalogue, itemsByLeaf, random.fork("complements"));
  items.forEach((item, index) => {
    item.price = priceAt(index, options.endMs);
    item.inStock = isInStock(index, options.endMs);
  });
  return {
    options,
    startMs,
    items,
    shoppers: people.map(({ shopper }) => shopper),
    brands: brands.map(({ name }) => name),
    itemTruth,
    shopperTruth,
    indexByItemId: new Map(items.map(({ itemId }, index) => [itemId, index])),
    itemsByLeaf,
    utility,
    isInStock,
    priceAt,
  };
}

/** Each item goes with up to four of the best-matching items in the leaves its own leaf goes with. */
function linkComplements(
  catalogue: readonly CatalogueItem[],
  itemsByLeaf: readonly number[][],
  random: Random,
): void {
  const partners = LEAVES.map((leaf) =>
    leaf.goesWith.map((name) => LEAVES.findIndex((other) => other.name === name)),
  );
  for (const { truth } of catalogue) {
    truth.complements = partners[truth.leafIndex]!.flatMap((leaf) => {
      const candidates = itemsByLeaf[leaf]!;
      if (candidates.length === 0) return [];
      const tried = [...new Set(Array.from({ length: 12 }, () => random.pick(candidates)))];
      const match = tried.map((index) => {
        const other = catalogue[index]!.truth;
        return dot(truth.style, other.style) + 0.4 * other.appeal;
      });
      return pickTop(match, 2).map((position) => tried[position]!);
    });
  }
}
