import { type Columns, readColumns } from "./columns";
import { createIdIndex, type IdIndex } from "./idIndex";
import { type ItemTexts, NO_TEXTS } from "./itemTexts";
import { ReleaseRefused } from "./releaseRefused";
import { createVocabulary, type Vocabulary } from "./vocabulary";

export const ITEM_FLAGS = { inStock: 1, restricted: 2, blockedSeller: 4, hidden: 8, deleted: 16 } as const;

/**
 * The catalogue in memory, column by column; an item is its row. The rows of the release never move. Behind them is
 * room for items that come while it is served; `catalogDelta.ts` alone writes here.
 */
export interface ItemTable extends IdIndex {
  readonly id: string;
  /** Rows of the release. */
  readonly nItems: number;
  /** Rows in use: those of the release and those that came since. */
  readonly rowCount: number;
  /** Rows there is room for: the length of every column. A row that is not in use is not eligible. */
  readonly capacity: number;
  /** −1 when unknown, as in the two columns below. */
  readonly categoryIds: Int32Array;
  readonly brandIds: Int32Array;
  readonly sellerIds: Int32Array;
  /** NaN when unknown. In full, because it is shown to shoppers: a float32 would turn 19.99 into 19.98999. */
  readonly price: Float64Array;
  readonly logPrice: Float32Array;
  readonly popularity: Float32Array;
  readonly trend: Float32Array;
  readonly ageDays: Float32Array;
  readonly flags: Uint8Array;
  /** Names by id. Category paths have their levels joined by " > ". All grow. */
  readonly categories: readonly string[];
  readonly brands: readonly string[];
  readonly sellers: readonly string[];
  readonly vocabularies: {
    readonly categories: Vocabulary;
    readonly brands: Vocabulary;
    readonly sellers: Vocabulary;
  };
  /** "" when the release has no texts. */
  titleOf(row: number): string;
  /** Calls the listener with rows that have changed, between requests. @returns a function that ends it */
  onChange(listener: RowListener): () => void;
}
export type RowListener = (rows: readonly number[]) => void;

/** An item table with what only the delta may call. */
export interface WritableItemTable extends ItemTable {
  /** A row for a new item, or −1 when there is no room left. */
  addRow(itemId: string): number;
  setTitle(row: number, title: string): void;
  notify(rows: readonly number[]): void;
}

/** In stock and none of restricted, blocked seller, hidden, deleted: the only items that may leave the gate. */
export function isEligible(flags: number): boolean {
  return flags === ITEM_FLAGS.inStock;
}

/** Everything that keeps an item from being shown; empty for an eligible one. */
export function listBarring(flags: number): string[] {
  return [
    ...(flags & ITEM_FLAGS.deleted ? ["deleted"] : []),
    ...(flags & ITEM_FLAGS.restricted ? ["restricted"] : []),
    ...(flags & ITEM_FLAGS.blockedSeller ? ["blocked_seller"] : []),
    ...(flags & ITEM_FLAGS.hidden ? ["hidden"] : []),
    ...(flags & ITEM_FLAGS.inStock ? [] : ["out_of_stock"]),
  ];
}

/** A week of a busy catalogue; a release a day folds them in. */
const SPARE_ROWS_MIN = 20_000;
const SPARE_SHARE = 0.05;

export function computeSpareRows(nItems: number): number {
  return Math.max(SPARE_ROWS_MIN, Math.ceil(nItems * SPARE_SHARE));
}

export function decodeItemTable(
  bytes: Uint8Array,
  expectedId: string,
  { spareRows, texts = NO_TEXTS }: { spareRows?: number; texts?: ItemTexts } = {},
): WritableItemTable {
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
  const spare = spareRows ?? computeSpareRows(n);
  const capacity = n + spare;
  const ints = (name: string) => extend(columns.get(name, Int32Array, n), new Int32Array(capacity).fill(-1));
  const floats = (name: string) => extend(columns.get(name, Float32Array, n), new Float32Array(capacity));
  const vocabularyOf = (name: string) =>
    createVocabulary((columns.meta[name] as string[] | undefined) ?? [], spare);
  const vocabularies = {
    categories: vocabularyOf("categories"),
    brands: vocabularyOf("brands"),
    sellers: vocabularyOf("sellers"),
  };
  const index = createIdIndex(idBytes, offsets);
  const added: string[] = [];
  const addedRows = new Map<string, number>();
  const titles = new Map<number, string>();
  const listeners = new Set<RowListener>();
  return {
    id: expectedId,
    nItems: n,
    capacity,
    memoryBytes: index.memoryBytes,
    get rowCount() {
      return n + added.length;
    },
    find(itemId) {
      const row = index.find(itemId);
      // The second look only happens for what the release does not hold.
      return row >= 0 || addedRows.size === 0 ? row : (addedRows.get(itemId) ?? -1);
    },
    idOf: (row) => (row < n ? index.idOf(row) : added[row - n]!),
    categoryIds: ints("categoryIds"),
    brandIds: ints("brandIds"),
    sellerIds: columns.names().includes("sellerIds") ? ints("sellerIds") : new Int32Array(capacity).fill(-1),
    price: readPrices(columns, n, capacity),
    logPrice: floats("logPrice"),
    popularity: floats("popularity"),
    trend: floats("trend"),
    ageDays: floats("ageDays"),
    flags: extend(columns.get("flags", Uint8Array, n), new Uint8Array(capacity)),
    categories: vocabularies.categories.names,
    brands: vocabularies.brands.names,
    sellers: vocabularies.sellers.names,
    vocabularies,
    titleOf: (row) => titles.get(row) ?? texts.titleOf(row),
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    addRow(itemId) {
      if (added.length === spare) return -1;
      addedRows.set(itemId, n + added.length);
      added.push(itemId);
      return n + added.length - 1;
    },
    setTitle: (row, title) => titles.set(row, title),
    notify(rows) {
      for (const listener of listeners) listener(rows);
    },
  };
}

function extend<T extends Int32Array | Float32Array | Float64Array | Uint8Array>(stored: T, into: T): T {
  into.set(stored);
  return into;
}

/** Item tables of older releases hold float32; cents are what was meant. */
function readPrices(columns: Columns, n: number, capacity: number): Float64Array {
  const prices = new Float64Array(capacity).fill(Number.NaN);
  const exact = columns.find("price", Float64Array, n);
  if (exact !== null) return extend(exact, prices);
  const rough = columns.get("price", Float32Array, n);
  for (let row = 0; row < n; row++) prices[row] = Math.round(rough[row]! * 100) / 100;
  return prices;
}
