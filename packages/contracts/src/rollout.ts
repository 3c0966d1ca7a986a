import * as z from "zod";
import { Sha256Hex } from "./ids";
import { ArtifactRef } from "./model";

/**
 * A rollout moves shoppers from the release that is served, step by step, to a candidate release. Replicas hold both;
 * who gets which is in the control document, so that a step or a roll-back takes effect without a release.
 */

/** Shoppers are dealt into so many buckets, the same ones for the life of a rollout. */
export const ROLLOUT_BUCKETS = 10_000;

/**
 * `candidate`: gets the candidate release. `control`: gets the served release, in a slice as large as the candidate's and
 * at the same time. `rest`: gets the served release and is compared with nobody. At 100 % those still on the served
 * release are the holdback, named `control` as before.
 */
export const ROLLOUT_ARMS = ["candidate", "control", "rest"] as const;
export const RolloutArm = z.enum(ROLLOUT_ARMS);
export type RolloutArm = z.infer<typeof RolloutArm>;

/** Where a rollout stands, as replicas need it. */
export const RolloutTraffic = z.object({
  rolloutId: z.string(),
  candidate: z.object({ releaseId: Sha256Hex, artifact: ArtifactRef }),
  /** Of the hash that deals shoppers into buckets; never changes during a rollout. */
  salt: z.string(),
  /** Buckets 0 … candidateBuckets − 1 get the candidate. It only grows, but for a roll-back to 0. */
  candidateBuckets: z.int().min(0).max(ROLLOUT_BUCKETS),
  /** The last so many buckets are the control slice; with `candidateBuckets` at most all of them. */
  controlBuckets: z.int().min(0).max(ROLLOUT_BUCKETS),
  /** Share of the answers of the served release that the candidate answers too, off the response path. */
  shadowPct: z.number().min(0).max(100).default(0),
});
export type RolloutTraffic = z.infer<typeof RolloutTraffic>;

/** The part of the slate log that joins an answer to a rollout. */
export const SlateRollout = z.object({ rolloutId: z.string(), arm: RolloutArm });
export type SlateRollout = z.infer<typeof SlateRollout>;

/** Key under which the funnel counters count an arm beside the surfaces. */
export function rolloutCountsKey(rolloutId: string, arm: RolloutArm): string {
  return `rollout:${rolloutId}:${arm}`;
}
