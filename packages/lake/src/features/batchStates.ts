import type { FeatureView } from "@shortlist/contracts";
import { compileFeaturePlan, createFeatureState, type FeaturePlan, type FeatureState } from "@shortlist/ml";
import type { Lake } from "../lake";
import { compileFeatureSql } from "./compileFeatureSql";
import { keyColumns } from "./eventSql";
import { compileKnownSql, compileTileSelects, getKeepFromMs } from "./tileSql";

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
 * Cost: one pass over the events per tile size; the states are held in memory. For many rows use `openBatchSource`.
 */
export function computeBatchStates(
  lake: Pick<Lake, "query">,
  view: FeatureView,
  o: BatchOptions,
): Promise<Map<string, FeatureState>> {
  return loadStates(lake, { plan: compileFeaturePlan(view), tiles: compileFeatureSql(view).tiles(o), o });
}

/** The rows of a batch in parts, so that memory is bound by a part and not by the shop. */
export interface BatchSource {
  /** Events the batch counts, and rows it will have. */
  readonly nEvents: number;
  readonly nRows: number;
  readonly partitions: number;
  /** States of one part's rows, 0 ≤ partition < partitions. Keys are JSON lists of the key's parts. */
  loadStates(partition: number): Promise<Map<string, FeatureState>>;
  close(): Promise<void>;
}

/** Keys are spread over this many hashes, and parts are ranges of them. */
const HASHES = 65_536;
/** Sorting pays once the parts are many: each then reads its own stretch of the table instead of all of it. */
const UNSORTED_PARTITIONS_MAX = 16;
/** A copy that came first is seen although its clock was ahead: the collector refuses more than ten minutes. */
const CLOCK_SLACK_MS = 86_400_000;

/**
 * Reads the events of a batch once, into a temporary table of the lake's connection. Parts are by a hash of the key
 * that is the same on every machine: a run that was killed goes on with the same parts, given the same number.
 *
 * Cost: one pass over the events; each part one pass over its own.
 *
 * @param o.scan the lake's events with copies, as `lake.scan` gives them
 * @param o.partitions null: as many as keep `rowsPerPartition`
 */
export async function openBatchSource(
  lake: Pick<Lake, "query" | "connection">,
  view: FeatureView,
  o: {
    readonly scan: string;
    readonly batchEndMs: number;
    readonly knownByMs: number;
    readonly partitions: number | null;
    readonly rowsPerPartition: number;
  },
): Promise<BatchSource> {
  const plan = compileFeaturePlan(view);
  const keys = keyColumns(view).map((_, i) => `k${i}`);
  const starts = plan.levels.map((level) => getKeepFromMs(level, o.batchEndMs));
  const fromMs = starts.includes(null) ? null : Math.min(...(starts as number[]));
  const received = fromMs === null ? "" : `WHERE received_at_ms >= ${fromMs - CLOCK_SLACK_MS}`;
  const events = `(SELECT * FROM ${o.scan} ${received} QUALIFY row_number() OVER (PARTITION BY event_id ORDER BY coalesce(corrected_at_ms, received_at_ms), received_at_ms) = 1)`;
  const hash = `(md5_number_lower(to_json([${keys.join(", ")}])::VARCHAR) % ${HASHES})::INTEGER`;
  await lake.connection.run(
    `CREATE OR REPLACE TEMP TABLE batch_source AS SELECT *, ${hash} AS h FROM (${compileKnownSql(view, { ...o, events })})
     ${fromMs === null ? "" : `WHERE t >= ${fromMs}`}`,
  );
  const [counts] = (await lake.query(
    `SELECT count(*)::DOUBLE AS events, count(DISTINCT (h, ${keys.join(", ")}))::DOUBLE AS rows FROM batch_source`,
  )) as [{ events: number; rows: number }];
  const partitions = o.partitions ?? Math.max(1, Math.ceil(counts.rows / o.rowsPerPartition));
  if (partitions > UNSORTED_PARTITIONS_MAX)
    await lake.connection.run(
      "CREATE OR REPLACE TEMP TABLE batch_source AS SELECT * FROM batch_source ORDER BY h",
    );
  return {
    nEvents: counts.events,
    nRows: counts.rows,
    partitions,
    loadStates(partition) {
      const [from, to] = [partition, partition + 1].map((p) => Math.ceil((p * HASHES) / partitions));
      const part = `(SELECT * FROM batch_source WHERE h >= ${from} AND h < ${to})`;
      const tiles = compileTileSelects(view, plan.levels, { known: part, batchEndMs: o.batchEndMs });
      return loadStates(lake, { plan, tiles, o });
    },
    async close() {
      await lake.connection.run("DROP TABLE IF EXISTS batch_source");
    },
  };
}

async function loadStates(
  lake: Pick<Lake, "query">,
  { plan, tiles, o }: { plan: FeaturePlan; tiles: string; o: Pick<BatchOptions, "batchEndMs" | "knownByMs"> },
): Promise<Map<string, FeatureState>> {
  const rows = await lake.query(
    `SELECT level, start_ms::DOUBLE AS start_ms, to_json(key)::VARCHAR AS key, newest_ms::DOUBLE AS newest_ms, partials
     FROM (${tiles}) ORDER BY 1, 2`,
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
