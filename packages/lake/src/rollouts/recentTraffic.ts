import type { ClusterSums } from "@shortlist/ml";
import { type Lake, quote } from "../lake";
import { utcDay } from "../paths";

/** What surfaces saw lately, for a forecast: slates and clicked slates, summed over shoppers. */
export interface RecentTraffic {
  /** Of the slates there are; shorter than what was asked for in a young archive. */
  readonly hours: number;
  readonly shoppers: number;
  readonly slates: number;
  /** x: slates of a shopper, y: those that led to a click or more. */
  readonly clickThrough: ClusterSums;
}

/** @returns null when no slate is archived in the time */
export async function computeRecentTraffic(
  lake: Lake,
  o: {
    readonly workspace: string;
    readonly surfaces: readonly string[];
    readonly sinceMs: number;
    readonly nowMs: number;
  },
): Promise<RecentTraffic | null> {
  const days = { fromDay: utcDay(o.sinceMs), toDay: utcDay(o.nowMs) };
  const slates = await lake.scanDays(o.workspace, "slates", days);
  if (slates === null) return null;
  const events = await lake.scanDays(o.workspace, "events", days);
  const clicks =
    events === null
      ? "SELECT NULL::VARCHAR AS request_id WHERE false"
      : `SELECT DISTINCT request_id FROM ${events} WHERE type IN ('click', 'add_to_cart', 'purchase')`;
  const reader = await lake.connection.runAndReadAll(
    `WITH shown AS (SELECT request_id, any_value(shopper) AS shopper, max(at_ms) AS at_ms FROM ${slates}
                     WHERE at_ms >= $1 AND shopper IS NOT NULL AND surface IN (${o.surfaces.map(quote).join(", ")})
                     GROUP BY request_id),
          by_shopper AS (SELECT shopper, count(*)::DOUBLE AS x, count(clicked.request_id)::DOUBLE AS y, min(at_ms) AS first_ms
                           FROM shown LEFT JOIN (${clicks}) AS clicked USING (request_id) GROUP BY shopper)
     SELECT count(*)::DOUBLE AS n, sum(x) AS x, sum(y) AS y, sum(x * x) AS xx, sum(y * y) AS yy, sum(x * y) AS xy,
            min(first_ms)::DOUBLE AS first_ms FROM by_shopper`,
    [o.sinceMs],
  );
  const row = reader.getRowObjectsJS()[0];
  const n = Number(row?.n ?? 0);
  if (row === undefined || n === 0) return null;
  const sums = {
    n,
    sumX: Number(row.x),
    sumY: Number(row.y),
    sumXX: Number(row.xx),
    sumYY: Number(row.yy),
    sumXY: Number(row.xy),
  };
  // A minute at least, so that one slate is no flood.
  const hours = Math.max(1 / 60, (o.nowMs - Number(row.first_ms)) / 3_600_000);
  return { hours, shoppers: n, slates: sums.sumX, clickThrough: sums };
}
