import type { Random } from "../random/random";
import { DEPARTMENT_NAMES, LEAVES, type Leaf } from "./departments";
import type { ItemTruth, ShopItem, ShopOptions } from "./types";
import { BENEFITS, BRAND_HEADS, BRAND_TAILS, COLOURS, LINES, MARKS } from "./words";

export const DAY_MS = 86_400_000;
export const STYLE_DIMENSIONS = 8;
const BRAND_COUNT = 150;
/** Share of the catalogue that arrives while the logs run; at 20,000 items this is 40 new items a day. */
const NEW_SHARE = 0.12;

export interface Brand {
  name: string;
  departments: string[];
  /** ln of the brand's price relative to its category. */
  priceTier: number;
  style: Float32Array;
}

export interface CatalogueItem {
  item: ShopItem;
  truth: ItemTruth;
}

export function createBrands(random: Random): Brand[] {
  const names = random.shuffle(BRAND_HEADS.flatMap((head) => BRAND_TAILS.map((tail) => head + tail)));
  return [...new Set(names)].slice(0, BRAND_COUNT).map((name, index) => {
    const main = DEPARTMENT_NAMES[index % DEPARTMENT_NAMES.length]!;
    const second = random.next() < 0.6 ? [random.pick(DEPARTMENT_NAMES)] : [];
    const priceTier = 0.3 * random.normal();
    return {
      name,
      departments: [...new Set([main, ...second])],
      priceTier,
      style: createStyle(random, 0.25),
    };
  });
}

/** Items in order of creation, so that a larger id is never older. */
export function createItems(options: ShopOptions, brands: readonly Brand[], random: Random): CatalogueItem[] {
  const createdAt = createCreationTimes(options, random.fork("created"));
  const leafWeights = LEAVES.map(() => Math.exp(0.5 * random.normal()));
  const brandsByDepartment = new Map(
    DEPARTMENT_NAMES.map((name) => [name, indicesWhere(brands, (brand) => brand.departments.includes(name))]),
  );
  const pickLeaf = createWeightedPick(leafWeights);

  return createdAt.map((createdAtMs, index) => {
    // Every leaf gets an item before any gets its second: a small shop shows all of its departments.
    const leafIndex = index < LEAVES.length ? index : pickLeaf(random.next());
    const leaf = LEAVES[leafIndex]!;
    const brandIndex = random.pick(brandsByDepartment.get(leaf.department)!);
    const brand = brands[brandIndex]!;
    const style = createStyle(random, 0.28);
    for (let d = 0; d < STYLE_DIMENSIONS; d++) style[d] = style[d]! + 0.8 * brand.style[d]!;
    const price = roundPrice(
      leaf.medianPrice * Math.exp(brand.priceTier + leaf.priceSpread * random.normal()),
      random,
    );
    const item: ShopItem = {
      itemId: `p${String(index + 1).padStart(6, "0")}`,
      title: createTitle(leaf, brand, random),
      category: leaf.path,
      brand: brand.name,
      // Half of a marketplace is sold by the shop itself; the rest by about eighty sellers.
      seller:
        random.next() < 0.5
          ? "Shortlist Market"
          : `${random.pick(LINES)} ${random.pick(["Trading", "Goods"])}`,
      price,
      currency: "EUR",
      createdAtMs,
      inStock: true,
      description: createDescription(leaf, random),
    };
    if (random.next() < 0.005 || leaf.name === "Wine") item.restricted = true;
    const appeal = Math.max(-3, Math.min(3.5, random.normal()));
    const priceLevel = Math.log(price / leaf.medianPrice);
    return { item, truth: { leafIndex, brandIndex, style, appeal, priceLevel, complements: [] } };
  });
}

function createCreationTimes(options: ShopOptions, random: Random): number[] {
  const { nItems, days, endMs } = options;
  const startMs = endMs - days * DAY_MS;
  const nNew = Math.min(Math.floor(nItems / 2), Math.max(days, Math.round(nItems * NEW_SHARE)));
  const times: number[] = [];
  for (let i = 0; i < nItems - nNew; i++) times.push(Math.floor(startMs - 1 - random.next() * 700 * DAY_MS));
  for (let i = 0; i < nNew; i++) {
    const hour = 5 + 10 * random.next();
    times.push(Math.floor(startMs + (i % days) * DAY_MS + (hour / 24) * DAY_MS));
  }
  return times.sort((a, b) => a - b);
}

function createTitle(leaf: Leaf, brand: Brand, random: Random): string {
  const mark = random.pick(MARKS);
  return `${brand.name} ${random.pick(LINES)}${mark === "" ? "" : ` ${mark}`} ${leaf.noun}`;
}

function createDescription(leaf: Leaf, random: Random): string {
  const [first, second] = random.shuffle([...BENEFITS]);
  return `${leaf.noun} in ${random.pick(COLOURS)}: ${first}, ${second}.`;
}

/** Shop prices end in .99 or .95. Range from 1.95 up. */
export function roundPrice(price: number, random: Random): number {
  const step = price > 200 ? 10 : price > 60 ? 5 : 1;
  const whole = Math.max(2, Math.round(price / step) * step);
  return Math.round((whole - (random.next() < 0.7 ? 0.01 : 0.05)) * 100) / 100;
}

/** A random direction in taste space with standard deviation `scale` per dimension. */
export function createStyle(random: Random, scale: number): Float32Array {
  return Float32Array.from({ length: STYLE_DIMENSIONS }, () => scale * random.normal());
}

/** Draws an index with probability proportional to its weight, from a uniform number. Cost O(log n) a draw. */
export function createWeightedPick(weights: ArrayLike<number>): (uniform: number) => number {
  const cumulative = new Float64Array(weights.length);
  let sum = 0;
  for (let i = 0; i < weights.length; i++) {
    sum += weights[i]!;
    cumulative[i] = sum;
  }
  return (uniform) => Math.min(weights.length - 1, countAtMost(cumulative, uniform * sum, weights.length));
}

/** How many of the first `length` ascending values are ≤ `limit`. */
export function countAtMost(ascending: ArrayLike<number>, limit: number, length: number): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ascending[middle]! <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

function indicesWhere<T>(xs: readonly T[], holds: (x: T) => boolean): number[] {
  return xs.flatMap((x, index) => (holds(x) ? [index] : []));
}
