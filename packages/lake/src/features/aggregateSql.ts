import type { FeatureDefinition } from "@shortlist/contracts";
import { getDefault, parseDurationMs } from "@shortlist/ml";
import { literal } from "./eventSql";

/**
 * Sums run in 127-bit fixed point with 60 binary places: addition of whole numbers is exact, so neither the order of
 * rows nor the number of threads moves a result. Each value is rounded by at most 2⁻⁶¹.
 */
const FIXED_POINT = "1152921504606846976::DOUBLE";

const NEWEST_FIRST = "t DESC, c DESC, id DESC";

/** Sum of an expression; null without rows. */
export function sumSql(term: string, where: string): string {
  return `(sum((${term} * ${FIXED_POINT})::HUGEINT) FILTER (${where})::DOUBLE / ${FIXED_POINT})`;
}

/** Events that contribute to feature `i`. */
export function contributesSql(feature: FeatureDefinition, i: number): string {
  return feature.op === "ratio" ? `(s${i} IS NOT NULL OR d${i} IS NOT NULL)` : `s${i} IS NOT NULL`;
}

/**
 * One feature over the events of a group that pass `inWindow`, read at `at`; null where it is not defined. The same
 * definitions as the aggregates of @shortlist/ml, which are the reference.
 */
export function aggregateSql(
  feature: FeatureDefinition,
  i: number,
  o: { readonly inWindow: string; readonly at: string },
): string {
  const where = `WHERE ${o.inWindow} AND ${contributesSql(feature, i)}`;
  const column = `s${i}`;
  switch (feature.op) {
    case "count":
      return `nullif(count(*) FILTER (${where}), 0)::DOUBLE`;
    case "sum":
      return sumSql(column, where);
    case "mean":
      return `(${sumSql(column, where)} / count(*) FILTER (${where}))`;
    case "min":
    case "max":
      return `${feature.op}(${column}) FILTER (${where})`;
    case "distinct":
      return `nullif(least(count(DISTINCT ${column}) FILTER (${where}), ${feature.bound}), 0)::DOUBLE`;
    case "last":
      return `arg_max(${column}, row(t, c, id)) FILTER (${where})`;
    case "last_n":
      return `(list(${column} ORDER BY ${NEWEST_FIRST}) FILTER (${where}))[1:${feature.n}]`;
    case "time_since":
      return `((${o.at} - max(t) FILTER (${where})) / 1000.0::DOUBLE)`;
    case "decayed_count":
      return sumSql(`pow(2::DOUBLE, -((${o.at} - t)::DOUBLE / ${parseDurationMs(feature.halfLife)}))`, where);
    case "ratio": {
      const total = (name: string, prior: number) =>
        `(coalesce(${sumSql(`${name}${i}`, where)}, 0) + ${literal(prior)})`;
      const { rate, weight } = feature.prior;
      return `CASE WHEN count(*) FILTER (${where}) > 0 THEN ${total("s", rate * weight)} / nullif(${total("d", weight)}, 0) END`;
    }
  }
}

/** The feature's default as SQL: what is served when no event contributes, or the row is expired. */
export function defaultSql(feature: FeatureDefinition): string {
  const value = getDefault(feature);
  if (value === null) return "NULL";
  return typeof value === "object" ? "[]" : literal(value);
}
