import { requireInput } from "../errors";
import { AffinityTable, computeIdBound } from "./affinity";
import { RANK_FEATURES } from "./rankFeatureList";

// The one definition of the ranker's inputs, used to build training rows and on the serving hot path. What the
// features are is in rankFeatureList.ts.

/** Item attributes by item index. Arrays have nItems entries; factor tables nItems × dims, dims may be 0. */
export interface ItemColumns {
  nItems: number;
  /** −1 when unknown */
  categoryIds: Int32Array;
  /** −1 when unknown */
  brandIds: Int32Array;
  /** NaN when unknown */
  logPrice: Float32Array;
  /** log1p(count) / max over the catalogue, 0…1 */
  popularity: Float32Array;
  trend: Float32Array;
  ageDays: Float32Array;
  itemFactors: Float32Array;
  factors: number;
  /** rows of length 1 or all zero */
  contentVectors: Float32Array;
  contentDims: number;
  /** Ids that may come later are below these; by default the largest there are now. */
  idBounds?: { readonly categories: number; readonly brands: number };
}

export interface ShopperState {
  /** Item indexes ≥ 0, most recent first; the first `recentCount` count. */
  recentItems: Int32Array;
  recentCount: number;
  /** ≥ 0, aligned to recentItems. */
  recentWeights: Float32Array;
  /** length factors, or null for a shopper the model does not know */
  userVector: Float32Array | null;
}

export interface RankFeatureFiller {
  /** Takes in the shopper; `fill` then answers for them until the next call. Cost O(recentCount + 10 · dims). */
  prepare(shopper: ShopperState): void;
  /**
   * Writes count × RANK_FEATURES.length values, row-major, one row per item.
   *
   * @param covisitationScores aligned to `items`, 0 where there is none
   * @param layout for rows that hold more than these features: the values of a row lie side by side from `offset` on,
   * and the next row begins `stride` values further; absent: rows hold nothing else
   * Cost O(count · (factors + contentDims)); a gather, no allocation.
   */
  fill(
    items: Int32Array,
    count: number,
    covisitationScores: Float32Array,
    out: Float32Array,
    layout?: RankFeatureLayout,
  ): void;
  /** Takes in that an item's columns have changed. Cost O(1). */
  update(item: number): void;
}

export interface RankFeatureLayout {
  readonly offset: number;
  readonly stride: number;
}

/** Older items say little about what the shopper is after now, and each costs a pass over the dimensions. */
const CENTROID_ITEMS = 10;

/**
 * Creates the filler over one item table. Missing knowledge gives the feature's default (0), never NaN.
 * One instance per thread; item indexes are not checked (the caller owns the id map).
 *
 * @throws MlInputError `shape_mismatch` when a column has the wrong length
 */
export function createRankFeatureFiller(columns: ItemColumns): RankFeatureFiller {
  checkColumns(columns);
  return new Filler(columns);
}

class Filler implements RankFeatureFiller {
  private readonly columns: ItemColumns;
  private readonly categories: AffinityTable;
  private readonly brands: AffinityTable;
  private readonly seen: AffinityTable;
  private readonly centroid: Float64Array;
  private readonly user: Float64Array;
  private hasUser = false;
  private hasCentroid = false;
  private recentCount = 0;
  private lastCategory = -1;
  private lastBrand = -1;
  private meanLogPrice = Number.NaN;

  constructor(columns: ItemColumns) {
    this.columns = columns;
    const { categoryIds, brandIds, idBounds } = columns;
    this.categories = new AffinityTable(Math.max(computeIdBound(categoryIds), idBounds?.categories ?? 0));
    this.brands = new AffinityTable(Math.max(computeIdBound(brandIds), idBounds?.brands ?? 0));
    this.seen = new AffinityTable(columns.nItems);
    this.centroid = new Float64Array(columns.contentDims);
    this.user = new Float64Array(columns.factors);
  }

  prepare(shopper: ShopperState): void {
    const { categoryIds, brandIds, logPrice, factors } = this.columns;
    this.categories.reset();
    this.brands.reset();
    this.seen.reset();
    this.recentCount = shopper.recentCount;
    let priceSum = 0;
    let priceWeight = 0;
    for (let r = 0; r < shopper.recentCount; r++) {
      const item = shopper.recentItems[r]!;
      const weight = shopper.recentWeights[r]!;
      this.categories.add(categoryIds[item]!, weight);
      this.brands.add(brandIds[item]!, weight);
      this.seen.add(item, weight);
      const price = logPrice[item]!;
      if (!Number.isFinite(price)) continue;
      priceSum += weight * price;
      priceWeight += weight;
    }
    this.meanLogPrice = priceWeight > 0 ? priceSum / priceWeight : Number.NaN;
    const last = shopper.recentCount > 0 ? shopper.recentItems[0]! : -1;
    this.lastCategory = last < 0 ? -1 : categoryIds[last]!;
    this.lastBrand = last < 0 ? -1 : brandIds[last]!;
    this.hasUser = shopper.userVector !== null && factors > 0;
    if (shopper.userVector !== null) for (let p = 0; p < factors; p++) this.user[p] = shopper.userVector[p]!;
    this.prepareCentroid(shopper);
  }

  fill(
    items: Int32Array,
    count: number,
    covisitationScores: Float32Array,
    out: Float32Array,
    layout: RankFeatureLayout = { offset: 0, stride: RANK_FEATURES.length },
  ): void {
    const { categoryIds, brandIds, logPrice, popularity, trend, ageDays } = this.columns;
    const logHistory = Math.log1p(this.recentCount);
    const coldness = 1 / (1 + this.recentCount);
    const mean = this.meanLogPrice;
    for (let n = 0; n < count; n++) {
      let at = layout.offset + n * layout.stride;
      const item = items[n]!;
      const category = categoryIds[item]!;
      const brand = brandIds[item]!;
      const price = logPrice[item]!;
      const gap = Math.abs(price - mean);
      const popular = popularity[item]!;
      const collaborative = this.hasUser ? this.dotUser(item) : 0;
      const categoryShare = this.categories.share(category);
      out[at++] = collaborative;
      out[at++] = this.hasCentroid ? this.dotCentroid(item) : 0;
      out[at++] = covisitationScores[n]!;
      out[at++] = popular;
      out[at++] = trend[item]!;
      out[at++] = Number.isFinite(price) ? price : 0;
      out[at++] = Number.isFinite(gap) ? gap : 0;
      out[at++] = categoryShare;
      out[at++] = this.brands.share(brand);
      out[at++] = category >= 0 && category === this.lastCategory ? 1 : 0;
      out[at++] = brand >= 0 && brand === this.lastBrand ? 1 : 0;
      out[at++] = Math.log1p(Math.max(0, ageDays[item]!));
      out[at++] = logHistory;
      out[at++] = this.seen.has(item) ? 1 : 0;
      out[at++] = popular * coldness;
      out[at++] = collaborative * logHistory;
      out[at++] = popular * categoryShare;
    }
  }

  /** Nothing to do: the columns themselves are read. */
  update(): void {}

  private prepareCentroid(shopper: ShopperState): void {
    const { contentVectors, contentDims } = this.columns;
    const { centroid } = this;
    centroid.fill(0);
    for (let r = 0; r < Math.min(shopper.recentCount, CENTROID_ITEMS); r++) {
      const row = shopper.recentItems[r]! * contentDims;
      const weight = shopper.recentWeights[r]!;
      for (let p = 0; p < contentDims; p++) centroid[p]! += weight * contentVectors[row + p]!;
    }
    let square = 0;
    for (let p = 0; p < contentDims; p++) square += centroid[p]! * centroid[p]!;
    this.hasCentroid = square > 0;
    if (!this.hasCentroid) return;
    const scale = 1 / Math.sqrt(square);
    for (let p = 0; p < contentDims; p++) centroid[p]! *= scale;
  }

  private dotUser(item: number): number {
    const { itemFactors, factors } = this.columns;
    return dot(this.user, itemFactors, item * factors, factors);
  }

  private dotCentroid(item: number): number {
    const { contentVectors, contentDims } = this.columns;
    return dot(this.centroid, contentVectors, item * contentDims, contentDims);
  }
}

/** Four running sums: one would wait for the previous addition at every step. */
function dot(a: Float64Array, b: Float32Array, offset: number, length: number): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let p = 0;
  for (; p + 3 < length; p += 4) {
    s0 += a[p]! * b[offset + p]!;
    s1 += a[p + 1]! * b[offset + p + 1]!;
    s2 += a[p + 2]! * b[offset + p + 2]!;
    s3 += a[p + 3]! * b[offset + p + 3]!;
  }
  for (; p < length; p++) s0 += a[p]! * b[offset + p]!;
  return s0 + s1 + (s2 + s3);
}

function checkColumns(c: ItemColumns): void {
  const expected: [string, number, number][] = [
    ["categoryIds", c.categoryIds.length, c.nItems],
    ["brandIds", c.brandIds.length, c.nItems],
    ["logPrice", c.logPrice.length, c.nItems],
    ["popularity", c.popularity.length, c.nItems],
    ["trend", c.trend.length, c.nItems],
    ["ageDays", c.ageDays.length, c.nItems],
    ["itemFactors", c.itemFactors.length, c.nItems * c.factors],
    ["contentVectors", c.contentVectors.length, c.nItems * c.contentDims],
  ];
  for (const [name, actual, wanted] of expected) {
    requireInput(actual === wanted, "shape_mismatch", `${name} has ${actual} values, expected ${wanted}`);
  }
}

export const RANK_FEATURE_COUNT = RANK_FEATURES.length;
