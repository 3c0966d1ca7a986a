import {
  createRankFeatureFiller,
  type ItemColumns,
  RANK_FEATURES,
  type RankFeatureFiller,
  type ShopperState,
} from "@shortlist/ml";
import type { DotTable, RankFeatureSet } from "../ports/rankFeatures";

/** As in the definition of content_similarity. */
const CENTROID_ITEMS = 10;

/**
 * The ranker's inputs as `packages/ml` defines them. With fast tables they are filled by the code below, which reads
 * one short row of attributes an item instead of six columns and takes the inner products by SIMD; without, by the
 * definition itself. A property test holds both equal.
 */
export const shopRankFeatures: RankFeatureSet = {
  names: RANK_FEATURES.map((feature) => feature.name),
  createFiller: (columns, dots) =>
    dots.factors !== null && dots.content !== null
      ? createFastFiller(columns, dots.factors, dots.content)
      : createRankFeatureFiller(columns),
};

/** Attributes of an item, side by side and never across two cache lines: one instead of six. */
const ROW = { category: 0, brand: 1, logPrice: 2, popularity: 3, trend: 4, logAge: 5, width: 8 } as const;
/** Takes the sum of what is read ahead, or the compiler would leave the reads out. */
const sink = new Float64Array(1);

function packRows(columns: ItemColumns): Float32Array {
  const rows = new Float32Array(columns.nItems * ROW.width);
  for (let item = 0; item < columns.nItems; item++) packRow(columns, item, rows);
  return rows;
}

function packRow(columns: ItemColumns, item: number, rows: Float32Array): void {
  const at = item * ROW.width;
  // Ids are exact in a float32 below 2^24.
  rows[at + ROW.category] = columns.categoryIds[item]!;
  rows[at + ROW.brand] = columns.brandIds[item]!;
  rows[at + ROW.logPrice] = columns.logPrice[item]!;
  rows[at + ROW.popularity] = columns.popularity[item]!;
  rows[at + ROW.trend] = columns.trend[item]!;
  rows[at + ROW.logAge] = Math.log1p(Math.max(0, columns.ageDays[item]!));
}

/** Weighted shares of small ids among the recent items; id −1, unknown, is slot 0 and has no share. */
class Shares {
  private readonly values: Float32Array;
  private touched: number[] = [];

  constructor(ids: Int32Array, idBound = 0) {
    let bound = idBound;
    for (const id of ids) bound = Math.max(bound, id + 1);
    this.values = new Float32Array(bound + 1);
  }

  prepare(ids: Int32Array, recent: Int32Array, weights: Float32Array, count: number, total: number): void {
    for (const slot of this.touched) this.values[slot] = 0;
    this.touched.length = 0;
    if (total <= 0) return;
    for (let r = 0; r < count; r++) {
      const slot = ids[recent[r]!]! + 1;
      if (slot <= 0) continue;
      this.touched.push(slot);
      this.values[slot]! += weights[r]! / total;
    }
  }

  of(id: number): number {
    return this.values[id + 1]!;
  }
}

function createFastFiller(columns: ItemColumns, factors: DotTable, content: DotTable): RankFeatureFiller {
  const rows = packRows(columns);
  const categories = new Shares(columns.categoryIds, columns.idBounds?.categories);
  const brands = new Shares(columns.brandIds, columns.idBounds?.brands);
  const seen = new Uint32Array(Math.ceil(columns.nItems / 32));
  const seenItems: number[] = [];
  const user = new Float32Array(columns.factors);
  const centroid = new Float32Array(columns.contentDims);
  let collaborative = new Float32Array(1024);
  let similarity = new Float32Array(1024);
  let hasUser = false;
  let hasCentroid = false;
  let recentCount = 0;
  let lastCategory = -2;
  let lastBrand = -2;
  let meanLogPrice = Number.NaN;

  const prepare = (shopper: ShopperState) => {
    const { recentItems, recentWeights } = shopper;
    recentCount = shopper.recentCount;
    for (const item of seenItems) seen[item >>> 5] = 0;
    seenItems.length = 0;
    let total = 0;
    let priceSum = 0;
    let priceWeight = 0;
    for (let r = 0; r < recentCount; r++) {
      const item = recentItems[r]!;
      const weight = recentWeights[r]!;
      const price = columns.logPrice[item]!;
      seen[item >>> 5]! |= 1 << (item & 31);
      seenItems.push(item);
      total += weight;
      if (!Number.isFinite(price)) continue;
      priceSum += weight * price;
      priceWeight += weight;
    }
    meanLogPrice = priceWeight > 0 ? priceSum / priceWeight : Number.NaN;
    categories.prepare(columns.categoryIds, recentItems, recentWeights, recentCount, total);
    brands.prepare(columns.brandIds, recentItems, recentWeights, recentCount, total);
    const last = recentCount > 0 ? recentItems[0]! : -1;
    // −2 equals no id, also not "unknown".
    lastCategory = last < 0 || columns.categoryIds[last]! < 0 ? -2 : columns.categoryIds[last]!;
    lastBrand = last < 0 || columns.brandIds[last]! < 0 ? -2 : columns.brandIds[last]!;
    hasUser = shopper.userVector !== null;
    if (shopper.userVector !== null) user.set(shopper.userVector);
    const centroidCount = Math.min(recentCount, CENTROID_ITEMS);
    hasCentroid = computeCentroid(
      content.table,
      columns.contentDims,
      recentItems,
      recentWeights,
      centroidCount,
      centroid,
    );
  };

  const fill: RankFeatureFiller["fill"] = (items, count, covisitationScores, out, layout) => {
    const offset = layout?.offset ?? 0;
    const stride = layout?.stride ?? RANK_FEATURES.length;
    if (collaborative.length < count) {
      collaborative = new Float32Array(count);
      similarity = new Float32Array(count);
    }
    if (hasUser) factors.dot(user, items, count, collaborative);
    else collaborative.fill(0, 0, count);
    if (hasCentroid) content.dot(centroid, items, count, similarity);
    else similarity.fill(0, 0, count);
    const logHistory = Math.log1p(recentCount);
    const coldness = 1 / (1 + recentCount);
    // Read ahead: in a loop this short dozens of reads are on their way at once.
    let sum = 0;
    for (let n = 0; n < count; n++) sum += rows[items[n]! * ROW.width]!;
    sink[0] = sum;
    // In the order of RANK_FEATURES.
    for (let n = 0; n < count; n++) {
      let at = offset + n * stride;
      const item = items[n]!;
      const row = item * ROW.width;
      const category = rows[row + ROW.category]!;
      const brand = rows[row + ROW.brand]!;
      const price = rows[row + ROW.logPrice]!;
      const popular = rows[row + ROW.popularity]!;
      const gap = Math.abs(price - meanLogPrice);
      const categoryShare = categories.of(category);
      const product = collaborative[n]!;
      out[at++] = product;
      out[at++] = similarity[n]!;
      out[at++] = covisitationScores[n]!;
      out[at++] = popular;
      out[at++] = rows[row + ROW.trend]!;
      // x − x is 0 for every finite number and for nothing else.
      out[at++] = price - price === 0 ? price : 0;
      out[at++] = gap - gap === 0 ? gap : 0;
      out[at++] = categoryShare;
      out[at++] = brands.of(brand);
      out[at++] = category === lastCategory ? 1 : 0;
      out[at++] = brand === lastBrand ? 1 : 0;
      out[at++] = rows[row + ROW.logAge]!;
      out[at++] = logHistory;
      out[at++] = (seen[item >>> 5]! >>> (item & 31)) & 1;
      out[at++] = popular * coldness;
      out[at++] = product * logHistory;
      out[at++] = popular * categoryShare;
    }
  };
  return { prepare, fill, update: (item) => packRow(columns, item, rows) };
}

/** Weighted mean direction of items' rows, length 1; false when there is none. */
function computeCentroid(
  table: Float32Array,
  dims: number,
  items: Int32Array,
  weights: Float32Array,
  count: number,
  out: Float32Array,
): boolean {
  out.fill(0);
  for (let r = 0; r < count; r++) {
    const row = items[r]! * dims;
    for (let d = 0; d < dims; d++) out[d]! += weights[r]! * table[row + d]!;
  }
  let square = 0;
  for (let d = 0; d < dims; d++) square += out[d]! * out[d]!;
  if (!(square > 0)) return false;
  const scale = 1 / Math.sqrt(square);
  for (let d = 0; d < dims; d++) out[d]! *= scale;
  return true;
}
