import { requireInput } from "../errors";
import type { Partial } from "./aggregates";
import type { FeatureOutput, FeaturePlan } from "./plan";
import type { FeatureValue } from "./spec";
import { type FeatureState, readPartials } from "./state";
import { getWindowBounds } from "./tiles";

/** `none`: no event of the row is known; `expired`: its newest event is older than the ttl. Both serve defaults. */
export type ReadStatus = "present" | "expired" | "none";

export interface FeatureReading {
  readonly status: ReadStatus;
  readonly values: Readonly<Record<string, FeatureValue>>;
}

/**
 * The view's values at `atMs`, from events with time < atMs. A row is expired when its newest event is older than
 * the ttl; an age equal to the ttl still counts.
 *
 * @param state null for a row nothing is known of
 * @param atMs not before `state.sealedMs`, which lies 5 to 10 minutes before the latest event folded
 * @throws MlInputError `read_too_early` for an earlier time: the head it needs is in a tile already
 * Cost O(outputs × tiles of their windows + head).
 */
export function readFeatures(plan: FeaturePlan, state: FeatureState | null, atMs: number): FeatureReading {
  return readMerged(plan, { batch: null, stream: state }, atMs);
}

/**
 * Streaming overlays batch at read (D3): tiles that start before the end of the batch come from the batch, all
 * later ones and the head from the stream. A late event that arrives after the batch ran and falls before its end
 * is seen with the next batch. Either side may be missing; without both the defaults are served.
 *
 * For all time a batch older than the stream's daily tiles (three days) leaves a gap; the stream alone answers then.
 *
 * @param sides.batch a state whose `sealedMs` is the end of the batch, on a boundary of every tile size of the view
 */
export function readMerged(
  plan: FeaturePlan,
  sides: { readonly batch: FeatureState | null; readonly stream: FeatureState | null },
  atMs: number,
): FeatureReading {
  const { batch, stream } = sides;
  for (const side of [batch, stream]) requireReadable(plan, side, atMs);
  const batchEndMs = batch?.sealedMs ?? Number.NEGATIVE_INFINITY;
  for (const { tileMs } of batch === null ? [] : plan.levels) {
    requireInput(
      batchEndMs % tileMs === 0,
      "invalid_option",
      `the batch has to end on a tile boundary (${tileMs} ms), got ${batchEndMs}`,
    );
  }
  const newestMs = findNewest(sides, atMs);
  const isExpired = newestMs !== null && plan.ttlMs !== null && newestMs < atMs - plan.ttlMs;
  const values: Record<string, FeatureValue> = {};
  for (const output of plan.outputs) {
    const value = newestMs === null || isExpired ? null : readOutput(plan, sides, { output, atMs });
    values[output.name] = value ?? output.default;
  }
  return { status: newestMs === null ? "none" : isExpired ? "expired" : "present", values };
}

function requireReadable(plan: FeaturePlan, state: FeatureState | null, atMs: number): void {
  if (state === null) return;
  requireInput(
    state.planId === plan.id,
    "state_mismatch",
    `the state is of ${state.planId}, the plan of ${plan.id}`,
  );
  requireInput(
    atMs >= state.sealedMs,
    "read_too_early",
    `reads before ${state.sealedMs} are not exact any more, got ${atMs}: ask the lake`,
  );
}

/** Time of the newest event before `atMs`; null when none is known. */
function findNewest(
  { batch, stream }: { batch: FeatureState | null; stream: FeatureState | null },
  atMs: number,
): number | null {
  let newest = Math.max(batch?.newestTiledMs ?? -1, stream?.newestTiledMs ?? -1);
  for (const { timeMs } of stream?.head ?? []) if (timeMs < atMs && timeMs > newest) newest = timeMs;
  return newest < 0 ? null : newest;
}

function readOutput(
  plan: FeaturePlan,
  { batch, stream }: { batch: FeatureState | null; stream: FeatureState | null },
  { output, atMs }: { output: FeatureOutput; atMs: number },
): FeatureValue {
  const { aggregate } = plan.features[output.feature]!;
  const at = plan.levels[output.level]!.features.indexOf(output.feature);
  const startMs =
    output.windowMs === null ? Number.NEGATIVE_INFINITY : getWindowBounds(output.windowMs, atMs).startMs;
  let total: Partial | null = null;
  const include = (partial: Partial | null | undefined) => {
    if (partial === null || partial === undefined) return;
    total = total === null ? partial : aggregate.merge(total, partial);
  };
  const isEver = output.windowMs === null;
  const hasGap = isEver && batch !== null && stream !== null && batch.sealedMs < stream.everMs;
  const used = hasGap ? null : batch;
  const streamFromMs = Math.max(startMs, used?.sealedMs ?? Number.NEGATIVE_INFINITY);
  if (used !== null) {
    if (isEver) include(used.ever[at]);
    for (const tile of used.levels[output.level]!)
      if (tile.startMs >= startMs && tile.startMs < used.sealedMs) include(readPartials(tile)[at]);
  }
  if (stream === null) return total === null ? null : aggregate.finish(total, atMs);
  if (isEver && used === null) include(stream.ever[at]);
  for (const tile of stream.levels[output.level]!)
    if (tile.startMs >= streamFromMs) include(readPartials(tile)[at]);
  for (const { timeMs, createdMs, eventId, inputs } of stream.head) {
    const input = inputs[output.feature] ?? null;
    if (input !== null && timeMs >= streamFromMs && timeMs < atMs)
      include(aggregate.add(null, { timeMs, createdMs, eventId, input }));
  }
  return total === null ? null : aggregate.finish(total, atMs);
}
