import type { FeatureView } from "@shortlist/contracts";
import {
  compileFeaturePlan,
  computeHistogram,
  computeHistogramEdges,
  type FeatureOutput,
  type FeatureValue,
  type Histogram,
  parseDurationMs,
} from "@shortlist/ml";
import type { Lake } from "../lake";
import { compileFeatureSql } from "./compileFeatureSql";
import { compileEventsSql, keyColumns } from "./eventSql";

export interface PreviewOptions {
  readonly workspace: string;
  readonly nowMs: number;
  /** Rows are those with an event in this many days. */
  readonly days: number;
  /** At most this many rows are read; more are sampled by a hash of their key. */
  readonly rowsMax: number;
}

/** What a definition computes on the events there are. */
export type FeaturePreview =
  | { readonly state: "no_events" }
  | { readonly state: "no_matching_events"; readonly days: number; readonly newestMs: number | null }
  | {
      readonly state: "ready";
      readonly days: number;
      /** Events of the view in the last `days`, copies counted once; estimated (within 1 %) when there are very many. */
      readonly nEvents: number;
      readonly isEstimate: boolean;
      /** Different keys of these events. */
      readonly nRows: number;
      /** Rows that values were computed for; all of them when it equals nRows. */
      readonly nSampled: number;
      /** Windows longer than this many days, and all time, are filled from this many days only; null: none is. */
      readonly truncatedToDays: number | null;
      readonly samples: readonly PreviewRow[];
      readonly outputs: readonly OutputPreview[];
    };

export interface PreviewRow {
  readonly key: readonly string[];
  readonly values: Readonly<Record<string, FeatureValue>>;
}

export interface OutputPreview {
  readonly name: string;
  readonly n: number;
  readonly nulls: number;
  /** Rows that have the feature's default: most often those that no event contributes to. */
  readonly defaults: number;
  /** Of the numbers; null for texts and lists. */
  readonly histogram: Histogram | null;
}

const DAY_MS = 86_400_000;
/** Raw events are kept 90 days (D8); a preview never reads more. */
const TRUNCATE_DAYS = 90;
/** Beyond this many events copies are counted on a sixteenth of the ids: exactly takes a second per million. */
const EXACT_EVENTS_MAX = 1_000_000;
const IDS_SAMPLED = 16;
const SAMPLES = 20;
const BINS = 20;

/**
 * Counts, sample rows with their values as of now, and the distribution of every feature. Makes temporary tables in
 * the lake's connection: give it a lake of its own, and interrupt that one's connection to stop it.
 *
 * Cost: two passes over the key columns of the events of `days`, and one over all columns for the sampled keys.
 */
export async function previewFeatureView(
  lake: Lake,
  view: FeatureView,
  o: PreviewOptions,
): Promise<FeaturePreview> {
  if (!(await lake.hasRows(o.workspace, "events"))) return { state: "no_events" };
  const plan = compileFeaturePlan(view);
  const scan = lake.scan(o.workspace, "events");
  const fromMs = o.nowMs - o.days * DAY_MS;
  const keys = keyColumns(view).map((_, i) => `k${i}`);
  const recent = `(SELECT * FROM (${compileEventsSql(view, `(SELECT * FROM ${scan} WHERE received_at_ms >= ${fromMs})`)})
    WHERE t >= ${fromMs} AND t < ${o.nowMs})`;
  const [{ n }] = (await lake.query(`SELECT count(*)::DOUBLE AS n FROM ${recent}`)) as [{ n: number }];
  if (n === 0) {
    const [newest] = await lake.query(
      `SELECT max(t)::DOUBLE AS t FROM (${compileEventsSql(view, scan)}) WHERE t < ${o.nowMs}`,
    );
    return { state: "no_matching_events", days: o.days, newestMs: (newest?.t as number | null) ?? null };
  }
  const isEstimate = n > EXACT_EVENTS_MAX;
  const ids = isEstimate
    ? `count(DISTINCT id) FILTER (hash(id) % ${IDS_SAMPLED} = 0) * ${IDS_SAMPLED}`
    : "count(DISTINCT id)";
  const key = keys.length === 1 ? keys[0]! : `(${keys.join(", ")})`;
  const [counts] = (await lake.query(
    `SELECT (${ids})::DOUBLE AS events, count(DISTINCT ${key})::DOUBLE AS rows FROM ${recent}`,
  )) as [{ events: number; rows: number }];
  const every = Math.max(1, Math.floor(counts.rows / o.rowsMax));
  await lake.connection.run(
    `CREATE OR REPLACE TEMP TABLE preview_keys AS SELECT DISTINCT ${keys.join(", ")} FROM ${recent}
     WHERE hash(${keys.join(", ")}) % ${every} = 0 ORDER BY hash(${keys.join(", ")}) LIMIT ${o.rowsMax}`,
  );
  const { fromMs: readFromMs, truncatedToDays } = decideSpan(view, o.nowMs);
  const columns = keyColumns(view);
  await lake.connection.run(
    `CREATE OR REPLACE TEMP TABLE preview_events AS SELECT e.* FROM ${scan} e
     SEMI JOIN preview_keys s ON ${columns.map((column, i) => `e.${column} = s.k${i}`).join(" AND ")}
     WHERE e.received_at_ms >= ${readFromMs}
     QUALIFY row_number() OVER (PARTITION BY e.event_id ORDER BY coalesce(e.corrected_at_ms, e.received_at_ms), e.received_at_ms) = 1`,
  );
  const entities = `(SELECT ${columns.map((column, i) => `k${i} AS ${column}`).join(", ")}, ${o.nowMs}::BIGINT AS at_ms FROM preview_keys)`;
  const compiled = compileFeatureSql(view);
  const rows = await lake.query(
    `SELECT * FROM (${compiled.pointInTime({ events: "preview_events", entities, writeLagMs: 0 })})`,
  );
  return {
    state: "ready",
    days: o.days,
    nEvents: counts.events,
    nRows: counts.rows,
    isEstimate,
    nSampled: rows.length,
    truncatedToDays,
    samples: rows.slice(0, SAMPLES).map((row) => ({
      key: columns.map((column) => String(row[column])),
      values: Object.fromEntries(plan.outputs.map(({ name }) => [name, row[name] as FeatureValue])),
    })),
    outputs: plan.outputs.map((output) => describeOutput(output, rows)),
  };
}

/** The SQL that training sets run, for reading: `events` and `entities` stand for the relations. */
export function describeFeatureSql(view: FeatureView): string {
  return compileFeatureSql(view).pointInTime({ events: "events", entities: "entities", writeLagMs: 0 });
}

/** How far back events have to be read for the longest window and the ttl. */
function decideSpan(view: FeatureView, nowMs: number): { fromMs: number; truncatedToDays: number | null } {
  const windows = view.features.flatMap((feature) => feature.windows);
  const longestMs = Math.max(
    ...windows.map((window) => (window === null ? Number.POSITIVE_INFINITY : parseDurationMs(window))),
  );
  // A sawtooth window reaches back up to a tile, a day at most, further than its length.
  const neededDays = longestMs / DAY_MS + 1;
  const isTruncated = neededDays > TRUNCATE_DAYS;
  const days = isTruncated ? TRUNCATE_DAYS : Math.ceil(neededDays);
  return { fromMs: nowMs - days * DAY_MS, truncatedToDays: isTruncated ? days : null };
}

function describeOutput(
  output: FeatureOutput,
  rows: readonly Readonly<Record<string, unknown>>[],
): OutputPreview {
  const values = rows.map((row) => row[output.name] as FeatureValue);
  const numbers = values.filter((value): value is number => typeof value === "number");
  const isNumeric = values.every((value) => value === null || typeof value === "number");
  const otherwise = JSON.stringify(output.default);
  return {
    name: output.name,
    n: values.length,
    nulls: values.filter((value) => value === null).length,
    defaults: values.filter((value) => JSON.stringify(value) === otherwise).length,
    histogram: isNumeric ? computeHistogram(numbers, computeHistogramEdges(numbers, BINS)) : null,
  };
}
