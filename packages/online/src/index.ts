// The online feature store: states of feature views in Redis, read, written and swapped. What a state is and how its
// values are computed is in `packages/ml/src/features`; where it lies is in `redisKeys` of the contracts.
export { type BatchTarget, expireGeneration, writeBatchStates } from "./batchStates";
export { compileLiveView, type OnlineView } from "./onlineView";
export {
  type FeatureReadRequest,
  type OnlineReading,
  planFeatureRead,
  readDefaults,
  readFeatures,
} from "./readFeatures";
export { computeRetentionMs } from "./retention";
export {
  createTokenSource,
  getStreamKey,
  loadStreamStates,
  type StoredStreamState,
  type StreamWrite,
  type WrittenState,
  writeStreamStates,
} from "./streamStates";
