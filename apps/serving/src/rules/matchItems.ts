import type { ItemMatch } from "@shortlist/contracts";
import type { ItemTable } from "../release/itemTable";

/** The rows that a rule is about. */
export interface ItemSet {
  has(item: number): boolean;
  readonly size: number;
  /** In ascending order of row; for pins, in the order the rule names them. */
  rows(): Int32Array;
}

/** Rows looked at between two rests: about 2 ms. */
const STEP_ROWS = 32_768;

/**
 * Rows of the item table that match. Named items cost a few bytes each, anything else one bit per item of the
 * catalogue. An unknown price, category or age matches nothing.
 *
 * Cost: O(named items), or one pass over the table, which rests after every step so that requests are not held up.
 */
export async function matchItems(
  match: ItemMatch,
  items: ItemTable,
  rest: () => Promise<void> = rested,
): Promise<ItemSet> {
  const passes = compileAttributes(match, items);
  if (match.itemIds !== undefined) {
    const named = match.itemIds.map((id) => items.find(id)).filter((row) => row >= 0);
    return createSparse(passes === null ? named : named.filter(passes));
  }
  return passes === null ? createSparse([]) : createDense(items.nItems, passes, rest);
}

function rested(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function compileAttributes(match: ItemMatch, items: ItemTable): ((item: number) => boolean) | null {
  const { categories, brands, priceMin, priceMax, newerThanDays } = match;
  const tests: ((item: number) => boolean)[] = [];
  if (categories !== undefined) {
    const allowed = items.categories.map((path) =>
      categories.some((wanted) => path === wanted || path.startsWith(`${wanted} > `)),
    );
    tests.push((item) => allowed[items.categoryIds[item]!] === true);
  }
  if (brands !== undefined) {
    const allowed = items.brands.map((brand) => brands.includes(brand));
    tests.push((item) => allowed[items.brandIds[item]!] === true);
  }
  // Comparisons with an unknown price (NaN) are false.
  if (priceMin !== undefined) tests.push((item) => items.price[item]! >= priceMin);
  if (priceMax !== undefined) tests.push((item) => items.price[item]! <= priceMax);
  if (newerThanDays !== undefined) tests.push((item) => items.ageDays[item]! <= newerThanDays);
  if (tests.length === 0) return null;
  return (item) => tests.every((test) => test(item));
}

function createSparse(rows: readonly number[]): ItemSet {
  const set = new Set(rows);
  return { has: (item) => set.has(item), size: set.size, rows: () => Int32Array.from(set) };
}

async function createDense(
  nItems: number,
  passes: (item: number) => boolean,
  rest: () => Promise<void>,
): Promise<ItemSet> {
  const words = new Uint32Array(Math.ceil(nItems / 32));
  let size = 0;
  for (let item = 0; item < nItems; item++) {
    if (item % STEP_ROWS === STEP_ROWS - 1) await rest();
    if (!passes(item)) continue;
    words[item >>> 5]! |= 1 << (item & 31);
    size++;
  }
  const has = (item: number) => ((words[item >>> 5]! >>> (item & 31)) & 1) === 1;
  return {
    has,
    size,
    rows() {
      const rows = new Int32Array(size);
      for (let item = 0, at = 0; item < nItems; item++) if (has(item)) rows[at++] = item;
      return rows;
    },
  };
}
