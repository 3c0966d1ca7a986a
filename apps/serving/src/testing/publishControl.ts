import { type ControlDocument, type RolloutTraffic, redisKeys } from "@shortlist/contracts";
import { createApiKey } from "@shortlist/platform";
import type { Redis } from "ioredis";

/** A key of a workspace and the control document that makes it and a release known. */
export function createControl(
  workspace: string,
  release: ControlDocument["release"],
  options: { revision?: number; scopes?: ControlDocument["keys"][number]["scopes"] } = {},
): { document: ControlDocument; apiKey: string } {
  const { key, prefix, sha256 } = createApiKey();
  const document: ControlDocument = {
    workspace,
    revision: options.revision ?? 1,
    release,
    keys: [{ id: `key-${workspace}`, prefix, sha256, scopes: options.scopes ?? ["recommend", "events"] }],
    featureViews: [],
  };
  return { document, apiKey: key };
}

/** Does what the control plane does to steer replicas. */
export async function publishControl(redis: Redis, document: ControlDocument): Promise<void> {
  await redis.hset(redisKeys.control, document.workspace, JSON.stringify(document));
  await redis.publish(redisKeys.controlChanged, document.workspace);
}

/** A rollout to a candidate that nobody gets yet, but for what `changes` say. */
export function createTraffic(
  candidate: RolloutTraffic["candidate"],
  changes: Partial<RolloutTraffic> = {},
): RolloutTraffic {
  return {
    rolloutId: "rollout-1",
    candidate,
    salt: "salt",
    candidateBuckets: 0,
    controlBuckets: 0,
    shadowPct: 0,
    ...changes,
  };
}
