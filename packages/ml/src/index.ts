// The public surface of the package, by name. `simulation/` is a second entry point of its own.
export { type ColumnArray, decodeColumnFile, encodeColumnFile, type Json } from "./codec/columnFile";
export {
  type ContentEmbedding,
  type ContentItem,
  type ContentWeights,
  createContentEmbedder,
  fitContentEmbedding,
} from "./content/contentEmbedding";
export { tokenizeText } from "./content/tokens";
export { MlInputError } from "./errors";
export {
  evaluateFullRanking,
  type FullRankingOptions,
  type FullRankingResult,
  type PerShopperMetrics,
  type Scorer,
} from "./evaluation/fullRanking";
export { computeJaccard, computeRankBiasedOverlap } from "./evaluation/listOverlap";
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
export {
  computeBestProbability,
  type Draw,
  drawEpsilonGreedy,
  drawThompson,
  type GaussianBeliefs,
} from "./exploration/draw";
export { type AsOfOptions, findRowAsOf, type StoredRowTimes } from "./features/asOf";
export { comparePairs, compareSequences, type PairConsistency } from "./features/consistency";
export { EVENT_FIELD_TYPES, getFieldType, NUMBER_ABS_MAX, NUMBER_ABS_MIN } from "./features/filter";
export { compactFeatureState, type FoldOutcome, foldEvent } from "./features/fold";
export { computeHistogram, computeHistogramEdges, type Histogram } from "./features/histogram";
export {
  compileFeaturePlan,
  ENTITY_KEYS,
  type FeatureOutput,
  type FeaturePlan,
  getDefault,
  getOutputName,
  type TileLevel,
} from "./features/plan";
export { type FeatureReading, type ReadStatus, readFeatures, readMerged } from "./features/read";
export {
  type AggregationSpec,
  type FeatureEvent,
  type FeatureValue,
  type FeatureViewSpec,
  type FilterSpec,
  parseDurationMs,
  type RatioPartSpec,
} from "./features/spec";
export {
  createFeatureState,
  FEATURE_STATE_FORMAT,
  type FeatureState,
  parseFeatureState,
  serializeFeatureState,
} from "./features/state";
export { getTileMs, getTileStart, getWindowBounds, type WindowKind } from "./features/tiles";
export { type CountsOptions, judgeCounts, judgeNever } from "./guardrails/judgeCounts";
export type { HarmDirection, Judgement, Verdict } from "./guardrails/judgement";
export { judgeQuantile, type QuantileOptions } from "./guardrails/judgeQuantile";
export { type ClusterSums, judgeRatio, type RatioOptions } from "./guardrails/judgeRatio";
export { computeSampleRatio, judgeSampleRatio, type SampleRatio } from "./guardrails/judgeSampleRatio";
export { type DedupeInput, type DedupeVerdict, dedupeEvents } from "./identity/dedupeEvents";
export { type IdentityEvidence, normalizeId, resolveIdentities } from "./identity/resolveIdentities";
export { buildCsr, type CsrMatrix, transposeCsr } from "./matrix/csr";
export { encodeLogisticOnnx, encodeMlpOnnx, type MlpLayer } from "./onnx/rankers";
export { encodeTreesOnnx, type RegressionTree, scoreTrees } from "./onnx/trees";
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
export { fitGraphWalk, type GraphWalkOptions } from "./recommenders/graphWalk";
export { createItemKnnScorer, fitItemKnn, scoreNeighbors } from "./recommenders/itemKnn";
export type { NeighborTable } from "./recommenders/neighborTable";
export { fitPopularity } from "./recommenders/popularity";
export { scoreFactors } from "./recommenders/scoreFactors";
export { pickRolloutArm } from "./rollouts/assign";
export {
  computeProbabilitySequence,
  computeSequenceWidth,
  type Interval,
} from "./statistics/confidenceSequence";
export { computeChiSquareTail, computeLogBeta, computeLogGamma } from "./statistics/gamma";
export { compareSamples, EXACT_PAIRS_MAX, type MannWhitney } from "./statistics/mannWhitney";
export {
  computeNormalCdf,
  computeNormalDensity,
  computeNormalQuantile,
  computeNormalTail,
} from "./statistics/normal";
export { compareProportions, computeFisherP, type Proportion } from "./statistics/proportions";
export { computeMadScale, computeMedian } from "./statistics/robust";
export { selectTopK } from "./topk/topK";
