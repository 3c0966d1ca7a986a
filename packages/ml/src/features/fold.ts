import { requireInput } from "../errors";
import type { Partial } from "./aggregates";
import type { FeaturePlan, TileLevel } from "./plan";
import type { FeatureEvent } from "./spec";
import { type FeatureState, type HeadEvent, openPartials, readPartials, type Tile } from "./state";
import { DAY_MS, getTileStart, HEAD_MS } from "./tiles";

/**
 * Daily tiles of all time stay apart this long, so that a batch up to three days old can still be joined with them
 * (Chronon keeps two).
 */
const BATCH_TAIL_MS = 3 * DAY_MS;

/**
 * - `folded`: counted
 * - `duplicate`: its event id was folded before
 * - `late`: received more than the allowed lateness after it occurred, or so old that its id may have been forgotten;
 *   what a person releases from quarantine later than that reaches the online store by a backfill
 * - `not_of_view`: another type, refused by the filter, or without a key
 */
export type FoldOutcome = "folded" | "duplicate" | "late" | "not_of_view";

/**
 * Folds one event into the state of its row. The state is changed in place and belongs to the caller; the same
 * events in any order give states with equal readings.
 *
 * Event time is min(occurred, received): nothing happens after it is received. Copies of an event have to arrive in
 * the order they were received, and within twice the allowed lateness; later ones are refused as `late`.
 *
 * Cost O(features) an event; each event is tiled once, when the head moves past it.
 * @throws MlInputError `state_mismatch` for a state of another plan
 */
export function foldEvent(plan: FeaturePlan, state: FeatureState, event: FeatureEvent): FoldOutcome {
  requireInput(
    state.planId === plan.id,
    "state_mismatch",
    `the state is of ${state.planId}, the plan of ${plan.id}`,
  );
  if (plan.keyOf(event) === null || !plan.accepts(event)) return "not_of_view";
  const createdMs = event.correctedAtMs ?? event.receivedAtMs;
  const timeMs = getEventTime(event);
  if (state.seen.has(event.eventId)) {
    state.duplicates++;
    return "duplicate";
  }
  if (event.receivedAtMs - timeMs > plan.latenessMs || timeMs < state.watermarkMs - 2 * plan.latenessMs) {
    state.late++;
    return "late";
  }
  state.seen.add(event.eventId, timeMs);
  const headEvent: HeadEvent = {
    timeMs,
    createdMs,
    eventId: plan.ordersEvents ? event.eventId : "",
    inputs: plan.features.map((feature) => feature.readInput(event)),
    text: null,
  };
  if (timeMs >= state.sealedMs) state.head.push(headEvent);
  else addToTiles(plan, state, headEvent);
  if (createdMs > state.watermarkMs) {
    state.watermarkMs = createdMs;
    // One head length behind, so that readers whose clocks are minutes behind are still answered exactly.
    const sealedMs = getTileStart(createdMs, HEAD_MS) - HEAD_MS;
    if (sealedMs > state.sealedMs) seal(plan, state, sealedMs);
  }
  return "folded";
}

export function getEventTime(event: {
  readonly occurredAtMs: number;
  readonly receivedAtMs: number;
}): number {
  return Math.min(event.occurredAtMs, event.receivedAtMs);
}

function seal(plan: FeaturePlan, state: FeatureState, sealedMs: number): void {
  const head = state.head;
  state.sealedMs = sealedMs;
  state.head = [];
  for (const event of head) {
    if (event.timeMs < sealedMs) addToTiles(plan, state, event);
    else state.head.push(event);
  }
  plan.levels.forEach((level, l) => {
    const tiles = state.levels[l]!;
    const keepFromMs = getKeepFrom(level, sealedMs);
    let gone = 0;
    while (gone < tiles.length && tiles[gone]!.startMs < keepFromMs) {
      if (level.windowMs === null)
        mergeIntoEver(plan, state, { level, partials: readPartials(tiles[gone]!) });
      gone++;
    }
    if (gone > 0) tiles.splice(0, gone);
    if (level.windowMs === null) state.everMs = Math.max(state.everMs, keepFromMs);
  });
  if (state.untrimmed >= plan.trimAfter) dropUnreadable(plan, state);
  state.seen.forgetBefore(state.watermarkMs - 2 * plan.latenessMs);
}

/**
 * Leaves out of the tiles what no read can reach: behind the newest n events of all tiles, the others of a feature
 * that answers from its newest n. Every window ends at the read, so it holds the newer ones before the older.
 *
 * Cost O(tiles that hold such events), which have to be parsed: done once for about as many events as they hold.
 */
function dropUnreadable(plan: FeaturePlan, state: FeatureState): void {
  plan.ordered.forEach(({ level, at, newest }, slot) => {
    const tiles = state.levels[level]!;
    let wanted = newest.n;
    let oldestMs = Number.POSITIVE_INFINITY;
    for (let i = tiles.length - 1; i >= 0 && tiles[i]!.startMs >= state.orderedFromMs[slot]!; i--) {
      const tile = tiles[i]!;
      const partial = readPartials(tile)[at] ?? null;
      if (partial === null) continue;
      const count = newest.count(partial);
      if (count > wanted) openPartials(tile)[at] = newest.take(partial, wanted);
      if (wanted > 0) oldestMs = tile.startMs;
      wanted = Math.max(0, wanted - count);
    }
    state.orderedFromMs[slot] = oldestMs;
  });
  state.untrimmed = 0;
}

/** Makes a state smaller without changing any reading: for one that was not made by folding. */
export function compactFeatureState(plan: FeaturePlan, state: FeatureState): void {
  state.orderedFromMs.fill(Number.NEGATIVE_INFINITY);
  dropUnreadable(plan, state);
}

/** Start of the oldest tile that a read at `sealedMs` or later can still need. */
function getKeepFrom(level: TileLevel, sealedMs: number): number {
  return getTileStart(sealedMs - (level.windowMs ?? BATCH_TAIL_MS), level.tileMs);
}

function addToTiles(plan: FeaturePlan, state: FeatureState, event: HeadEvent): void {
  state.newestTiledMs = Math.max(state.newestTiledMs, event.timeMs);
  state.untrimmed++;
  plan.levels.forEach((level, l) => {
    const startMs = getTileStart(event.timeMs, level.tileMs);
    if (startMs < getKeepFrom(level, state.sealedMs)) {
      if (level.windowMs === null) addToPartials(plan, { level, partials: state.ever, event });
      return;
    }
    addToPartials(plan, { level, partials: openPartials(getTile(state.levels[l]!, startMs)), event });
  });
  plan.ordered.forEach(({ level }, slot) => {
    const startMs = getTileStart(event.timeMs, plan.levels[level]!.tileMs);
    state.orderedFromMs[slot] = Math.min(state.orderedFromMs[slot]!, startMs);
  });
}

/** The tile with that start, made in its place when there is none. Most events fall into the last tile. */
function getTile(tiles: Tile[], startMs: number): Tile {
  let at = tiles.length;
  while (at > 0 && tiles[at - 1]!.startMs >= startMs) at--;
  const found = tiles[at];
  if (found !== undefined && found.startMs === startMs) return found;
  const made: Tile = { startMs, partials: [], text: null };
  tiles.splice(at, 0, made);
  return made;
}

function addToPartials(
  plan: FeaturePlan,
  o: { level: TileLevel; partials: (Partial | null)[]; event: HeadEvent },
): void {
  const { timeMs, createdMs, eventId, inputs } = o.event;
  o.level.features.forEach((feature, i) => {
    const input = inputs[feature] ?? null;
    const partial = o.partials[i] ?? null;
    o.partials[i] =
      input === null
        ? partial
        : plan.features[feature]!.aggregate.add(partial, { timeMs, createdMs, eventId, input });
  });
}

function mergeIntoEver(
  plan: FeaturePlan,
  state: FeatureState,
  { level, partials }: { level: TileLevel; partials: readonly (Partial | null)[] },
): void {
  level.features.forEach((feature, i) => {
    const before = state.ever[i] ?? null;
    const more = partials[i] ?? null;
    state.ever[i] =
      before === null || more === null
        ? (before ?? more)
        : plan.features[feature]!.aggregate.merge(before, more);
  });
}
