import { INTERACTION_WEIGHTS, type InteractionType } from "@shortlist/contracts";
import {
  compileLinksSql,
  compileOptedOutSql,
  compileResolvedSql,
  type Lake,
  type UnlinkedPair,
} from "@shortlist/lake";
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
  /** Index into `devices`, −1 when unknown. */
  readonly device: Int32Array;
  readonly devices: readonly string[];
}

/** What was left out of learning, so that nothing disappears silently. */
export interface LogReport {
  readonly rows: number;
  readonly usedRows: number;
  readonly unknownItemRows: number;
  readonly botShoppers: number;
  /** People who also have events under the pseudonym of a device. */
  readonly mergedShoppers: number;
  readonly optedOutShoppers: number;
}

/** Moments that divide the log. Each of the two later windows holds `testSharePct` of the interactions. */
export interface LogWindows {
  /** What came before it trains the sources that the ranker learns from. */
  readonly rankerFromMs: number;
  /** What comes after it is held out. */
  readonly splitMs: number;
}

/** Someone whose latest word is that nothing personal may be used, and when they said so. */
export interface OptedOut {
  readonly shopper: string;
  readonly atMs: number;
}

export interface LogOptions {
  readonly testSharePct: number;
  /** Links between a device and a person that someone took apart. */
  readonly unlinked: readonly UnlinkedPair[];
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
 * Reads the lake once: one row per event id, programs and people who opted out left out, items mapped to the item
 * table, and what was done on a device given to the person who was signed in there.
 *
 * Links count as far as they were known at the end of the event's window: a model trained at a moment, and what it
 * is judged on, see the people that serving knew at that moment. Windows hold shares of the interactions, not of the
 * calendar: a log with a gap, or a few events long after an import, would otherwise leave nobody in them.
 */
export async function loadInteractionLog(
  lake: Lake,
  { workspace, itemIndex }: { workspace: string; itemIndex: ReadonlyMap<string, number> },
  o: LogOptions,
): Promise<{ log: InteractionLog; report: LogReport; windows: LogWindows; optedOut: readonly OptedOut[] }> {
  await lake.query(
    `CREATE OR REPLACE TEMP TABLE training_all AS SELECT * FROM ${lake.dedupedInteractions(workspace)}`,
  );
  await lake.query(
    `CREATE OR REPLACE TEMP TABLE training_links AS ${compileLinksSql({ events: "training_all", unlinked: o.unlinked })}`,
  );
  await createItemTable(lake, itemIndex);
  await lake.query(`CREATE OR REPLACE TEMP TABLE training_log AS
    WITH ev AS (
      SELECT * FROM training_all
      WHERE item_id IS NOT NULL AND type IN (${PREFERENCE_TYPES.map((type) => `'${type}'`).join(", ")})
    ),
    bots AS (
      SELECT DISTINCT shopper FROM (
        SELECT shopper, occurred_at_ms // 60000 AS minute FROM ev
        GROUP BY 1, 2 HAVING count(DISTINCT item_id) >= ${BOT_ITEMS_PER_MINUTE}
      )
      WHERE shopper NOT IN (SELECT shopper FROM ev WHERE type = 'purchase')
    )
    SELECT ev.*, bots.shopper IS NOT NULL AS is_bot, items.item AS item FROM ev
    LEFT JOIN bots USING (shopper) LEFT JOIN training_items items ON ev.item_id = items.item_id`);
  const windows = await computeWindows(lake, o.testSharePct);
  const horizonsMs = [windows.rankerFromMs, windows.splitMs];
  await lake.query(`CREATE OR REPLACE TEMP TABLE training_resolved AS
    WITH resolved AS (${compileResolvedSql({ events: "training_log", links: "training_links", knownBy: { horizonsMs } })}),
    opted_out AS (${compileOptedOutSql("training_all")})
    SELECT resolved.*, (resolved.shopper IN (FROM opted_out) OR pseudonym IN (FROM opted_out)) AS is_opted_out
    FROM resolved`);
  const [counts] = await lake.query(`SELECT count(*)::INTEGER AS total,
    count(*) FILTER (item IS NULL)::INTEGER AS unknown_items,
    count(DISTINCT pseudonym) FILTER (is_bot)::INTEGER AS bots,
    count(DISTINCT shopper) FILTER (is_opted_out)::INTEGER AS opted_out,
    count(DISTINCT shopper) FILTER (shopper <> pseudonym)::INTEGER AS merged FROM training_resolved`);

  const reader = await lake.connection.runAndReadAll(`
    SELECT shopper, item, type, occurred_at_ms::DOUBLE, coalesce(session_id, ''), coalesce(context->>'region', ''),
      coalesce(context->>'device', '')
    FROM training_resolved WHERE NOT is_bot AND NOT is_opted_out AND item IS NOT NULL
    ORDER BY occurred_at_ms, event_id`);
  const log = toColumns(reader.getColumns() as LogColumns, itemIndex.size);
  const optedOut = await lake.query(`SELECT shopper, max(occurred_at_ms)::DOUBLE AS at_ms FROM training_all
    WHERE type = 'opt_out' AND shopper IN (${compileOptedOutSql("training_all")}) GROUP BY 1`);
  for (const table of ["all", "links", "items", "log", "resolved"])
    await lake.query(`DROP TABLE training_${table}`);
  return {
    log,
    windows,
    optedOut: optedOut.map((row) => ({ shopper: String(row.shopper), atMs: Number(row.at_ms) })),
    report: {
      rows: Number(counts?.total ?? 0),
      usedRows: log.item.length,
      unknownItemRows: Number(counts?.unknown_items ?? 0),
      botShoppers: Number(counts?.bots ?? 0),
      mergedShoppers: Number(counts?.merged ?? 0),
      optedOutShoppers: Number(counts?.opted_out ?? 0),
    },
  };
}

async function createItemTable(lake: Lake, itemIndex: ReadonlyMap<string, number>): Promise<void> {
  await lake.query("CREATE OR REPLACE TEMP TABLE training_items (item_id VARCHAR, item INTEGER)");
  const appender = await lake.connection.createAppender("training_items", null, "temp");
  for (const [itemId, item] of itemIndex) {
    appender.appendVarchar(itemId);
    appender.appendInteger(item);
    appender.endRow();
  }
  appender.closeSync();
}

/** Times after which the newest one and two shares of the usable interactions begin. */
async function computeWindows(lake: Lake, testSharePct: number): Promise<LogWindows> {
  const held = testSharePct / 100;
  const at = (share: number) =>
    `quantile_disc(occurred_at_ms, ${Math.max(0, share).toFixed(6)}) FILTER (item IS NOT NULL AND NOT is_bot)::DOUBLE`;
  const [row] = await lake.query(
    `SELECT ${at(1 - 2 * held)} AS ranker_from, ${at(1 - held)} AS split FROM training_log`,
  );
  return { rankerFromMs: Number(row?.ranker_from ?? 0), splitMs: Number(row?.split ?? 0) };
}

type LogColumns = [
  shopper: string[],
  item: number[],
  type: InteractionType[],
  timeMs: number[],
  session: string[],
  region: string[],
  device: string[],
];

function toColumns(
  [shopperIds, items, types, times, sessionIds, regionIds, deviceIds]: LogColumns,
  nItems: number,
): InteractionLog {
  const rows = shopperIds?.length ?? 0;
  const shopperNames = createNames();
  const regionNames = createNames();
  const deviceNames = createNames();
  const sessions = createNames();
  const shopper = new Int32Array(rows);
  const item = new Int32Array(rows);
  const timeMs = new Float64Array(rows);
  const weight = new Float32Array(rows);
  const isPurchase = new Uint8Array(rows);
  const session = new Int32Array(rows);
  const region = new Int32Array(rows);
  const device = new Int32Array(rows);
  const lastSeen = new Map<number, { timeMs: number; visit: number }>();
  for (let r = 0; r < rows; r++) {
    const who = shopperNames.indexOf(shopperIds[r]!);
    const at = times[r]!;
    const previous = lastSeen.get(who);
    const visit = previous === undefined || at - previous.timeMs > SESSION_GAP_MS ? r : previous.visit;
    lastSeen.set(who, { timeMs: at, visit });
    shopper[r] = who;
    item[r] = items[r]!;
    timeMs[r] = at;
    weight[r] = INTERACTION_WEIGHTS[types[r]!];
    isPurchase[r] = types[r] === "purchase" ? 1 : 0;
    session[r] = sessions.indexOf(`${who}/${sessionIds[r] === "" ? visit : sessionIds[r]}`);
    region[r] = regionIds[r] === "" ? -1 : regionNames.indexOf(regionIds[r]!);
    device[r] = deviceIds[r] === "" ? -1 : deviceNames.indexOf(deviceIds[r]!);
  }
  return {
    nShoppers: shopperNames.names.length,
    nItems,
    shoppers: shopperNames.names,
    shopper,
    item,
    timeMs,
    weight,
    isPurchase,
    session,
    region,
    regions: regionNames.names,
    device,
    devices: deviceNames.names,
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
