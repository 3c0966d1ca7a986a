import { ITEM_FLAGS, type ItemTable, isEligible } from "../release/itemTable";
import type { Filters } from "./types";

/** Why an item is kept out, in the order in which a reason is named when several apply. */
export const DROP_REASONS = [
  "out_of_stock",
  "restricted",
  "blocked_seller",
  "hidden",
  "user_blocked",
  "purchased",
  "excluded_by_request",
  "context_item",
  "recently_seen",
  "filter_category",
  "filter_brand",
  "filter_price",
  "compliance_hidden",
  "rule_hidden",
  "rule_only",
  "deleted",
] as const;
export type DropReason = (typeof DROP_REASONS)[number];
/** Position of each reason in `DROP_REASONS`. All lie below `COUNTED_MARK`. */
export const DROP_CODES = Object.fromEntries(DROP_REASONS.map((reason, code) => [reason, code])) as Record<
  DropReason,
  number
>;
const CODE = DROP_CODES;

/** Values below this in Marks are drop reasons, the rest are candidate slots. */
export const SLOT_BASE = 32;
/** An item whose drop has been counted. */
export const COUNTED_MARK = 31;

export interface Exclusions {
  readonly blocked: readonly number[];
  readonly purchased: readonly number[];
  readonly excluded: readonly number[];
  readonly contextItem: number;
  readonly recent: Int32Array;
  /** The first so many of `recent` are left out. */
  readonly recentCount: number;
}

/** Notes every item this shopper must not see. The strongest reason is written last and so is the one named. */
export function markExclusions(marks: { set(item: number, value: number): void }, e: Exclusions): void {
  for (let i = 0; i < e.recentCount; i++) marks.set(e.recent[i]!, CODE.recently_seen);
  if (e.contextItem >= 0) marks.set(e.contextItem, CODE.context_item);
  for (const item of e.excluded) marks.set(item, CODE.excluded_by_request);
  for (const item of e.purchased) marks.set(item, CODE.purchased);
  for (const item of e.blocked) marks.set(item, CODE.user_blocked);
}

/** Code of the reason why the flags rule an item out, or −1 when it is eligible. */
export function screenFlags(flags: number): number {
  if (isEligible(flags)) return -1;
  if (flags & ITEM_FLAGS.deleted) return CODE.deleted;
  if (flags & ITEM_FLAGS.restricted) return CODE.restricted;
  if (flags & ITEM_FLAGS.blockedSeller) return CODE.blocked_seller;
  if (flags & ITEM_FLAGS.hidden) return CODE.hidden;
  return CODE.out_of_stock;
}

/** The request's own filters against the item table; −1 when the item passes. */
export type FilterScreen = (item: number) => number;

/** The first reason of either screen. */
export function combineScreens(a: FilterScreen | null, b: FilterScreen | null): FilterScreen | null {
  if (a === null || b === null) return a ?? b;
  return (item) => {
    const reason = a(item);
    return reason >= 0 ? reason : b(item);
  };
}

export interface FilterCompiler {
  compile(filters: Filters | undefined): FilterScreen | null;
}

/** Names of categories and brands become ids once per request, so a candidate costs two array reads. */
export function createFilterCompiler(items: ItemTable): FilterCompiler {
  const { brands: brandNames } = items.vocabularies;
  // −2 equals no id, also not "unknown".
  const findBrand = (brand: string) => {
    const id = brandNames.find(brand);
    return id < 0 ? -2 : id;
  };
  return {
    compile(filters) {
      if (filters === undefined) return null;
      const { categories, brands, priceMin, priceMax } = filters;
      const inCategory = categories === undefined ? null : allowCategories(items.categories, categories);
      const ofBrand = brands === undefined ? null : new Set(brands.map(findBrand));
      const hasPrice = priceMin !== undefined || priceMax !== undefined;
      if (inCategory === null && ofBrand === null && !hasPrice) return null;
      const least = priceMin ?? Number.NEGATIVE_INFINITY;
      const most = priceMax ?? Number.POSITIVE_INFINITY;
      return (item) => {
        if (inCategory !== null && inCategory[items.categoryIds[item]!] !== 1) return CODE.filter_category;
        if (ofBrand !== null && !ofBrand.has(items.brandIds[item]!)) return CODE.filter_brand;
        if (!hasPrice) return -1;
        const price = items.price[item]!;
        // An unknown price (NaN) fails both comparisons: it cannot be shown to satisfy the filter.
        return price >= least && price <= most ? -1 : CODE.filter_price;
      };
    },
  };
}

function allowCategories(paths: readonly string[], wanted: readonly string[]): Uint8Array {
  const allowed = new Uint8Array(paths.length);
  paths.forEach((path, id) => {
    if (wanted.some((w) => path === w || path.startsWith(`${w} > `))) allowed[id] = 1;
  });
  return allowed;
}
