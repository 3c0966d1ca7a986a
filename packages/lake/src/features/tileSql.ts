import type { FeatureDefinition, FeatureView } from "@shortlist/contracts";
import { parseDurationMs, type TileLevel } from "@shortlist/ml";
import { contributesSql, sumSql } from "./aggregateSql";
import { compileEventsSql, keyColumns } from "./eventSql";

/**
 * Tiles as the fold keeps them, one row per (level, key, tile): `level`, `start_ms` (null: all time, summed up),
 * `key` (list of texts), `newest_ms`, `partials` (JSON, in the order of the level's features).
 */
export function compileTilesSql(
  view: FeatureView,
  levels: readonly TileLevel[],
  o: { readonly events: string; readonly batchEndMs: number; readonly knownByMs: number },
): string {
  return `WITH known AS (${compileKnownSql(view, o)})
  ${compileTileSelects(view, levels, { known: "known", batchEndMs: o.batchEndMs })}`;
}

/** The view's events that a batch may count: before its end, and received by then. */
export function compileKnownSql(
  view: FeatureView,
  o: { readonly events: string; readonly batchEndMs: number; readonly knownByMs: number },
): string {
  return `SELECT * FROM (${compileEventsSql(view, o.events)}) WHERE t < ${o.batchEndMs} AND c <= ${o.knownByMs}`;
}

/** Start of the oldest tile that a read at the end of the batch or later needs; null: every tile. */
export function getKeepFromMs(level: TileLevel, batchEndMs: number): number | null {
  if (level.windowMs === null) return null;
  return Math.floor((batchEndMs - level.windowMs) / level.tileMs) * level.tileMs;
}

/** The tiles of events in the form of `compileKnownSql`. */
export function compileTileSelects(
  view: FeatureView,
  levels: readonly TileLevel[],
  o: { readonly known: string; readonly batchEndMs: number },
): string {
  const keys = keyColumns(view).map((_, i) => `k${i}`);
  const selects = levels.map((level, l) => {
    const isEver = level.windowMs === null;
    const start = isEver
      ? "NULL::BIGINT"
      : `t - (((t % ${level.tileMs}) + ${level.tileMs}) % ${level.tileMs})`;
    const keepFromMs = getKeepFromMs(level, o.batchEndMs);
    const partials = level.features.map((i) => `to_json(${partialSql(view.features[i]!, i, o.batchEndMs)})`);
    return `SELECT ${l} AS level, ${start} AS start_ms, [${keys.join(", ")}] AS key, max(t) AS newest_ms,
        json_array(${partials.join(", ")})::VARCHAR AS partials
      FROM ${o.known} ${keepFromMs === null ? "" : `WHERE t >= ${keepFromMs}`} GROUP BY ${isEver ? "" : "2, "}${keys.join(", ")}`;
  });
  return selects.join("\n  UNION ALL\n  ");
}

/** The partial of one feature in the form that @shortlist/ml serialises; null when no event contributes. */
function partialSql(feature: FeatureDefinition, i: number, batchEndMs: number): string {
  const contributes = contributesSql(feature, i);
  const where = `WHERE ${contributes}`;
  const whenAny = (partial: string) => `CASE WHEN count(*) FILTER (${where}) > 0 THEN ${partial} END`;
  const entry = `json_array(t, c, id, s${i})`;
  switch (feature.op) {
    case "count":
      return whenAny(`json_array(count(*) FILTER (${where}))`);
    case "sum":
    case "mean":
      return whenAny(`json_array(${sumSql(`s${i}`, where)}, 0, count(*) FILTER (${where}))`);
    case "min":
    case "max":
      return whenAny(`json_array(${feature.op}(s${i}) FILTER (${where}))`);
    case "distinct":
      return whenAny(`to_json((list_sort(list(DISTINCT s${i}) FILTER (${where})))[1:${feature.bound}])`);
    case "last":
      return whenAny(`arg_max(${entry}, row(t, c, id)) FILTER (${where})`);
    case "last_n":
      return whenAny(
        `to_json((list(${entry} ORDER BY t DESC, c DESC, id DESC) FILTER (${where}))[1:${feature.n}])`,
      );
    case "time_since":
      return whenAny(`json_array(max(t) FILTER (${where}))`);
    case "ratio": {
      const total = (name: string) => `coalesce(${sumSql(`${name}${i}`, where)}, 0)`;
      return whenAny(`json_array(${total("s")}, 0, ${total("d")}, 0)`);
    }
    case "decayed_count": {
      // In half-lives before the one the batch ends in: no term exceeds 2, and what underflows is 0 at any read.
      const halfLifeMs = parseDurationMs(feature.halfLife);
      const cell = Math.floor(batchEndMs / halfLifeMs);
      const exponent = `(t - ${cell * halfLifeMs})::DOUBLE / ${halfLifeMs}`;
      return whenAny(`json_array(${cell}, ${sumSql(`pow(2::DOUBLE, ${exponent})`, where)}, 0)`);
    }
  }
}
