import { INTERACTION_WEIGHTS } from "@shortlist/contracts";
import { type Lake, quote } from "@shortlist/lake";

export interface ActiveShopper {
  readonly shopper: string;
  /** When the last of their events was received. */
  readonly lastMs: number;
}

export interface ActiveShoppers {
  readonly total: number;
  /** The next so many behind a pseudonym, in order. */
  list(after: string, limit: number): Promise<ActiveShopper[]>;
}

const TYPES = Object.entries(INTERACTION_WEIGHTS)
  .filter(([, weight]) => weight > 0)
  .map(([type]) => quote(type))
  .join(", ");

/**
 * Shoppers of the archive who did something that tells a preference between `fromMs` and `untilMs`. Held as a table of
 * DuckDB and read page by page: a million of them are no heap of strings here.
 */
export async function openActiveShoppers(
  lake: Lake,
  workspace: string,
  { fromMs, untilMs }: { fromMs: number; untilMs: number },
): Promise<ActiveShoppers> {
  if (!(await lake.hasRows(workspace, "events"))) return { total: 0, list: async () => [] };
  await lake.query(`CREATE OR REPLACE TEMP TABLE active_shoppers AS
    SELECT shopper, max(received_at_ms) AS last_ms FROM ${lake.scan(workspace, "events")}
    WHERE type IN (${TYPES}) AND shopper IS NOT NULL AND item_id IS NOT NULL
      AND occurred_at_ms >= ${fromMs} AND received_at_ms < ${untilMs}
    GROUP BY shopper ORDER BY shopper`);
  const [row] = await lake.query("SELECT count(*)::INTEGER AS n FROM active_shoppers");
  return {
    total: Number(row?.n ?? 0),
    async list(after, limit) {
      const rows = await lake.query(`SELECT shopper, last_ms::DOUBLE AS last_ms FROM active_shoppers
        WHERE shopper > ${quote(after)} ORDER BY shopper LIMIT ${limit}`);
      return rows.map(({ shopper, last_ms }) => ({ shopper: String(shopper), lastMs: Number(last_ms) }));
    },
  };
}
