import {
  createRankFeatureFiller,
  type ItemColumns,
  RANK_FEATURES,
  type RankFeatureFiller,
} from "@shortlist/ml";

/**
 * The features a ranker may ask for and how their matrix is filled. A port, because the width of the ranker is a
 * property of a deployment: the benchmark measures a wider one.
 */
export interface RankFeatureSet {
  readonly names: readonly string[];
  createFiller(columns: ItemColumns): RankFeatureFiller;
}

export const shopRankFeatures: RankFeatureSet = {
  names: RANK_FEATURES.map((feature) => feature.name),
  createFiller: createRankFeatureFiller,
};
