// The public surface of the package, by name. `simulation/` is a second entry point of its own.
export { type ColumnArray, decodeColumnFile, encodeColumnFile, type Json } from "./codec/columnFile";
export { type ContentEmbedding, type ContentItem, fitContentEmbedding } from "./content/contentEmbedding";
export { tokenizeText } from "./content/tokens";
export { MlInputError } from "./errors";
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
export { type CovisitationOptions, fitCovisitation, type SessionLog } from "./recommenders/covisitation";
export { createFoldIn, type FoldIn, type FoldInOptions } from "./recommenders/foldIn";
export { fitItemKnn, scoreNeighbors } from "./recommenders/itemKnn";
export type { NeighborTable } from "./recommenders/neighborTable";
export { fitPopularity } from "./recommenders/popularity";
export { selectTopK } from "./topk/topK";
