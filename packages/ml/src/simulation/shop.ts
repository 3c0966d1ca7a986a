import { createRandom, type Random } from "../random/random";
import { type CatalogueItem, createBrands, createItems, DAY_MS, roundPrice } from "./catalogue";
import { LEAVES, seasonLift } from "./departments";
import { createShoppers, dot, pickTop } from "./shoppers";
import type { Shop, ShopItem, ShopOptions, ShopShopper } from "./types";

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

/** Six shoppers that differ as much as possible in what they like, for demonstrations. */
export function scenarioShoppers(shop: Shop): ShopShopper[] {
  const chosen: number[] = [];
  const active = shop.shoppers.flatMap((shopper, index) => (shopper.sessionsPerDay > 0.1 ? [index] : []));
  const pool = active.length >= 6 ? active : shop.shoppers.map((_, index) => index);
  while (chosen.length < Math.min(6, pool.length)) {
    const closeness = pool.map((index) =>
      chosen.includes(index)
        ? Number.POSITIVE_INFINITY
        : Math.max(
            -1,
            ...chosen.map((other) =>
              cosine(shop.shopperTruth[index]!.leafAffinity, shop.shopperTruth[other]!.leafAffinity),
            ),
          ),
    );
    chosen.push(pool[closeness.indexOf(Math.min(...closeness))]!);
  }
  return chosen.map((index) => shop.shoppers[index]!);
}

/** Out-of-stock episodes: one item in six has one or two, three days long on average. */
function createOutages(items: readonly ShopItem[], startMs: number, endMs: number, random: Random) {
  const outages = new Map<number, { fromMs: number; toMs: number }[]>();
  items.forEach((item, index) => {
    const draw = random.next();
    const count = draw < 0.05 ? 2 : draw < 0.17 ? 1 : 0;
    const firstMs = Math.max(startMs, item.createdAtMs + DAY_MS);
    if (count === 0 || firstMs >= endMs) return;
    outages.set(
      index,
      Array.from({ length: count }, () => {
        const fromMs = firstMs + random.next() * (endMs - firstMs);
        return { fromMs, toMs: fromMs - Math.log(1 - random.next()) * 3 * DAY_MS };
      }),
    );
  });
  return outages;
}

/** One item in five is repriced once or twice by −30 % to +15 %. */
function createRepricings(items: readonly ShopItem[], startMs: number, endMs: number, random: Random) {
  const repricings = new Map<number, { atMs: number; price: number }[]>();
  items.forEach((item, index) => {
    const draw = random.next();
    const count = draw < 0.06 ? 2 : draw < 0.2 ? 1 : 0;
    const firstMs = Math.max(startMs, item.createdAtMs);
    if (count === 0) return;
    const changes = Array.from({ length: count }, () => ({
      atMs: firstMs + random.next() * (endMs - firstMs),
      price: roundPrice(item.price * (0.7 + 0.45 * random.next()), random),
    }));
    repricings.set(
      index,
      changes.sort((a, b) => a.atMs - b.atMs),
    );
  });
  return repricings;
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

function cosine(a: Float32Array, b: Float32Array): number {
  let ab = 0;
  let aa = 0;
  let bb = 0;
  for (let i = 0; i < a.length; i++) {
    // Affinities sit around −1; what sets people apart is what lies above.
    const x = a[i]! + 1;
    const y = b[i]! + 1;
    ab += x * y;
    aa += x * x;
    bb += y * y;
  }
  return ab / Math.sqrt(aa * bb);
}
