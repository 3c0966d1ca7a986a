export { type BatchOptions, computeBatchStates } from "./features/batchStates";
export {
  buildTrainingSet,
  hashFeatureView,
  type TrainingSetManifest,
  type TrainingSetOptions,
} from "./features/buildTrainingSet";
export { compileFeatureSql, type FeatureSql } from "./features/compileFeatureSql";
export { compilePointInTimeJoin, type StoredFeatures } from "./features/pointInTimeJoin";
export {
  describeFeatureSql,
  type FeaturePreview,
  type OutputPreview,
  previewFeatureView,
} from "./features/previewFeatureView";
export {
  compileLinksSql,
  compileOptedOutSql,
  compileResolvedSql,
  type KnownBy,
  type UnlinkedPair,
} from "./identity/identitySql";
export { type ArchivedSlate, type Lake, openLake, type QuarantinedRow, quote } from "./lake";
export { type LakeTable, tableDir, utcDay } from "./paths";
