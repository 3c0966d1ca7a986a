export {
  type BatchOptions,
  type BatchSource,
  computeBatchStates,
  openBatchSource,
} from "./features/batchStates";
export {
  buildTrainingSet,
  hashFeatureView,
  type TrainingSetOptions,
} from "./features/buildTrainingSet";
export { compileFeatureSql, type FeatureSql } from "./features/compileFeatureSql";
export { computeItemColumns, type ItemColumn, listNumericOutputs } from "./features/itemColumns";
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
export {
  type ArchivedShadow,
  type ArchivedSlate,
  type Lake,
  openLake,
  type QuarantinedRow,
  quote,
  type RepairedRow,
} from "./lake";
export { type LakeTable, tableDir, utcDay } from "./paths";
export { computeDayStats, createCatalogTable, createEmptyDay, type DayStats } from "./quality/dayStats";
export {
  computeRepairReceipt,
  countReleasedEvents,
  listQuarantineGroups,
  listQuarantineRows,
  openRepairRows,
  type QuarantineCursor,
  type QuarantineGroup,
  type QuarantineRow,
  sampleQuarantineRows,
} from "./quality/quarantineRows";
export { computeRecentTraffic, type RecentTraffic } from "./rollouts/recentTraffic";
export { computeRolloutOutcomes, type OutcomeQuery, type RolloutOutcomes } from "./rollouts/rolloutOutcomes";
export { listShadowRecords } from "./rollouts/shadowRecords";
