import { type FeaturePaths, type FeatureRow, redisKeys } from "@shortlist/contracts";
import { type FeatureReading, type FeatureState, parseFeatureState, readMerged } from "@shortlist/ml";
import type { ChainableCommander, Redis } from "ioredis";
import type { OnlineView } from "./onlineView";
import { getStreamKey, parseStreamValue, requireReplies } from "./streamStates";

/** Values and status mean what they mean offline; `paths` says which of batch and stream they came from. */
export interface OnlineReading extends FeatureReading {
  readonly paths: FeaturePaths;
}

export interface FeatureReadRequest {
  readonly workspace: string;
  readonly view: OnlineView;
  /** Parts of the entity's key, in the order of `FEATURE_ENTITIES`. */
  readonly keys: readonly (readonly string[])[];
}

/**
 * The commands that read rows of a view, to be put into a pipeline that may hold others, and what makes readings of
 * their replies.
 */
export function planFeatureRead({ workspace, view, keys }: FeatureReadRequest): {
  readonly commandCount: number;
  addTo(pipeline: ChainableCommander): void;
  /** @param replies of the commands in their order @param onUnreadable told of stored values that cannot be read */
  decode(replies: readonly unknown[], atMs: number, onUnreadable?: OnUnreadable): OnlineReading[];
} {
  const { isStreamed, batchGeneration } = view;
  const perRow = (isStreamed ? 1 : 0) + (batchGeneration === null ? 0 : 1);
  return {
    commandCount: perRow * keys.length,
    addTo(pipeline) {
      for (const key of keys) {
        if (isStreamed) pipeline.get(getStreamKey(workspace, view, key));
        if (batchGeneration !== null) {
          const row: FeatureRow & { generation: string } = {
            entity: view.live.view.entity,
            key,
            generation: batchGeneration,
          };
          pipeline.get(redisKeys.featureBatch(workspace, view.id, row));
        }
      }
    },
    decode: (replies, atMs, onUnreadable) =>
      keys.map((_, i) => {
        let at = i * perRow;
        const parts = { view, onUnreadable };
        const stream = isStreamed ? decodeSide(parts, replies[at++], parseStreamValue) : null;
        const batch = batchGeneration === null ? null : decodeSide(parts, replies[at], parseBatchValue);
        return readWhatIsSound(view, { stream, batch }, { atMs, onUnreadable });
      }),
  };
}

export type OnUnreadable = (problem: string) => void;

/**
 * Values of rows at `atMs`, in one pipelined round trip.
 *
 * @throws when Redis does not answer; a caller that has to answer anyway uses `readDefaults`
 */
export async function readFeatures(
  redis: Redis,
  request: FeatureReadRequest,
  o: { readonly atMs: number; readonly onUnreadable?: OnUnreadable },
): Promise<OnlineReading[]> {
  const plan = planFeatureRead(request);
  const pipeline = redis.pipeline();
  plan.addTo(pipeline);
  const replies = plan.commandCount === 0 ? [] : requireReplies(await pipeline.exec());
  return plan.decode(replies, o.atMs, o.onUnreadable);
}

/** What is served with neither path there: the view's defaults, and it says so (D3). */
export function readDefaults(view: OnlineView): OnlineReading {
  return readSides(view, { stream: null, batch: null }, 0);
}

interface Sides {
  readonly stream: FeatureState | null;
  readonly batch: FeatureState | null;
}

/** Tiles are parsed when a read needs them: one that cannot be takes its path out, and the other answers. */
function readWhatIsSound(
  view: OnlineView,
  sides: Sides,
  { atMs, onUnreadable }: { atMs: number; onUnreadable: OnUnreadable | undefined },
): OnlineReading {
  const { stream, batch } = sides;
  for (const tried of [sides, { stream: null, batch }, { stream, batch: null }]) {
    try {
      return readSides(view, tried, atMs);
    } catch (error) {
      onUnreadable?.(`${view.id}: ${(error as Error).message}`);
    }
  }
  return readDefaults(view);
}

function readSides(view: OnlineView, sides: Sides, atMs: number): OnlineReading {
  // A clock that is further behind than the head reaches gets the earliest time that can be answered exactly.
  const readableMs = Math.max(atMs, sides.stream?.sealedMs ?? 0, sides.batch?.sealedMs ?? 0);
  const reading = readMerged(view.plan, sides, readableMs);
  return { status: reading.status, values: reading.values, paths: getPaths(sides) };
}

function getPaths({ stream, batch }: Sides): FeaturePaths {
  if (stream !== null && batch !== null) return "both";
  if (stream !== null) return "stream_only";
  return batch === null ? "none" : "batch_only";
}

/** A value that cannot be read is one path less, never a failed request. */
function decodeSide(
  { view, onUnreadable }: { view: OnlineView; onUnreadable: OnUnreadable | undefined },
  value: unknown,
  parse: (view: OnlineView, text: string) => FeatureState,
): FeatureState | null {
  if (typeof value !== "string") return null;
  try {
    return parse(view, value);
  } catch (error) {
    onUnreadable?.(`${view.id}: ${(error as Error).message}`);
    return null;
  }
}

function parseBatchValue(view: OnlineView, text: string): FeatureState {
  return parseFeatureState(view.plan, text);
}
