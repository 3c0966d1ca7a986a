// The public surface of the package, by name. `simulation/` is a second entry point of its own.
export { type ColumnArray, decodeColumnFile, encodeColumnFile, type Json } from "./codec/columnFile";
export { type ContentEmbedding, type ContentItem, fitContentEmbedding } from "./content/contentEmbedding";
export { tokenizeText } from "./content/tokens";
export { MlInputError } from "./errors";
export {
  evaluateFullRanking,
  type FullRankingOptions,
  type FullRankingResult,
  type PerShopperMetrics,
  type Scorer,
} from "./evaluation/fullRanking";
export {
  catalogCoverage,
  intraListDiversity,
  ndcgAtK,
  novelty,
  precisionAtK,
  recallAtK,
  reciprocalRank,
} from "./evaluation/rankingMetrics";
export {
  evaluateSampledRanking,
  type SampledCase,
  type SampledRankingOptions,
  type SampledRankingResult,
} from "./evaluation/sampledRanking";
export { type Split, splitByTime, splitLeaveLastOut } from "./evaluation/splits";
export { buildCsr, type CsrMatrix, transposeCsr } from "./matrix/csr";
export { encodeLogisticOnnx, encodeMlpOnnx, type MlpLayer } from "./onnx/rankers";
export { hashString } from "./random/hash";
export { createRandom, type Random } from "./random/random";
export {
  computeAuc,
  computeCalibrationError,
  computeLogLoss,
  type MetricResult,
} from "./rankers/classificationMetrics";
export { fitLogistic, type LogisticModel, type LogisticOptions, scoreLogistic } from "./rankers/logistic";
export { RANK_FEATURES, type RankFeature, type RankFeatureName } from "./rankers/rankFeatureList";
export {
  createRankFeatureFiller,
  type ItemColumns,
  RANK_FEATURE_COUNT,
  type RankFeatureFiller,
  type ShopperState,
} from "./rankers/rankFeatures";
export { type AlsModel, type AlsOptions, fitAls } from "./recommenders/als";
export { ALS_PRESETS } from "./recommenders/alsPresets";
export { type CovisitationOptions, fitCovisitation, type SessionLog } from "./recommenders/covisitation";
export { EASE_MAX_ITEMS, fitEase, scoreEase } from "./recommenders/ease";
export { createFoldIn, type FoldIn, type FoldInOptions } from "./recommenders/foldIn";
export { createItemKnnScorer, fitItemKnn, scoreNeighbors } from "./recommenders/itemKnn";
export type { NeighborTable } from "./recommenders/neighborTable";
export { fitPopularity } from "./recommenders/popularity";
export { scoreFactors } from "./recommenders/scoreFactors";
export { selectTopK } from "./topk/topK";
