import { requireInput } from "../errors";
import type { ContributionInput, Partial } from "./aggregates";
import type { FeaturePlan } from "./plan";
import { SeenIds } from "./seenIds";

/** An event that is not in a tile yet, with what it adds to each feature of the view. */
export interface HeadEvent {
  readonly timeMs: number;
  readonly createdMs: number;
  /** Empty when no feature of the view orders events. */
  readonly eventId: string;
  readonly inputs: readonly (ContributionInput | null)[];
  /** Made at the first writing: a state in memory is written with every event that joins the head. */
  text: string | null;
}

type HeadTuple = [timeMs: number, createdMs: number, eventId: string, inputs: (ContributionInput | null)[]];

function serializeHeadEvent(event: HeadEvent): string {
  const tuple: unknown[] = [event.timeMs, event.createdMs, event.eventId, event.inputs];
  event.text ??= JSON.stringify(tuple);
  return event.text;
}

/**
 * Partials of one tile, in the order of the level's features. A stored tile stays text until it is needed: an event
 * touches a few of a row's tiles, and parsing and writing all of them would cost most of the fold.
 */
export interface Tile {
  readonly startMs: number;
  partials: (Partial | null)[] | null;
  text: string | null;
}

export function readPartials(tile: Tile): readonly (Partial | null)[] {
  tile.partials ??= JSON.parse(tile.text ?? "[]") as (Partial | null)[];
  return tile.partials;
}

/** The partials, to be changed. */
export function openPartials(tile: Tile): (Partial | null)[] {
  const partials = readPartials(tile) as (Partial | null)[];
  tile.text = null;
  return partials;
}

/**
 * Everything known of one row (one shopper, one item, …) of one view.
 *
 * Events before `sealedMs` are in tiles, later ones stand in `head`. Tiles beyond the longest window of their level
 * are dropped; daily tiles of all time are summed into `ever` once they are older than the batch tail.
 */
export interface FeatureState {
  readonly planId: string;
  /** Latest receivedAt folded; −1 before the first event. */
  watermarkMs: number;
  sealedMs: number;
  /** Time of the newest event in tiles, −1 when there is none. */
  newestTiledMs: number;
  head: HeadEvent[];
  /** Per level, tiles in ascending order of start. */
  levels: Tile[][];
  /** Partials of all time before `everMs`, in the order of that level's features. */
  ever: (Partial | null)[];
  everMs: number;
  /** Per ordered slot of the plan, the start of the oldest tile that holds events of it; Infinity: none does. */
  orderedFromMs: number[];
  /** Events put into tiles since what no read can reach was last left out. */
  untrimmed: number;
  /** Ids of the events folded, for as long as a copy may still arrive. */
  readonly seen: SeenIds;
  duplicates: number;
  late: number;
}

export function createFeatureState(plan: FeaturePlan): FeatureState {
  return {
    planId: plan.id,
    watermarkMs: -1,
    sealedMs: 0,
    newestTiledMs: -1,
    head: [],
    levels: plan.levels.map(() => []),
    ever: [],
    everMs: 0,
    orderedFromMs: plan.ordered.map(() => Number.POSITIVE_INFINITY),
    untrimmed: 0,
    seen: new SeenIds(plan.latenessMs),
    duplicates: 0,
    late: 0,
  };
}

/** Grows when stored states can no longer be read: what is stored then counts as not there, and is computed anew. */
export const FEATURE_STATE_FORMAT = 5;

const SEEN_MARK = "s ";

type Header = [
  format: number,
  planId: string,
  watermarkMs: number,
  sealedMs: number,
  newestTiledMs: number,
  everMs: number,
  duplicates: number,
  late: number,
  ever: (Partial | null)[],
  /** Null stands for Infinity, which JSON does not have. */
  orderedFromMs: (number | null)[],
  untrimmed: number,
];

/**
 * The state as text: a JSON header on the first line, the head on the second, then one line `level start partials` for each tile and one line
 * `s start codes` for each group of ids.
 */
export function serializeFeatureState(s: FeatureState): string {
  const header: Header = [
    FEATURE_STATE_FORMAT,
    s.planId,
    s.watermarkMs,
    s.sealedMs,
    s.newestTiledMs,
    s.everMs,
    s.duplicates,
    s.late,
    s.ever,
    s.orderedFromMs.map((ms) => (ms === Number.POSITIVE_INFINITY ? null : ms)),
    s.untrimmed,
  ];
  let text = `${JSON.stringify(header)}\n[${s.head.map(serializeHeadEvent).join(",")}]`;
  s.levels.forEach((tiles, level) => {
    for (const tile of tiles) {
      // Kept: a state that stays in memory is written often, and each time most of its tiles are as they were.
      tile.text ??= JSON.stringify(tile.partials);
      text += `\n${level} ${tile.startMs} ${tile.text}`;
    }
  });
  for (const line of s.seen.toLines()) text += `\n${SEEN_MARK}${line}`;
  return text;
}

/** @throws MlInputError `state_mismatch` for the state of another view, version or format */
export function parseFeatureState(plan: FeaturePlan, text: string): FeatureState {
  const headerEnd = text.indexOf("\n");
  const header = JSON.parse(headerEnd < 0 ? text : text.slice(0, headerEnd)) as Header;
  const [
    format,
    planId,
    watermarkMs,
    sealedMs,
    newestTiledMs,
    everMs,
    duplicates,
    late,
    ever,
    from,
    untrimmed,
  ] = header;
  requireInput(
    format === FEATURE_STATE_FORMAT && planId === plan.id,
    "state_mismatch",
    `the state is of ${planId} in format ${format}, wanted ${plan.id} in format ${FEATURE_STATE_FORMAT}: backfill it`,
  );
  const headEnd = text.indexOf("\n", headerEnd + 1);
  const head = (JSON.parse(text.slice(headerEnd + 1, headEnd < 0 ? undefined : headEnd)) as HeadTuple[]).map(
    ([timeMs, createdMs, eventId, inputs]): HeadEvent => ({ timeMs, createdMs, eventId, inputs, text: null }),
  );
  const levels: Tile[][] = plan.levels.map(() => []);
  const seen = new SeenIds(plan.latenessMs);
  for (let from = headEnd; from >= 0; ) {
    const end = text.indexOf("\n", from + 1);
    const line = text.slice(from + 1, end < 0 ? undefined : end);
    from = end;
    if (line.startsWith(SEEN_MARK)) {
      seen.restoreLine(line.slice(SEEN_MARK.length));
      continue;
    }
    const afterLevel = line.indexOf(" ");
    const afterStart = line.indexOf(" ", afterLevel + 1);
    levels[Number(line.slice(0, afterLevel))]!.push({
      startMs: Number(line.slice(afterLevel + 1, afterStart)),
      partials: null,
      text: line.slice(afterStart + 1),
    });
  }
  return {
    planId,
    watermarkMs,
    sealedMs,
    newestTiledMs,
    head,
    levels,
    ever,
    everMs,
    orderedFromMs: from.map((ms) => ms ?? Number.POSITIVE_INFINITY),
    untrimmed,
    seen,
    duplicates,
    late,
  };
}
