import type { ClusterSums } from "@shortlist/ml";
import { type Lake, quote } from "../lake";
import { utcDay } from "../paths";

export interface OutcomeQuery {
  readonly workspace: string;
  readonly rolloutId: string;
  /** Surfaces whose slates are compared. */
  readonly surfaces: readonly string[];
  /** Slates since then are compared. */
  readonly sinceMs: number;
  /** Shoppers since then are counted, to check how they were dealt. */
  readonly splitSinceMs: number;
  /** Orders count up to so long after their slate, and slates count for orders once they are so old. */
  readonly attributionMs: number;
  readonly nowMs: number;
}

const ARMS = ["control", "candidate"] as const;
type Arm = (typeof ARMS)[number];
type ByArm<T> = Record<Arm, T>;

export interface RolloutOutcomes {
  readonly newestSlateMs: number | null;
  /** Shoppers of any surface since `splitSinceMs`. */
  readonly shoppers: ByArm<number>;
  /**
   * Sums over shoppers, x the shopper's slates, y what followed them: slates with a click or more, and of slates that are
   * old enough those with an add to cart, with an order, and the money spent.
   */
  readonly sums: Record<"click_through" | "add_to_cart" | "conversion" | "revenue", ByArm<ClusterSums>>;
}

/** x and y of each metric, as columns of a shopper. */
const METRICS = {
  click_through: ["slates", "clicked"],
  add_to_cart: ["matured", "carted"],
  conversion: ["matured", "ordered"],
  revenue: ["matured", "revenue"],
} as const;

/**
 * What the slates of both arms led to, by shopper and summed. A slate counts once however often it was archived, an event
 * too; an event belongs to the slate whose request it names, and within the attribution window.
 *
 * @returns null when no slate is archived
 */
export async function computeRolloutOutcomes(lake: Lake, o: OutcomeQuery): Promise<RolloutOutcomes | null> {
  const days = { fromDay: utcDay(Math.min(o.sinceMs, o.splitSinceMs)), toDay: utcDay(o.nowMs) };
  const slates = await lake.scanDays(o.workspace, "slates", days);
  if (slates === null) return null;
  const events = await lake.scanDays(o.workspace, "events", days);
  const interactions =
    events === null
      ? "SELECT NULL::VARCHAR AS request_id, NULL::VARCHAR AS type, NULL::BIGINT AS followed_ms, NULL::DOUBLE AS money WHERE false"
      : `SELECT request_id, type, received_at_ms AS followed_ms, value * coalesce(quantity, 1) AS money
           FROM ${events} WHERE request_id IS NOT NULL AND type IN ('click', 'add_to_cart', 'purchase')
           QUALIFY row_number() OVER (PARTITION BY event_id ORDER BY received_at_ms) = 1`;
  const sums = Object.entries(METRICS).flatMap(([metric, [x, y]]) => [
    `count(*) FILTER (${x} > 0)::DOUBLE AS ${metric}_n`,
    `coalesce(sum(${x}), 0)::DOUBLE AS ${metric}_x`,
    `coalesce(sum(${y}), 0)::DOUBLE AS ${metric}_y`,
    `coalesce(sum(${x} * ${x}), 0)::DOUBLE AS ${metric}_xx`,
    `coalesce(sum(${y} * ${y}), 0)::DOUBLE AS ${metric}_yy`,
    `coalesce(sum(${x} * ${y}), 0)::DOUBLE AS ${metric}_xy`,
  ]);
  const reader = await lake.connection.runAndReadAll(
    `WITH shown AS (
       SELECT request_id, any_value(arm) AS arm, any_value(shopper) AS shopper, max(at_ms) AS at_ms,
              bool_or(surface IN (${o.surfaces.map(quote).join(", ")})) AND max(at_ms) >= $2 AS is_compared
         FROM ${slates} WHERE rollout_id = $1 AND arm IN ('control', 'candidate') AND shopper IS NOT NULL
          AND at_ms >= least($2, $3)
        GROUP BY request_id),
     followed AS (
       SELECT request_id, true AS clicked, bool_or(type = 'add_to_cart') AS carted,
              bool_or(type = 'purchase') AS ordered, sum(money) FILTER (type = 'purchase') AS revenue
         FROM (${interactions}) JOIN shown USING (request_id)
        WHERE shown.is_compared AND followed_ms <= shown.at_ms + $4
        GROUP BY request_id),
     by_shopper AS (
       SELECT arm, shopper,
              count(*) FILTER (is_compared)::DOUBLE AS slates,
              count(*) FILTER (is_compared AND clicked)::DOUBLE AS clicked,
              count(*) FILTER (is_compared AND is_old)::DOUBLE AS matured,
              count(*) FILTER (is_compared AND is_old AND carted)::DOUBLE AS carted,
              count(*) FILTER (is_compared AND is_old AND ordered)::DOUBLE AS ordered,
              coalesce(sum(revenue) FILTER (is_compared AND is_old), 0)::DOUBLE AS revenue,
              bool_or(shown_ms >= $3) AS is_of_split
         FROM (SELECT shown.arm, shown.shopper, shown.is_compared, shown.at_ms AS shown_ms,
                      shown.at_ms <= $5 - $4 AS is_old, followed.*
                 FROM shown LEFT JOIN followed USING (request_id))
        GROUP BY arm, shopper)
     SELECT arm, count(*) FILTER (is_of_split)::DOUBLE AS shoppers, ${sums.join(", ")}
       FROM by_shopper GROUP BY arm`,
    [o.rolloutId, o.sinceMs, o.splitSinceMs, o.attributionMs, o.nowMs],
  );
  const newest = await lake.connection.runAndReadAll(
    `SELECT max(at_ms)::DOUBLE AS at_ms FROM ${slates} WHERE rollout_id = $1`,
    [o.rolloutId],
  );
  const rows = new Map(reader.getRowObjectsJS().map((row) => [String(row.arm), row]));
  const read = (arm: Arm, column: string) => Number(rows.get(arm)?.[column] ?? 0);
  const byArm = <T>(of: (arm: Arm) => T): ByArm<T> => ({
    control: of("control"),
    candidate: of("candidate"),
  });
  const sumsOf = (metric: keyof typeof METRICS) =>
    byArm((arm) => ({
      n: read(arm, `${metric}_n`),
      sumX: read(arm, `${metric}_x`),
      sumY: read(arm, `${metric}_y`),
      sumXX: read(arm, `${metric}_xx`),
      sumYY: read(arm, `${metric}_yy`),
      sumXY: read(arm, `${metric}_xy`),
    }));
  const newestMs = newest.getRowObjectsJS()[0]?.at_ms;
  return {
    newestSlateMs: newestMs === null || newestMs === undefined ? null : Number(newestMs),
    shoppers: byArm((arm) => read(arm, "shoppers")),
    sums: {
      click_through: sumsOf("click_through"),
      add_to_cart: sumsOf("add_to_cart"),
      conversion: sumsOf("conversion"),
      revenue: sumsOf("revenue"),
    },
  };
}
