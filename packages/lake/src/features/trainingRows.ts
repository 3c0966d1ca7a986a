import { durationSeconds } from "@shortlist/contracts";
import type { Lake } from "../lake";
import { quote } from "../lake";

// Entity rows of a training set and their labels, as SQL.

/** Label windows by interaction type: `{ click: "30m" }` labels 1 what was clicked within 30 minutes of being shown. */
export type LabelWindows = Readonly<Record<string, string>>;

/** Clicks come at once or not at all; a purchase may take a week of thought. */
export const LABEL_WINDOWS_DEFAULT: LabelWindows = { click: "30m", purchase: "7d" };

/** One row per shown item of the archived slates: the columns that entity rows have. */
export function compileImpressionsSql(lake: Pick<Lake, "scan">, workspace: string): string {
  const items = `from_json(json_extract(record, '$.items'), '[{"itemId":"VARCHAR","position":"INTEGER"}]')`;
  return `(SELECT request_id || ':' || shown.position AS row_id, request_id, at_ms, shopper, shown.itemId AS item_id,
      session_id, shown.position AS position, surface
    FROM (
      SELECT request_id, at_ms, shopper, surface, json_extract_string(record, '$.context.sessionId') AS session_id,
        unnest(${items}) AS shown
      FROM (SELECT * FROM ${lake.scan(workspace, "slates")} QUALIFY row_number() OVER (PARTITION BY request_id ORDER BY at_ms) = 1)
    ))`;
}

/**
 * SELECT of the rows with one column `label_<type>` each: 1 when the shopper did it to the item in [at, at + window),
 * else 0; null while the window is open at `knownByMs`, since a label that may still turn is none. An event that
 * names its request labels only rows of that request. Who was shown a slate unnamed and then signed in did it too:
 * an event counts for both pseudonyms it names.
 *
 * @param o.rows, o.events table names
 */
export function compileLabelsSql(o: {
  readonly rows: string;
  readonly events: string;
  readonly labels: LabelWindows;
  readonly knownByMs: number;
}): string {
  const types = Object.entries(o.labels).map(([type, window]) => ({
    type,
    ms: durationSeconds(window) * 1000,
  }));
  const hits = types.map(({ type, ms }) => {
    const inWindow = `e.type = ${quote(type)} AND e.occurred_at_ms < r.at_ms + ${ms}`;
    return `coalesce(bool_or(${inWindow}), false) AS hit_${type}`;
  });
  const longestMs = Math.max(...types.map(({ ms }) => ms));
  const labels = types.map(
    ({ type, ms }) =>
      `CASE WHEN r.at_ms + ${ms} <= ${o.knownByMs} THEN coalesce(h.hit_${type}, false)::INTEGER END AS label_${type}`,
  );
  return `SELECT r.*, ${labels.join(", ")} FROM ${o.rows} r LEFT JOIN (
    SELECT r.row_id, ${hits.join(", ")}
    FROM ${o.rows} r JOIN (
      SELECT shopper, item_id, type, request_id, occurred_at_ms, coalesce(corrected_at_ms, received_at_ms) AS known_at_ms FROM ${o.events}
      UNION ALL
      SELECT anonymous_shopper, item_id, type, request_id, occurred_at_ms, coalesce(corrected_at_ms, received_at_ms) AS known_at_ms FROM ${o.events}
      WHERE anonymous_shopper IS NOT NULL
    ) e ON r.shopper = e.shopper AND r.item_id = e.item_id
      AND e.occurred_at_ms >= r.at_ms AND e.occurred_at_ms < r.at_ms + ${longestMs}
      AND e.known_at_ms <= ${o.knownByMs}
      AND (e.request_id IS NULL OR r.request_id IS NULL OR e.request_id = r.request_id)
    GROUP BY r.row_id
  ) h ON r.row_id = h.row_id`;
}

/**
 * SELECT of labelled rows with at least one closed label: all with a positive one, and of the others the share
 * `negativeRate`, chosen by a hash of seed and row id, so that the choice depends on neither order nor other rows.
 * `sample_weight` undoes the sampling in averages: 1 / negativeRate for negatives.
 */
export function compileSampleSql(o: {
  readonly rows: string;
  readonly labels: LabelWindows;
  readonly negativeRate: number;
  readonly seed: string | number;
}): string {
  const columns = Object.keys(o.labels).map((type) => `label_${type}`);
  const isPositive = columns.map((column) => `coalesce(${column}, 0) = 1`).join(" OR ");
  const isClosed = columns.map((column) => `${column} IS NOT NULL`).join(" OR ");
  const draw = `(md5_number_lower(${quote(`${o.seed}/`)} || row_id) % 1000000000)`;
  return `SELECT *, CASE WHEN ${isPositive} THEN 1.0 ELSE ${1 / o.negativeRate} END::DOUBLE AS sample_weight
    FROM ${o.rows} WHERE (${isClosed}) AND (${isPositive} OR ${draw} < ${Math.round(o.negativeRate * 1e9)})`;
}
