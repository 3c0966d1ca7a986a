import type { FeatureView } from "@shortlist/contracts";
import { compileFeaturePlan, createFeatureState, type FeatureState } from "@shortlist/ml";
import type { Lake } from "../lake";
import { compileFeatureSql } from "./compileFeatureSql";

export interface BatchOptions {
  /** A relation with the columns of the lake's events and one row per event id. */
  readonly events: string;
  /** End of the batch, on a boundary of every tile size of the view: midnight UTC suits all. */
  readonly batchEndMs: number;
  /** Events received later are left to the stream, or to the next batch. */
  readonly knownByMs: number;
}

/**
 * Backfills a view: the state of every row from the events before the end of the batch, ready to be merged with the
 * stream at read. Keys are JSON lists of the key's parts.
 *
 * Cost: one pass over the events per tile size; the states are held in memory.
 */
export async function computeBatchStates(
  lake: Pick<Lake, "query">,
  view: FeatureView,
  o: BatchOptions,
): Promise<Map<string, FeatureState>> {
  const plan = compileFeaturePlan(view);
  const rows = await lake.query(
    `SELECT level, start_ms::DOUBLE AS start_ms, to_json(key)::VARCHAR AS key, newest_ms::DOUBLE AS newest_ms, partials
     FROM (${compileFeatureSql(view).tiles(o)}) ORDER BY 1, 2`,
  );
  const states = new Map<string, FeatureState>();
  for (const row of rows as unknown as TileRow[]) {
    let state = states.get(row.key);
    if (state === undefined) {
      state = createFeatureState(plan);
      state.sealedMs = o.batchEndMs;
      state.watermarkMs = o.knownByMs;
      states.set(row.key, state);
    }
    state.newestTiledMs = Math.max(state.newestTiledMs, row.newest_ms);
    const partials = JSON.parse(row.partials) as FeatureState["ever"];
    if (row.start_ms === null) state.ever = partials;
    else state.levels[row.level]!.push({ startMs: row.start_ms, partials, text: null });
  }
  return states;
}

interface TileRow {
  readonly level: number;
  readonly start_ms: number | null;
  readonly key: string;
  readonly newest_ms: number;
  readonly partials: string;
}
