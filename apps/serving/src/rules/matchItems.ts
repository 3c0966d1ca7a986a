import type { ItemMatch } from "@shortlist/contracts";
import type { ItemTable } from "../release/itemTable";

/** The rows that a rule is about. Follows the catalogue: see `update`. */
export interface ItemSet {
  has(item: number): boolean;
  readonly size: number;
  /** In ascending order of row; for pins, in the order the rule names them. */
  rows(): Int32Array;
  /** Looks again at rows that have changed. @returns those of them that match now and did not before */
  update(rows: readonly number[]): number[];
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
    return createSparse(match.itemIds, items, passes ?? (() => true));
  }
  return passes === null ? createSparse([], items, () => false) : createDense(items, passes, rest);
}

function rested(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function compileAttributes(match: ItemMatch, items: ItemTable): ((item: number) => boolean) | null {
  const { categories, brands, sellers, priceMin, priceMax, newerThanDays } = match;
  const tests: ((item: number) => boolean)[] = [];
  if (categories !== undefined) {
    const isAllowed = createNameTest(items.categories, (path) =>
      categories.some((wanted) => path === wanted || path.startsWith(`${wanted} > `)),
    );
    tests.push((item) => isAllowed(items.categoryIds[item]!));
  }
  if (brands !== undefined) {
    const isAllowed = createNameTest(items.brands, (brand) => brands.includes(brand));
    tests.push((item) => isAllowed(items.brandIds[item]!));
  }
  if (sellers !== undefined) {
    const isAllowed = createNameTest(items.sellers, (seller) => sellers.includes(seller));
    tests.push((item) => isAllowed(items.sellerIds[item]!));
  }
  // Comparisons with an unknown price (NaN) are false.
  if (priceMin !== undefined) tests.push((item) => items.price[item]! >= priceMin);
  if (priceMax !== undefined) tests.push((item) => items.price[item]! <= priceMax);
  if (newerThanDays !== undefined) tests.push((item) => items.ageDays[item]! <= newerThanDays);
  if (tests.length === 0) return null;
  return (item) => tests.every((test) => test(item));
}

/** Whether the name of an id passes, also of ids that come later; an unknown name (−1) does not. */
function createNameTest(
  names: readonly string[],
  passes: (name: string) => boolean,
): (id: number) => boolean {
  const verdicts: boolean[] = [];
  return (id) => {
    while (verdicts.length < names.length) verdicts.push(passes(names[verdicts.length]!));
    return verdicts[id] === true;
  };
}

function createSparse(
  itemIds: readonly string[],
  items: ItemTable,
  passes: (item: number) => boolean,
): ItemSet {
  const ids = new Set(itemIds);
  const list = () => [...ids].map((id) => items.find(id)).filter((row) => row >= 0 && passes(row));
  let set = new Set(list());
  return {
    has: (item) => set.has(item),
    get size() {
      return set.size;
    },
    rows: () => Int32Array.from(set),
    update(rows) {
      const touched = rows.filter((row) => ids.has(items.idOf(row)));
      if (touched.length === 0) return [];
      const before = set;
      set = new Set(list());
      return touched.filter((row) => set.has(row) && !before.has(row));
    },
  };
}

async function createDense(
  items: ItemTable,
  passes: (item: number) => boolean,
  rest: () => Promise<void>,
): Promise<ItemSet> {
  const words = new Uint32Array(Math.ceil(items.capacity / 32));
  let size = 0;
  const has = (item: number) => ((words[item >>> 5]! >>> (item & 31)) & 1) === 1;
  const test = (item: number): boolean => {
    const matches = passes(item);
    if (matches === has(item)) return false;
    words[item >>> 5]! ^= 1 << (item & 31);
    size += matches ? 1 : -1;
    return matches;
  };
  for (let item = 0; item < items.rowCount; item++) {
    if (item % STEP_ROWS === STEP_ROWS - 1) await rest();
    test(item);
  }
  return {
    has,
    get size() {
      return size;
    },
    rows() {
      const rows = new Int32Array(size);
      for (let item = 0, at = 0; item < items.rowCount; item++) if (has(item)) rows[at++] = item;
      return rows;
    },
    update: (rows) => rows.filter(test),
  };
}
