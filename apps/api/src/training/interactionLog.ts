import { INTERACTION_WEIGHTS, type InteractionType } from "@shortlist/contracts";
import type { Lake } from "@shortlist/lake";
import { buildCsr, type CsrMatrix } from "@shortlist/ml";

/** Preference interactions of a workspace in columns, oldest first. Shoppers and items are indexes. */
export interface InteractionLog {
  readonly nShoppers: number;
  readonly nItems: number;
  /** Pseudonyms by shopper index. */
  readonly shoppers: readonly string[];
  readonly shopper: Int32Array;
  readonly item: Int32Array;
  readonly timeMs: Float64Array;
  readonly weight: Float32Array;
  readonly isPurchase: Uint8Array;
  /** Index of the visit; events of one visit share it. */
  readonly session: Int32Array;
  /** Index into `regions`, −1 when unknown. */
  readonly region: Int32Array;
  readonly regions: readonly string[];
}

/** What was left out of learning, so that nothing disappears silently. */
export interface LogReport {
  readonly rows: number;
  readonly usedRows: number;
  readonly unknownItemRows: number;
  readonly botShoppers: number;
  readonly mergedShoppers: number;
}

/**
 * A shopper who touches this many different items within one minute is a program: people open at most a few
 * pages a minute, and one crawler would otherwise co-visit everything with everything.
 */
const BOT_ITEMS_PER_MINUTE = 30;
/** A pause this long starts a new visit when the shop sent no session id. */
const SESSION_GAP_MS = 30 * 60_000;

const PREFERENCE_TYPES = (Object.keys(INTERACTION_WEIGHTS) as InteractionType[]).filter(
  (type) => INTERACTION_WEIGHTS[type] > 0,
);

/**
 * Reads the lake once: one row per event id, anonymous visits given to the one person they later signed in as
 * (never when a device was used by several people), programs left out, items mapped to the item table.
 */
export async function loadInteractionLog(
  lake: Lake,
  workspace: string,
  itemIndex: ReadonlyMap<string, number>,
): Promise<{ log: InteractionLog; report: LogReport }> {
  await lake.query(`CREATE OR REPLACE TEMP TABLE training_log AS
    WITH ev AS (SELECT * FROM ${lake.dedupedInteractions(workspace)}),
    links AS (
      SELECT anonymous_shopper AS device, min(shopper) AS person FROM ev
      WHERE anonymous_shopper IS NOT NULL AND anonymous_shopper <> shopper
      GROUP BY 1 HAVING count(DISTINCT shopper) = 1
    ),
    resolved AS (
      SELECT coalesce(links.person, ev.shopper) AS shopper, links.person IS NOT NULL AS was_merged, ev.*
        EXCLUDE (shopper)
      FROM ev LEFT JOIN links ON ev.shopper = links.device
      WHERE ev.item_id IS NOT NULL AND ev.type IN (${PREFERENCE_TYPES.map((type) => `'${type}'`).join(", ")})
    ),
    bots AS (
      SELECT DISTINCT shopper FROM (
        SELECT shopper, occurred_at_ms // 60000 AS minute FROM resolved
        GROUP BY 1, 2 HAVING count(DISTINCT item_id) >= ${BOT_ITEMS_PER_MINUTE}
      )
      WHERE shopper NOT IN (SELECT shopper FROM resolved WHERE type = 'purchase')
    )
    SELECT resolved.*, bots.shopper IS NOT NULL AS is_bot FROM resolved LEFT JOIN bots USING (shopper)`);
  const [counts] = await lake.query(`SELECT count(*)::INTEGER AS total,
    count(DISTINCT shopper) FILTER (is_bot)::INTEGER AS bots,
    count(DISTINCT shopper) FILTER (was_merged)::INTEGER AS merged FROM training_log`);

  const reader = await lake.connection.runAndReadAll(`
    SELECT shopper, item_id, type, occurred_at_ms::DOUBLE, coalesce(session_id, ''),
      coalesce(context->>'region', '')
    FROM training_log WHERE NOT is_bot ORDER BY occurred_at_ms, event_id`);
  const columns = reader.getColumns() as [
    string[],
    string[],
    InteractionType[],
    number[],
    string[],
    string[],
  ];
  const { log, unknownItemRows } = toColumns(columns, itemIndex);
  await lake.query("DROP TABLE training_log");
  return {
    log,
    report: {
      rows: Number(counts?.total ?? 0),
      usedRows: log.item.length,
      unknownItemRows,
      botShoppers: Number(counts?.bots ?? 0),
      mergedShoppers: Number(counts?.merged ?? 0),
    },
  };
}

function toColumns(
  [shopperIds, itemIds, types, times, sessionIds, regionIds]: [
    string[],
    string[],
    InteractionType[],
    number[],
    string[],
    string[],
  ],
  itemIndex: ReadonlyMap<string, number>,
): { log: InteractionLog; unknownItemRows: number } {
  const rows = shopperIds?.length ?? 0;
  const shopperNames = createNames();
  const regionNames = createNames();
  const sessions = createNames();
  const shopper = new Int32Array(rows);
  const item = new Int32Array(rows);
  const timeMs = new Float64Array(rows);
  const weight = new Float32Array(rows);
  const isPurchase = new Uint8Array(rows);
  const session = new Int32Array(rows);
  const region = new Int32Array(rows);
  const lastSeen = new Map<number, { timeMs: number; visit: number }>();
  let used = 0;
  for (let r = 0; r < rows; r++) {
    const index = itemIndex.get(itemIds[r]!);
    if (index === undefined) continue;
    const who = shopperNames.indexOf(shopperIds[r]!);
    const at = times[r]!;
    const previous = lastSeen.get(who);
    const visit = previous === undefined || at - previous.timeMs > SESSION_GAP_MS ? r : previous.visit;
    lastSeen.set(who, { timeMs: at, visit });
    shopper[used] = who;
    item[used] = index;
    timeMs[used] = at;
    weight[used] = INTERACTION_WEIGHTS[types[r]!];
    isPurchase[used] = types[r] === "purchase" ? 1 : 0;
    session[used] = sessions.indexOf(`${who}/${sessionIds[r] === "" ? visit : sessionIds[r]}`);
    region[used] = regionIds[r] === "" ? -1 : regionNames.indexOf(regionIds[r]!);
    used++;
  }
  return {
    unknownItemRows: rows - used,
    log: {
      nShoppers: shopperNames.names.length,
      nItems: itemIndex.size,
      shoppers: shopperNames.names,
      shopper: shopper.slice(0, used),
      item: item.slice(0, used),
      timeMs: timeMs.slice(0, used),
      weight: weight.slice(0, used),
      isPurchase: isPurchase.slice(0, used),
      session: session.slice(0, used),
      region: region.slice(0, used),
      regions: regionNames.names,
    },
  };
}

/** Numbers names in order of first appearance. */
function createNames() {
  const names: string[] = [];
  const index = new Map<string, number>();
  return {
    names,
    indexOf(name: string): number {
      let at = index.get(name);
      if (at === undefined) {
        at = names.length;
        index.set(name, at);
        names.push(name);
      }
      return at;
    },
  };
}

/** Number of events before a time; events are in time order. */
export function countBefore(log: InteractionLog, timeMs: number): number {
  let low = 0;
  let high = log.timeMs.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (log.timeMs[middle]! < timeMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Shoppers × items of events [from, to), every pair once with value 1. */
export function toMatrix(log: InteractionLog, from: number, to: number): CsrMatrix {
  const matrix = buildCsr(
    log.shopper.subarray(from, to),
    log.item.subarray(from, to),
    null,
    log.nShoppers,
    log.nItems,
  );
  matrix.values.fill(1);
  return matrix;
}
