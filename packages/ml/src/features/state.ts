import { requireInput } from "../errors";
import type { ContributionInput, Partial } from "./aggregates";
import type { FeaturePlan } from "./plan";

/** An event that is not in a tile yet, with what it adds to each feature of the view. */
export type HeadEvent = [
  timeMs: number,
  createdMs: number,
  eventId: string,
  inputs: (ContributionInput | null)[],
];

/** Partials of one tile, in the order of the level's features. */
export type Tile = [startMs: number, partials: (Partial | null)[]];

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
  /** Event id → time, for as long as a copy may still arrive. */
  seen: Map<string, number>;
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
    seen: new Map(),
    duplicates: 0,
    late: 0,
  };
}

const FORMAT = 1;

/** The state as JSON text. The maps become lists; everything else is arrays of numbers and texts already. */
export function serializeFeatureState(s: FeatureState): string {
  const seen: (string | number)[] = [];
  for (const [id, timeMs] of s.seen) seen.push(id, timeMs);
  return JSON.stringify([
    FORMAT,
    s.planId,
    s.watermarkMs,
    s.sealedMs,
    s.newestTiledMs,
    s.head,
    s.levels,
    s.ever,
    s.everMs,
    s.duplicates,
    s.late,
    seen,
  ]);
}

/** @throws MlInputError `state_mismatch` for the state of another view, version or format */
export function parseFeatureState(plan: FeaturePlan, text: string): FeatureState {
  const [format, planId, watermarkMs, sealedMs, newestTiledMs, head, levels, ever, everMs, ...rest] =
    JSON.parse(text) as [
      number,
      string,
      number,
      number,
      number,
      HeadEvent[],
      Tile[][],
      Tile[1],
      number,
      ...unknown[],
    ];
  requireInput(
    format === FORMAT && planId === plan.id,
    "state_mismatch",
    `the state is of ${planId} in format ${format}, wanted ${plan.id} in format ${FORMAT}: backfill it`,
  );
  const [duplicates, late, list] = rest as [number, number, (string | number)[]];
  const seen = new Map<string, number>();
  for (let i = 0; i < list.length; i += 2) seen.set(list[i] as string, list[i + 1] as number);
  return {
    planId,
    watermarkMs,
    sealedMs,
    newestTiledMs,
    head,
    levels,
    ever,
    everMs,
    seen,
    duplicates,
    late,
  };
}
