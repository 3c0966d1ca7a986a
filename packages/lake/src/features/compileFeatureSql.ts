import type { FeatureView } from "@shortlist/contracts";
import { compileFeaturePlan, getOutputName, getTileMs, parseDurationMs } from "@shortlist/ml";
import { aggregateSql, defaultSql } from "./aggregateSql";
import { compileEventsSql, keyColumns } from "./eventSql";
import { compileTilesSql } from "./tileSql";

/** A feature view as DuckDB SQL. Answers are those of the fold of @shortlist/ml over the same events (invariant 5). */
export interface FeatureSql {
  /** Columns of the view's key that entity rows need, besides `at_ms`. */
  readonly keys: readonly string[];
  /** Names of the answered columns: `clicks_7d`, … */
  readonly outputs: readonly string[];
  /**
   * SELECT of all tiles of events before `batchEndMs` that were received by `knownByMs`: (level, tile start, key,
   * partials). They make the batch side of the merge at read.
   */
  tiles(o: { readonly events: string; readonly batchEndMs: number; readonly knownByMs: number }): string;
  /**
   * SELECT of one row per row of `entities`, with its columns and the features as a reader at `at_ms` would have been
   * given them: events with time < at_ms, received by at_ms − writeLagMs.
   *
   * Every entity row is kept, repeated ones too; a null key matches nothing and gets the defaults.
   */
  pointInTime(o: {
    readonly events: string;
    readonly entities: string;
    readonly writeLagMs: number;
    /** Put before the names of the answered columns, such as `us__`. */
    readonly prefix?: string;
  }): string;
}

/**
 * Compiles a view. Relations are given as FROM items: a table name, `read_parquet(…)`, or a subquery in brackets;
 * `events` has the columns of the lake's events and one row per event id.
 *
 * Cost of `pointInTime`: for each different (key, time) of the entity rows, the events of that key in the view's
 * longest window.
 */
export function compileFeatureSql(view: FeatureView): FeatureSql {
  const { levels, outputs } = compileFeaturePlan(view);
  return {
    keys: keyColumns(view),
    outputs: outputs.map(({ name }) => name),
    tiles: (o) => compileTilesSql(view, levels, o),
    pointInTime: (o) => compilePointInTimeSql(view, o),
  };
}

function compilePointInTimeSql(
  view: FeatureView,
  o: { events: string; entities: string; writeLagMs: number; prefix?: string },
): string {
  const keys = keyColumns(view);
  const windows = new Map<string, string>();
  for (const feature of view.features)
    for (const window of feature.windows) if (window !== null) windows.set(window, startSql(window));
  const isUnbounded = view.features.some((feature) => feature.windows.includes(null));
  const ttlMs = view.ttl === null ? null : parseDurationMs(view.ttl);
  const lowest = [...windows.keys()].map((window) => `from_${window}`);
  if (ttlMs !== null) lowest.push(`at_ms - ${ttlMs}`);
  const lowerBound = isUnbounded ? "" : `AND t >= least(${lowest.join(", ")})`;
  const columns = view.features.flatMap((feature, i) =>
    feature.windows.map((window) => {
      const inWindow = window === null ? "true" : `t >= from_${window}`;
      const value = aggregateSql(feature, i, { inWindow, at: "at_ms" });
      const alive = ttlMs === null ? value : `CASE WHEN max(t) >= at_ms - ${ttlMs} THEN ${value} END`;
      return { name: getOutputName(feature, window), value: alive, otherwise: defaultSql(feature) };
    }),
  );
  const keyList = keys.map((_, i) => `k${i}`);
  const starts = [...windows].map(([window, start]) => `, ${start} AS from_${window}`).join("");
  const groupBy = [...keyList, "at_ms", ...[...windows.keys()].map((window) => `from_${window}`)];
  return `WITH view_events AS (${compileEventsSql(view, o.events)}),
  moments AS (
    SELECT DISTINCT ${keys.map((key, i) => `${key} AS k${i}`).join(", ")}, at_ms${starts} FROM ${o.entities}
  ),
  answers AS (
    SELECT ${keyList.map((key) => `m.${key}`).join(", ")}, m.at_ms,
      ${columns.map(({ value }, i) => `${value} AS f${i}`).join(",\n      ")}
    FROM moments m JOIN view_events e ON ${keyList.map((key) => `m.${key} = e.${key}`).join(" AND ")}
      AND e.t < m.at_ms AND e.c <= m.at_ms - ${o.writeLagMs} ${lowerBound}
    GROUP BY ${groupBy.map((column) => (column.startsWith("k") ? `m.${column}` : column)).join(", ")}
  )
  SELECT x.*, ${columns
    .map(({ name, otherwise }, i) => `coalesce(a.f${i}, ${otherwise}) AS ${o.prefix ?? ""}${name}`)
    .join(",\n    ")}
  FROM ${o.entities} x LEFT JOIN answers a
    ON ${keys.map((key, i) => `x.${key} = a.k${i}`).join(" AND ")} AND x.at_ms = a.at_ms`;
}

/** Start of a sawtooth window, ⌊(at − w)/hop⌋·hop, also for times before 1970 (`%` of SQL keeps the sign). */
function startSql(window: string): string {
  const windowMs = parseDurationMs(window);
  const tileMs = getTileMs(windowMs);
  const from = `(at_ms - ${windowMs})`;
  return `${from} - (((${from} % ${tileMs}) + ${tileMs}) % ${tileMs})`;
}
