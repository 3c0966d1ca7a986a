import { readColumns } from "./columns";
import { createIdIndex, type IdIndex } from "./idIndex";
import { ReleaseRefused } from "./releaseRefused";

export const ITEM_FLAGS = { inStock: 1, restricted: 2, blockedSeller: 4, hidden: 8 } as const;

/** The catalogue in memory, column by column; an item is its row. */
export interface ItemTable extends IdIndex {
  readonly id: string;
  readonly categoryIds: Int32Array;
  readonly brandIds: Int32Array;
  readonly price: Float32Array;
  readonly logPrice: Float32Array;
  readonly popularity: Float32Array;
  readonly trend: Float32Array;
  readonly ageDays: Float32Array;
  readonly flags: Uint8Array;
  /** Category paths, levels joined by " > ", by category id. */
  readonly categories: readonly string[];
  readonly brands: readonly string[];
}

/** In stock and none of restricted, blocked seller, hidden: the only items that may leave the gate. */
export function isEligible(flags: number): boolean {
  return flags === ITEM_FLAGS.inStock;
}

export function decodeItemTable(bytes: Uint8Array, expectedId: string): ItemTable {
  const columns = readColumns(bytes, "item table");
  const offsets = columns.get("itemIdOffsets", Uint32Array);
  const idBytes = columns.get("itemIdBytes", Uint8Array);
  const n = offsets.length - 1;
  if (columns.meta.itemTableId !== expectedId)
    throw new ReleaseRefused(
      "item_table_mismatch",
      `the item table is ${String(columns.meta.itemTableId)}, the release names ${expectedId}`,
    );
  if (n < 1 || offsets[n] !== idBytes.length)
    throw new ReleaseRefused("corrupt_artifact", "item table: ids do not end where their bytes end");
  const table: ItemTable = {
    ...createIdIndex(idBytes, offsets),
    id: expectedId,
    categoryIds: columns.get("categoryIds", Int32Array, n),
    brandIds: columns.get("brandIds", Int32Array, n),
    price: columns.get("price", Float32Array, n),
    logPrice: columns.get("logPrice", Float32Array, n),
    popularity: columns.get("popularity", Float32Array, n),
    trend: columns.get("trend", Float32Array, n),
    ageDays: columns.get("ageDays", Float32Array, n),
    flags: columns.get("flags", Uint8Array, n),
    categories: (columns.meta.categories as string[] | undefined) ?? [],
    brands: (columns.meta.brands as string[] | undefined) ?? [],
  };
  return table;
}
