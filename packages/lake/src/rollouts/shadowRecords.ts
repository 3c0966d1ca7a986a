import type { Lake } from "../lake";
import { utcDay } from "../paths";

/**
 * Records of requests that a candidate answered too, as JSON, newest first. One request counts once.
 */
export async function listShadowRecords(
  lake: Lake,
  o: {
    readonly workspace: string;
    readonly rolloutId: string;
    readonly sinceMs: number;
    readonly nowMs: number;
    readonly limit: number;
  },
): Promise<{ n: number; records: string[] }> {
  const scan = await lake.scanDays(o.workspace, "shadows", {
    fromDay: utcDay(o.sinceMs),
    toDay: utcDay(o.nowMs),
  });
  if (scan === null) return { n: 0, records: [] };
  const reader = await lake.connection.runAndReadAll(
    `WITH once AS (SELECT request_id, any_value(record) AS record, max(at_ms) AS at_ms FROM ${scan}
                    WHERE rollout_id = $1 AND at_ms >= $2 GROUP BY request_id)
     SELECT record, (SELECT count(*)::INTEGER FROM once) AS n FROM once ORDER BY at_ms DESC LIMIT $3`,
    [o.rolloutId, o.sinceMs, o.limit],
  );
  const rows = reader.getRowObjectsJS();
  return { n: Number(rows[0]?.n ?? 0), records: rows.map(({ record }) => String(record)) };
}
