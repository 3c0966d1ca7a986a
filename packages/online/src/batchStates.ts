import { type FeatureView, redisKeys } from "@shortlist/contracts";
import {
  compactFeatureState,
  compileFeaturePlan,
  type FeatureState,
  serializeFeatureState,
} from "@shortlist/ml";
import type { Redis } from "ioredis";
import { computeRetentionMs } from "./retention";
import { requireReplies } from "./streamStates";

// Rows of a backfill. They lie under keys that name their generation, so a half-written one is never read: readers
// follow the generation in the control document (D5).

export interface BatchTarget {
  readonly workspace: string;
  readonly view: FeatureView;
  readonly generation: string;
}

/**
 * Writes states of a generation in one pipelined round trip; writing a row again replaces it. Rows expire by
 * themselves once no window of the view reaches back to them.
 *
 * @param states keys are the parts of the entity's key; some thousands at a time bound the memory
 * @returns rows and bytes written
 */
export async function writeBatchStates(
  redis: Redis,
  { workspace, view, generation }: BatchTarget,
  states: Iterable<readonly [key: readonly string[], state: FeatureState]>,
): Promise<{ rows: number; bytes: number }> {
  const plan = compileFeaturePlan(view);
  const retentionMs = computeRetentionMs(plan);
  const viewId = `${view.name}@${view.version}`;
  const pipeline = redis.pipeline();
  let rows = 0;
  let bytes = 0;
  for (const [key, state] of states) {
    compactFeatureState(plan, state);
    const text = serializeFeatureState(state);
    const row = { entity: view.entity, key, generation };
    pipeline.set(redisKeys.featureBatch(workspace, viewId, row), text, "PX", retentionMs);
    rows++;
    bytes += Buffer.byteLength(text);
  }
  if (rows > 0) requireReplies(await pipeline.exec());
  return { rows, bytes };
}

/** Keys looked at in one step of a scan: a few milliseconds of the server's time. */
const SCAN_COUNT = 2_000;

/**
 * Lets the rows of a generation leave `afterMs` from now, sooner if they were to leave sooner anyway. Time enough for
 * replicas that have not heard of the next generation yet. Walks over all keys of the server; doing it again is fine.
 *
 * @returns rows found
 */
export async function expireGeneration(
  redis: Redis,
  { workspace, view, generation }: BatchTarget,
  afterMs: number,
): Promise<number> {
  const rest = `:fb:${view.name}@${view.version}:${generation}`;
  const pattern = `sl:{${workspace}:*}${rest}*`;
  // A pattern alone would also find generations whose name begins alike, and ids that hold a brace.
  const isOfGeneration = (key: string) => {
    const at = key.indexOf("}") + 1;
    return key.startsWith(rest, at) && (key.length === at + rest.length || key[at + rest.length] === ":");
  };
  let cursor = "0";
  let rows = 0;
  do {
    const [next, found] = await redis.scan(cursor, "MATCH", pattern, "COUNT", SCAN_COUNT);
    const keys = found.filter(isOfGeneration);
    const pipeline = redis.pipeline();
    for (const key of keys) pipeline.pexpire(key, afterMs, "LT");
    if (keys.length > 0) requireReplies(await pipeline.exec());
    rows += keys.length;
    cursor = next;
  } while (cursor !== "0");
  return rows;
}
