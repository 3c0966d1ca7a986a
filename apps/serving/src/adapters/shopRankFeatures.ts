import {
  createRankFeatureFiller,
  type ItemColumns,
  RANK_FEATURES,
  type RankFeatureFiller,
} from "@shortlist/ml";
import type { DotTable, RankFeatureSet } from "../ports/rankFeatures";

type FeatureName = (typeof RANK_FEATURES)[number]["name"];
const columnOf = (name: FeatureName) => RANK_FEATURES.findIndex((feature) => feature.name === name);

/** As in the definition of content_similarity. */
const CENTROID_ITEMS = 10;

/**
 * The ranker's inputs as `packages/ml` defines them. With fast tables the three features that are inner products are
 * computed by those; everything else, and everything without them, by the one definition. A test holds both equal.
 */
export const shopRankFeatures: RankFeatureSet = {
  names: RANK_FEATURES.map((feature) => feature.name),
  createFiller: (columns, dots) =>
    dots.factors !== null && dots.content !== null
      ? createFastFiller(columns, dots.factors, dots.content)
      : createRankFeatureFiller(columns),
};

function createFastFiller(columns: ItemColumns, factors: DotTable, content: DotTable): RankFeatureFiller {
  const width = RANK_FEATURES.length;
  const collaborativeAt = columnOf("collaborative_score");
  const similarityAt = columnOf("content_similarity");
  const withHistoryAt = columnOf("collaborative_with_history");
  const empty = new Float32Array(0);
  const rest = createRankFeatureFiller({
    ...columns,
    itemFactors: empty,
    factors: 0,
    contentVectors: empty,
    contentDims: 0,
  });
  const user = new Float32Array(columns.factors);
  const centroid = new Float32Array(columns.contentDims);
  let products = new Float32Array(1024);
  let hasUser = false;
  let hasCentroid = false;
  let logHistory = 0;

  return {
    prepare(shopper) {
      rest.prepare({ ...shopper, userVector: null });
      hasUser = shopper.userVector !== null;
      if (shopper.userVector !== null) user.set(shopper.userVector);
      logHistory = Math.log1p(shopper.recentCount);
      hasCentroid = computeCentroid(
        content.table,
        columns.contentDims,
        shopper.recentItems,
        shopper.recentWeights,
        Math.min(shopper.recentCount, CENTROID_ITEMS),
        centroid,
      );
    },
    fill(items, count, covisitationScores, out) {
      rest.fill(items, count, covisitationScores, out);
      if (products.length < count) products = new Float32Array(count);
      if (hasUser) {
        factors.dot(user, items, count, products);
        for (let i = 0, row = 0; i < count; i++, row += width) {
          const product = products[i]!;
          out[row + collaborativeAt] = product;
          out[row + withHistoryAt] = product * logHistory;
        }
      }
      if (!hasCentroid) return;
      content.dot(centroid, items, count, products);
      for (let i = 0, at = similarityAt; i < count; i++, at += width) out[at] = products[i]!;
    },
  };
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
