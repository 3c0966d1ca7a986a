import type { FeatureView } from "@shortlist/contracts";
import {
  ENTITY_KEYS,
  type FilterSpec,
  getFieldType,
  NUMBER_ABS_MAX,
  NUMBER_ABS_MIN,
  parseDurationMs,
  type RatioPartSpec,
} from "@shortlist/ml";
import { quote } from "../lake";

// A view's events as SQL: what the fold calls `accepts`, `keyOf` and `readInput`.

const COLUMN_OF: Readonly<Record<string, string>> = {
  type: "type",
  itemId: "item_id",
  shopper: "shopper",
  sessionId: "session_id",
  requestId: "request_id",
  surface: "surface",
  currency: "currency",
  position: "position",
  value: "value",
  quantity: "quantity",
};

/** Columns of a row's key, in the lake's events and in entity rows. */
export function keyColumns(view: FeatureView): string[] {
  return ENTITY_KEYS[view.entity].map((field) => COLUMN_OF[field]!);
}

/** The field's value, null where it is missing, of another type, not finite or too large. */
function fieldSql(view: FeatureView, field: string): string {
  const type = getFieldType(field, view.fields);
  const column = COLUMN_OF[field];
  const value = column ?? `json_extract_string(context, ${quote(`$."${field.slice("context.".length)}"`)})`;
  const jsonTypes = type === "text" ? "'VARCHAR'" : "'DOUBLE', 'BIGINT', 'UBIGINT', 'HUGEINT'";
  const typed =
    column !== undefined
      ? value
      : `CASE WHEN json_type(context, ${quote(`$."${field.slice("context.".length)}"`)}) IN (${jsonTypes}) THEN ${value} END`;
  if (type === "text") return typed;
  const number = `TRY_CAST(${typed} AS DOUBLE)`;
  return `CASE WHEN abs(${number}) < ${NUMBER_ABS_MIN} THEN 0 WHEN abs(${number}) <= ${NUMBER_ABS_MAX} THEN ${number} END`;
}

const COMPARE = { eq: "=", ne: "<>", gt: ">", gte: ">=", lt: "<", lte: "<=" } as const;

/** Two-valued: a comparison with a missing field is false. Literals come from a validated view. */
function filterSql(view: FeatureView, filter: FilterSpec | undefined): string {
  if (filter === undefined) return "true";
  if ("all" in filter) return `(${filter.all.map((part) => filterSql(view, part)).join(" AND ")})`;
  if ("any" in filter) return `(${filter.any.map((part) => filterSql(view, part)).join(" OR ")})`;
  if ("not" in filter) return `(NOT ${filterSql(view, filter.not)})`;
  const field = fieldSql(view, filter.field);
  if (filter.op === "exists") return `(${field} IS NOT NULL)`;
  if (filter.op === "in") return `coalesce(${field} IN (${filter.value.map(literal).join(", ")}), false)`;
  return `coalesce(${field} ${COMPARE[filter.op]} ${literal(filter.value)}, false)`;
}

/** Numbers are written as doubles: a bare 0.1 would be a decimal to DuckDB. */
export function literal(value: string | number): string {
  return typeof value === "number" ? `${numberText(value)}::DOUBLE` : quote(value);
}

function numberText(value: number): string {
  return value < 0 ? `(${value})` : String(value);
}

function ratioPartSql(view: FeatureView, part: RatioPartSpec): string {
  const amount = part.field === undefined ? "1::DOUBLE" : fieldSql(view, part.field);
  return `CASE WHEN ${filterSql(view, part.where)} AND ${amount} >= 0 THEN ${amount} END`;
}

/** Columns `s<i>` (and `d<i>`, the divisor of a ratio): what an event adds to feature i, null for nothing. */
function inputColumns(view: FeatureView): string[] {
  return view.features.flatMap((feature, i) => {
    const when = filterSql(view, feature.where);
    if (feature.op === "ratio") {
      return [
        `CASE WHEN ${when} THEN ${ratioPartSql(view, feature.numerator)} END AS s${i}`,
        `CASE WHEN ${when} THEN ${ratioPartSql(view, feature.denominator)} END AS d${i}`,
      ];
    }
    const value = "field" in feature ? fieldSql(view, feature.field) : "1";
    return [`CASE WHEN ${when} THEN ${value} END AS s${i}`];
  });
}

/**
 * SELECT of the view's events: key columns k0…, event time t = min(occurred, received), created c, id, inputs.
 *
 * @param events a relation with the columns of the lake's events and one row per event id
 */
export function compileEventsSql(view: FeatureView, events: string): string {
  const keys = keyColumns(view);
  const types = view.source.types.map((type) => quote(type)).join(", ");
  return `SELECT ${keys.map((key, i) => `${key} AS k${i}`).join(", ")},
      least(occurred_at_ms, received_at_ms) AS t, coalesce(corrected_at_ms, received_at_ms) AS c, event_id AS id,
      ${inputColumns(view).join(",\n      ")}
    FROM ${events}
    WHERE type IN (${types}) AND ${keys.map((key) => `${key} IS NOT NULL`).join(" AND ")}
      AND received_at_ms - occurred_at_ms <= ${parseDurationMs(view.allowedLateness)}
      AND ${filterSql(view, view.source.where)}`;
}
