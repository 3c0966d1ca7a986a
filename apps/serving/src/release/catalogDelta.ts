import type { CatalogChange, CatalogItem } from "@shortlist/contracts";
import type { RankFeatureFiller } from "@shortlist/ml";
import type { Marks } from "../funnel/marks";
import type { DeltaIndex } from "./deltaIndex";
import { ITEM_FLAGS, isEligible, type WritableItemTable } from "./itemTable";

// What comes from the shop while a release is served, written into its columns. Every change is whole before the next
// request runs: nothing here waits.

const DAY_MS = 86_400_000;
/** A vector that moved less is still found where the index has it. */
const MOVED_SIMILARITY = 0.95;
/** More ids than this are not told apart; the count stops here. */
const WAITING_MAX = 100_000;

/** Content vectors of the release, and what makes new ones; null without a content model that can. */
export interface DeltaContent {
  readonly vectors: Float32Array;
  readonly dims: number;
  readonly index: DeltaIndex;
  embedOne(item: { title: string; category: string; brand: string; price: number | null }): Float32Array;
}

export interface CatalogDelta {
  /** Takes in changes in the order of the stream. `atMs`: when they were acknowledged. */
  apply(changes: readonly CatalogChange[], atMs: number): void;
  /** Changes taken in. */
  readonly changes: number;
  readonly added: number;
  /** Items without room: they wait for the next release. */
  readonly waiting: number;
}

export function createCatalogDelta(o: {
  readonly items: WritableItemTable;
  readonly marks: Marks;
  readonly filler: RankFeatureFiller;
  readonly content: DeltaContent | null;
}): CatalogDelta {
  const { items, marks, filler, content } = o;
  const waiting = new Set<string>();
  let changes = 0;

  const setFlag = (row: number, flag: number, isSet: boolean) => {
    const held = items.flags[row]!;
    items.flags[row] = isSet ? held | flag : held & ~flag;
  };
  const setPrice = (row: number, price: number | null) => {
    items.price[row] = price ?? Number.NaN;
    items.logPrice[row] = price === null || price <= 0 ? Number.NaN : Math.log(price);
  };

  /** Names become ids. False when one has no room: then nobody could say which rules are about the item. */
  const setNames = (row: number, item: CatalogItem): boolean => {
    const { categories, brands, sellers } = items.vocabularies;
    const ids = [categories.add(item.category), brands.add(item.brand), sellers.add(item.seller)] as const;
    items.categoryIds[row] = ids[0] ?? -1;
    items.brandIds[row] = ids[1] ?? -1;
    items.sellerIds[row] = ids[2] ?? -1;
    return !ids.includes(null);
  };

  const embed = (row: number, item: CatalogItem, isNew: boolean) => {
    if (content === null) return;
    const { vectors, dims, index } = content;
    const vector = content.embedOne(item);
    let similarity = 0;
    for (let d = 0; d < dims; d++) similarity += vector[d]! * vectors[row * dims + d]!;
    vectors.set(vector, row * dims);
    if (isNew || similarity < MOVED_SIMILARITY) index.place(row);
  };

  const upsert = (item: CatalogItem, atMs: number): number => {
    const held = items.find(item.itemId);
    const row = held >= 0 ? held : items.addRow(item.itemId);
    if (row < 0) {
      if (waiting.size < WAITING_MAX) waiting.add(item.itemId);
      return -1;
    }
    if (held < 0 && item.createdAt !== undefined)
      items.ageDays[row] = Math.max(0, (atMs - Date.parse(item.createdAt)) / DAY_MS);
    items.setTitle(row, item.title);
    setPrice(row, item.price);
    setFlag(row, ITEM_FLAGS.inStock, item.inStock);
    setFlag(row, ITEM_FLAGS.restricted, item.restricted);
    const isNamed = setNames(row, item);
    setFlag(row, ITEM_FLAGS.deleted, !isNamed);
    if (!isNamed && waiting.size < WAITING_MAX) waiting.add(item.itemId);
    embed(row, item, held < 0);
    return row;
  };

  const patch = (change: Extract<CatalogChange, { op: "patch" }>): number => {
    const row = items.find(change.itemId);
    if (row < 0) return -1;
    if (change.price !== undefined) setPrice(row, change.price);
    if (change.inStock !== undefined) setFlag(row, ITEM_FLAGS.inStock, change.inStock);
    if (change.restricted !== undefined) setFlag(row, ITEM_FLAGS.restricted, change.restricted);
    if (change.seller === undefined) return row;
    const sellerId = items.vocabularies.sellers.add(change.seller);
    items.sellerIds[row] = sellerId ?? -1;
    if (sellerId === null) setFlag(row, ITEM_FLAGS.deleted, true);
    return row;
  };

  const remove = (itemId: string): number => {
    waiting.delete(itemId);
    const row = items.find(itemId);
    if (row >= 0) setFlag(row, ITEM_FLAGS.deleted, true);
    return row;
  };

  const applyOne = (change: CatalogChange, atMs: number): number => {
    switch (change.op) {
      case "upsert":
        return upsert(change.item, atMs);
      case "patch":
        return patch(change);
      case "delete":
        return remove(change.itemId);
    }
  };

  return {
    get changes() {
      return changes;
    },
    get added() {
      return items.rowCount - items.nItems;
    },
    get waiting() {
      return waiting.size;
    },
    apply(batch, atMs) {
      const rows: number[] = [];
      for (const change of batch) {
        const row = applyOne(change, atMs);
        changes++;
        if (row < 0) continue;
        marks.setBarred(row, !isEligible(items.flags[row]!));
        filler.update(row);
        rows.push(row);
      }
      if (rows.length > 0) items.notify(rows);
    },
  };
}
