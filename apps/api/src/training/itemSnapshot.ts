import type { ContentEmbedding } from "@shortlist/ml";
import { countBefore, type InteractionLog } from "./interactionLog";

/** One catalogue row as training reads it from the database. */
export interface CatalogRow {
  readonly itemId: string;
  readonly title: string;
  readonly category: string;
  readonly brand: string;
  readonly seller: string;
  readonly price: number | null;
  readonly inStock: boolean;
  readonly restricted: boolean;
  readonly createdAtMs: number;
}

/** The catalogue of one moment: `position` is how far the changes of its stream are in the rows. */
export interface CatalogSnapshot {
  readonly rows: readonly CatalogRow[];
  readonly position: string;
}

/** Item attributes that do not depend on the log. */
export interface StaticColumns {
  readonly nItems: number;
  readonly categoryIds: Int32Array;
  readonly brandIds: Int32Array;
  readonly sellerIds: Int32Array;
  readonly price: Float64Array;
  readonly logPrice: Float32Array;
  readonly flags: Uint8Array;
  readonly categories: string[];
  readonly brands: string[];
  readonly sellers: string[];
  readonly content: ContentEmbedding;
}

/** Item attributes as they were known at a moment: what serving could have used then. */
export interface ItemSnapshot {
  readonly atMs: number;
  readonly popularity: Float32Array;
  readonly trend: Float32Array;
  readonly ageDays: Float32Array;
}

const DAY_MS = 86_400_000;
const TREND_SHORT_DAYS = 7;
const TREND_LONG_DAYS = 28;

/**
 * Popularity log1p(shoppers) / max over items, trend ln((1 + events of 7 days) / (1 + a quarter of 28 days'
 * events)), age since creation or, for catalogues without dates, since the item was first seen.
 */
export function computeItemSnapshot(
  log: InteractionLog,
  createdAtMs: Float64Array,
  atMs: number,
): ItemSnapshot {
  const end = countBefore(log, atMs);
  const { nItems } = log;
  const shoppers = new Float64Array(nItems);
  const firstSeen = new Float64Array(nItems).fill(Number.POSITIVE_INFINITY);
  const shortCount = new Float32Array(nItems);
  const longCount = new Float32Array(nItems);
  const seenPairs = new Set<number>();
  for (let e = 0; e < end; e++) {
    const item = log.item[e]!;
    const age = atMs - log.timeMs[e]!;
    if (firstSeen[item] === Number.POSITIVE_INFINITY) firstSeen[item] = log.timeMs[e]!;
    if (age <= TREND_SHORT_DAYS * DAY_MS) shortCount[item]!++;
    if (age <= TREND_LONG_DAYS * DAY_MS) longCount[item]!++;
    const pair = log.shopper[e]! * nItems + item;
    if (seenPairs.has(pair)) continue;
    seenPairs.add(pair);
    shoppers[item]!++;
  }
  const popularity = new Float32Array(nItems);
  const trend = new Float32Array(nItems);
  const ageDays = new Float32Array(nItems);
  let largest = 0;
  for (const count of shoppers) largest = Math.max(largest, Math.log1p(count));
  for (let i = 0; i < nItems; i++) {
    popularity[i] = largest === 0 ? 0 : Math.log1p(shoppers[i]!) / largest;
    trend[i] = Math.log((1 + shortCount[i]!) / (1 + (longCount[i]! * TREND_SHORT_DAYS) / TREND_LONG_DAYS));
    const birth = Math.min(createdAtMs[i]!, firstSeen[i]!);
    ageDays[i] = Number.isFinite(birth) ? Math.max(0, (atMs - birth) / DAY_MS) : 0;
  }
  return { atMs, popularity, trend, ageDays };
}
