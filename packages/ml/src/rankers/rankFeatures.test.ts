import { describe, expect, it } from "vitest";
import { RANK_FEATURES, type RankFeatureName } from "./rankFeatureList";
import {
  createRankFeatureFiller,
  type ItemColumns,
  RANK_FEATURE_COUNT,
  type ShopperState,
} from "./rankFeatures";

const columns: ItemColumns = {
  nItems: 4,
  categoryIds: Int32Array.of(0, 0, 1, -1),
  brandIds: Int32Array.of(2, 1, 2, -1),
  logPrice: Float32Array.of(1, 2, 4, Number.NaN),
  popularity: Float32Array.of(1, 0.5, 0.25, 0),
  trend: Float32Array.of(0, 0.5, -1, 0),
  ageDays: Float32Array.of(0, 9, -3, 100),
  itemFactors: Float32Array.of(1, 0, 0, 1, 1, 1, 0, 0),
  factors: 2,
  contentVectors: Float32Array.of(1, 0, 0, 1, 0.6, 0.8, 0, 0),
  contentDims: 2,
};
const known: ShopperState = {
  recentItems: Int32Array.of(0, 2),
  recentCount: 2,
  recentWeights: Float32Array.of(3, 1),
  userVector: Float32Array.of(0.5, 0.25),
};
const stranger: ShopperState = { ...known, recentCount: 0, userVector: null };

function fillNamed(filler: ReturnType<typeof createRankFeatureFiller>, item: number, covisitation = 0) {
  const out = new Float32Array(RANK_FEATURE_COUNT);
  filler.fill(Int32Array.of(item), 1, Float32Array.of(covisitation), out);
  return Object.fromEntries(RANK_FEATURES.map((f, n) => [f.name, out[n]])) as Record<RankFeatureName, number>;
}

describe("rank features", () => {
  const filler = createRankFeatureFiller(columns);

  it("follow their definitions for a shopper with history", () => {
    filler.prepare(known);
    const row = fillNamed(filler, 1, 0.7);
    const centroid = [3 + 0.6, 0.8];
    const expected: Record<RankFeatureName, number> = {
      collaborative_score: 0.25,
      content_similarity: centroid[1]! / Math.hypot(...centroid),
      covisitation_score: 0.7,
      popularity: 0.5,
      trend: 0.5,
      log_price: 2,
      price_gap: Math.abs(2 - (3 * 1 + 4) / 4),
      category_affinity: 0.75,
      brand_affinity: 0,
      same_category_as_last: 1,
      same_brand_as_last: 0,
      log_age_days: Math.log(10),
      log_history_length: Math.log(3),
      recently_seen: 0,
      popularity_when_cold: 0.5 / 3,
      collaborative_with_history: 0.25 * Math.log(3),
      popularity_in_category: 0.5 * 0.75,
    };
    for (const { name } of RANK_FEATURES) expect(row[name], name).toBeCloseTo(expected[name], 6);
    expect(fillNamed(filler, 2)).toMatchObject({
      recently_seen: 1,
      brand_affinity: 1,
      same_brand_as_last: 1,
      log_age_days: 0,
    });
  });

  it("are finite defaults where nothing is known", () => {
    filler.prepare(known);
    expect(fillNamed(filler, 3)).toMatchObject({
      log_price: 0,
      price_gap: 0,
      category_affinity: 0,
      content_similarity: 0,
    });
    filler.prepare(stranger);
    for (let item = 0; item < 4; item++) {
      const row = fillNamed(filler, item);
      expect(Object.values(row).every(Number.isFinite)).toBe(true);
      expect(row).toMatchObject({
        collaborative_score: 0,
        category_affinity: 0,
        recently_seen: 0,
        price_gap: 0,
      });
    }
    const bare = createRankFeatureFiller({
      ...columns,
      itemFactors: new Float32Array(0),
      factors: 0,
      contentVectors: new Float32Array(0),
      contentDims: 0,
    });
    bare.prepare(known);
    expect(fillNamed(bare, 0)).toMatchObject({
      collaborative_score: 0,
      content_similarity: 0,
      popularity: 1,
    });
  });

  it("do not leak one shopper into the next, and a block equals its rows one by one", () => {
    const once = createRankFeatureFiller(columns);
    once.prepare(stranger);
    filler.prepare(known);
    filler.prepare(stranger);
    const items = Int32Array.of(3, 0, 2);
    const scores = Float32Array.of(0.1, 0.2, 0.3);
    const block = new Float32Array(3 * RANK_FEATURE_COUNT);
    filler.fill(items, 3, scores, block);
    items.forEach((item, n) => {
      const row = new Float32Array(RANK_FEATURE_COUNT);
      once.fill(Int32Array.of(item), 1, scores.subarray(n, n + 1), row);
      expect(block.subarray(n * RANK_FEATURE_COUNT, (n + 1) * RANK_FEATURE_COUNT)).toEqual(row);
    });
  });

  it("have unique names and a default inside their range; wrong shapes are refused", () => {
    expect(new Set(RANK_FEATURES.map((f) => f.name)).size).toBe(RANK_FEATURES.length);
    for (const f of RANK_FEATURES) expect(f.default >= f.min && f.default <= f.max, f.name).toBe(true);
    expect(() => createRankFeatureFiller({ ...columns, factors: 3 })).toThrow(/itemFactors has 8/);
  });
});
