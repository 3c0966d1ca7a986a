export { HOUR_TRAFFIC, trafficAt, WEEKDAY_TRAFFIC } from "./arrivals";
export {
  attraction,
  CLICK_THRESHOLD,
  cartProbability,
  examinationProbability,
  expectedClickRate,
  sessionBonus,
} from "./choices";
export { DEPARTMENT_NAMES, LEAVES, type Leaf, seasonLift } from "./departments";
export {
  createLiveShoppers,
  type LiveSession,
  type LiveShopper,
  type LiveShoppers,
  type LiveSurface,
  type SimulatedInteraction,
} from "./live";
export { describeMess, generateLogs } from "./logs";
export { createMessLedger, type MessLedger, uuidV7 } from "./mess";
export { itemPictureSvg } from "./picture";
export {
  type ArmTotals,
  createOutcomePool,
  createRolloutTraffic,
  makeGoodSlate,
  makeRandomSlate,
  type OutcomePool,
  type RolloutTrafficOptions,
  type SlateMaker,
  type SlateOutcome,
} from "./rolloutTraffic";
export { scenarioShoppers } from "./scenario";
export { createShop, DEFAULT_SHOP } from "./shop";
export {
  createRolloutPools,
  ROLLOUT_STEPS,
  type RolloutPools,
  type RolloutStep,
  type SimulatedRollout,
  simulateRollout,
} from "./simulateRollout";
export type {
  ItemTruth,
  Platform,
  RawLogRow,
  Shop,
  ShopItem,
  ShopOptions,
  ShopperTruth,
  ShopShopper,
  ShownSlate,
} from "./types";
