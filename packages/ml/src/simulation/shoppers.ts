import type { Random } from "../random/random";
import { type Brand, createStyle, createWeightedPick, STYLE_DIMENSIONS } from "./catalogue";
import { LEAVES } from "./departments";
import type { ShopOptions, ShopperTruth, ShopShopper } from "./types";
import { FIRST_NAMES, LAST_NAMES, MARKETS } from "./words";

/** Mean sessions per shopper and 60 days, before the heavy tail. */
const SESSIONS_PER_DAY = 8.4 / 60;
const LEAF_INDEX = new Map(LEAVES.map((leaf, index) => [leaf.name, index]));

export interface CreatedShopper {
  shopper: ShopShopper;
  truth: ShopperTruth;
}

export function createShoppers(
  options: ShopOptions,
  brands: readonly Brand[],
  random: Random,
): CreatedShopper[] {
  // Everybody's style decides which leaves attract, so tastes correlate across departments:
  // this is the structure that collaborative filtering finds.
  const leafStyles = LEAVES.map(() => createStyle(random, 0.35));
  const leafAppeal = LEAVES.map(() => 0.4 * random.normal());
  const pickMarket = createWeightedPick(MARKETS.map(([, , share]) => share));
  return Array.from({ length: options.nShoppers }, (_, index) =>
    createShopper(index, { leafStyles, leafAppeal, brands, pickMarket }, random.fork(String(index))),
  );
}

interface Population {
  leafStyles: readonly Float32Array[];
  leafAppeal: readonly number[];
  brands: readonly Brand[];
  pickMarket: (uniform: number) => number;
}

function createShopper(index: number, population: Population, random: Random): CreatedShopper {
  const style = createStyle(random, 1);
  const pull = population.leafStyles.map(
    (leafStyle, leaf) => dot(style, leafStyle) + population.leafAppeal[leaf]!,
  );
  const favourites = pickTop(
    pull.map((value) => 1.6 * value + gumbel(random)),
    3 + random.int(4),
  );
  const leafAffinity = Float32Array.from(pull, (value) => 0.4 * value - 1);
  for (const favourite of favourites) {
    const { department, goesWith } = LEAVES[favourite]!;
    LEAVES.forEach((leaf, other) => {
      if (other !== favourite && leaf.department === department) leafAffinity[other]! += 0.3;
    });
    for (const name of goesWith) leafAffinity[LEAF_INDEX.get(name)!]! += 0.4;
    leafAffinity[favourite]! += 2.2;
  }

  const brandPull = population.brands.map((brand) => 1.2 * dot(style, brand.style));
  const lovedBrands = pickTop(
    brandPull.map((value) => value + gumbel(random)),
    4 + random.int(5),
  );
  const brandAffinity = Float32Array.from(brandPull, (value) => 0.5 * value);
  for (const brand of lovedBrands) brandAffinity[brand]! += 1;

  const priceLevel = 0.35 * random.normal();
  const priceSensitivity = 0.5 + 1.2 * random.next();
  const number = String(index + 1).padStart(5, "0");
  const [locale, region] = MARKETS[population.pickMarket(random.next())]!;
  const hasPhone = random.next() < 0.6;
  const shopper: ShopShopper = {
    userId: `u${number}`,
    name: `${random.pick(FIRST_NAMES)} ${random.pick(LAST_NAMES)}`,
    taste: describeTaste({ favourites, priceLevel, priceSensitivity }),
    deviceIds: hasPhone
      ? [`web-${number}${hex(random)}`, `app-${number}${hex(random)}`]
      : [`web-${number}${hex(random)}`],
    locale,
    region,
    mobilePlatform: random.next() < 0.45 ? "ios" : "android",
    // Log-normal with σ = 1: the busiest 10 % make about 40 % of the sessions. Nobody opens the shop 4× a day for two months.
    sessionsPerDay: Math.min(4, SESSIONS_PER_DAY * Math.exp(random.normal() - 0.5)),
  };
  if (hasPhone && random.next() < 0.3) shopper.mobileUserId = `m${number}`;
  return { shopper, truth: { leafAffinity, brandAffinity, style, priceLevel, priceSensitivity } };
}

function describeTaste(truth: {
  favourites: number[];
  priceLevel: number;
  priceSensitivity: number;
}): string {
  const [first, second] = truth.favourites.map((leaf) => LEAVES[leaf]!.persona);
  if (truth.priceLevel < -0.22) return `${first}, budget-minded`;
  if (truth.priceLevel > 0.28) return `${first}, buys the best`;
  if (truth.priceSensitivity < 0.75) return `${first} and ${second}, price no object`;
  return `${first} and ${second}`;
}

export function gumbel(random: Random): number {
  return -Math.log(-Math.log(random.next() + 1e-12) + 1e-12);
}

export function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let d = 0; d < STYLE_DIMENSIONS; d++) sum += a[d]! * b[d]!;
  return sum;
}

/** Indices of the `count` largest values, largest first. */
export function pickTop(values: readonly number[], count: number): number[] {
  return values
    .map((value, index) => [value, index] as const)
    .sort((a, b) => b[0] - a[0])
    .slice(0, count)
    .map(([, index]) => index);
}

function hex(random: Random): string {
  return random.int(0x10000).toString(16).padStart(4, "0");
}
