import type { EventRules } from "@shortlist/contracts";
import type { Lake } from "../lake";

// What one UTC day of the archive looks like, as plain numbers. Whether that is good is decided elsewhere.

export interface DayStats {
  /** YYYY-MM-DD of arrival, UTC. */
  readonly day: string;
  readonly events: number;
  readonly byType: Readonly<Record<string, number>>;
  /** Events without the field, by field. */
  readonly missing: Readonly<Record<string, number>>;
  /** Events whose context has the field, by field, and the JSON types it came in. */
  readonly context: Readonly<Record<string, { readonly events: number; readonly types: readonly string[] }>>;
  /** Events that the context was read of: a sample on large days. */
  readonly contextEvents: number;
  readonly outOfRange: number;
  /** Kept events that repeat another under a new id within the window of duplicates. */
  readonly repeated: number;
  readonly latenessMsP95: number | null;
  readonly withItem: number;
  /** Of those, the events whose item the catalogue knows; null without a catalogue. */
  readonly knownItems: number | null;
  readonly linked: number;
  /** Views and clicks of shoppers who open more than 30 different items in a minute. */
  readonly ofBots: number;
  readonly viewsAndClicks: number;
  readonly setAside: number;
  readonly setAsideAsDuplicates: number;
}

/** Fields of the contract that may be missing; the others are required. */
const OPTIONAL_FIELDS = {
  sessionId: "session_id",
  requestId: "request_id",
  position: "position",
  surface: "surface",
  value: "value",
  currency: "currency",
  quantity: "quantity",
} as const;

/** The same bound as training uses: people open at most a few pages a minute. */
const BOT_ITEMS_PER_MINUTE = 30;
/** Shares of context fields are right within half a point with this many events. */
const CONTEXT_SAMPLE = 40_000;
const JSON_NUMBERS = "('DOUBLE', 'BIGINT', 'UBIGINT', 'HUGEINT')";

/** Item ids of the catalogue, in a table that `computeDayStats` joins; to be made once for many calls. */
export async function createCatalogTable(lake: Lake, itemIds: readonly string[]): Promise<string> {
  await lake.connection.run("CREATE OR REPLACE TEMP TABLE quality_catalog (item_id VARCHAR)");
  const appender = await lake.connection.createAppender("quality_catalog", null, "temp");
  for (const itemId of itemIds) {
    appender.appendVarchar(itemId);
    appender.endRow();
  }
  appender.closeSync();
  return "quality_catalog";
}

/**
 * Reads the days from `fromDay` to `toDay`, both included; days without anything have no row. Cost: one pass over the
 * events of these days for each of six questions, held in a temporary table: ask for few days of a large shop at once.
 *
 * @param o.catalog a table with item_id; null when there is no catalogue
 */
export async function computeDayStats(
  lake: Lake,
  workspace: string,
  o: { fromDay: string; toDay: string; catalog: string | null; rules: EventRules },
): Promise<DayStats[]> {
  const events = await lake.scanDays(workspace, "events", o);
  const quarantine = await lake.scanDays(workspace, "quarantine", o);
  const days = new Map<string, DayStats>();
  const dayOf = (column: string) => `strftime(epoch_ms(${column}), '%Y-%m-%d')`;
  if (events !== null) {
    await lake.connection.run(
      `CREATE OR REPLACE TEMP TABLE quality_events AS SELECT *, ${dayOf("received_at_ms")} AS day FROM ${events}
       QUALIFY row_number() OVER (PARTITION BY event_id ORDER BY received_at_ms) = 1`,
    );
    for (const stats of await readEventDays(lake, o)) days.set(stats.day, stats);
    await lake.connection.run("DROP TABLE quality_events");
  }
  if (quarantine !== null)
    for (const row of await lake.query(
      `SELECT ${dayOf("received_at_ms")} AS day, count(DISTINCT coalesce(row_id, raw))::DOUBLE AS n,
         count(DISTINCT coalesce(row_id, raw)) FILTER (reason = 'duplicate')::DOUBLE AS duplicates
       FROM ${quarantine} GROUP BY 1`,
    )) {
      const day = String(row.day);
      days.set(day, {
        ...(days.get(day) ?? createEmptyDay(day)),
        setAside: Number(row.n),
        setAsideAsDuplicates: Number(row.duplicates),
      });
    }
  return [...days.values()].sort((a, b) => (a.day < b.day ? -1 : 1));
}

/** A day on which nothing arrived. */
export function createEmptyDay(day: string): DayStats {
  return {
    day,
    events: 0,
    byType: {},
    missing: {},
    context: {},
    contextEvents: 0,
    outOfRange: 0,
    repeated: 0,
    latenessMsP95: null,
    withItem: 0,
    knownItems: null,
    linked: 0,
    ofBots: 0,
    viewsAndClicks: 0,
    setAside: 0,
    setAsideAsDuplicates: 0,
  };
}

async function readEventDays(
  lake: Lake,
  o: { catalog: string | null; rules: EventRules },
): Promise<DayStats[]> {
  const { rules } = o;
  const missing = Object.entries(OPTIONAL_FIELDS);
  const outside = (column: string, range: { min: number; max: number }) =>
    `coalesce(${column} < ${range.min}::DOUBLE OR ${column} > ${range.max}::DOUBLE, false)`;
  const valueCases = Object.entries(rules.types).flatMap(([type, own]) =>
    own?.value === undefined ? [] : [`WHEN '${type}' THEN ${outside("value", own.value)}`],
  );
  const valueOutside = `CASE type ${valueCases.join(" ")} ELSE ${outside("value", rules.value)} END`;
  const known =
    o.catalog === null ? "NULL" : `count(*) FILTER (item_id IN (SELECT item_id FROM ${o.catalog}))::DOUBLE`;
  const rows = await lake.query(
    `SELECT day, count(*)::DOUBLE AS events, count(item_id)::DOUBLE AS with_item, ${known} AS known_items,
       count(anonymous_shopper)::DOUBLE AS linked,
       quantile_cont(greatest(received_at_ms - occurred_at_ms, 0), 0.95)::DOUBLE AS lateness,
       count(*) FILTER (${valueOutside} OR ${outside("quantity", rules.quantity)} OR ${outside("position", rules.position)})::DOUBLE AS out_of_range,
       ${missing.map(([, column]) => `count(*) FILTER (${column} IS NULL)::DOUBLE AS missing_${column}`).join(", ")},
       count(*) FILTER (type IN ('view', 'click'))::DOUBLE AS views_and_clicks
     FROM quality_events GROUP BY day`,
  );
  const types = await groupByDay(
    lake,
    "SELECT day, type AS name, count(*)::DOUBLE AS n FROM quality_events GROUP BY ALL",
  );
  const repeated = await groupByDay(
    lake,
    `SELECT day, '' AS name, count(*)::DOUBLE AS n FROM (
       SELECT day, occurred_at_ms - lag(occurred_at_ms) OVER (PARTITION BY shopper, type, item_id, session_id, request_id,
         position, value, quantity ORDER BY occurred_at_ms) AS gap FROM quality_events)
     WHERE gap <= ${rules.duplicateWindowMs} GROUP BY day`,
  );
  const bots = await groupByDay(
    lake,
    `SELECT day, '' AS name, sum(n)::DOUBLE AS n FROM (
       SELECT day, count(*) AS n FROM quality_events WHERE type IN ('view', 'click')
       GROUP BY day, shopper, occurred_at_ms // 60000 HAVING count(DISTINCT item_id) > ${BOT_ITEMS_PER_MINUTE})
     GROUP BY day`,
  );
  const context = await readContext(lake);
  return rows.map((row): DayStats => {
    const day = String(row.day);
    return {
      ...createEmptyDay(day),
      events: Number(row.events),
      byType: types.get(day) ?? {},
      missing: Object.fromEntries(
        missing.map(([field, column]) => [field, Number(row[`missing_${column}`])]),
      ),
      context: context.get(day)?.fields ?? {},
      contextEvents: context.get(day)?.events ?? 0,
      outOfRange: Number(row.out_of_range),
      repeated: repeated.get(day)?.[""] ?? 0,
      latenessMsP95: row.lateness === null ? null : Number(row.lateness),
      withItem: Number(row.with_item),
      knownItems: row.known_items === null ? null : Number(row.known_items),
      linked: Number(row.linked),
      ofBots: bots.get(day)?.[""] ?? 0,
      viewsAndClicks: Number(row.views_and_clicks),
    };
  });
}

async function groupByDay(lake: Lake, sql: string): Promise<Map<string, Record<string, number>>> {
  const found = new Map<string, Record<string, number>>();
  for (const row of await lake.query(sql)) {
    const day = String(row.day);
    found.set(day, { ...found.get(day), [String(row.name)]: Number(row.n) });
  }
  return found;
}

/** Fields of the context by day. Of large days every k-th event, by a hash of its id, so that days compare. */
async function readContext(lake: Lake) {
  await lake.connection.run(
    `CREATE OR REPLACE TEMP TABLE quality_context AS SELECT day, context FROM quality_events
     QUALIFY hash(event_id) % greatest(1, count(*) OVER (PARTITION BY day) // ${CONTEXT_SAMPLE}) = 0`,
  );
  const totals = await lake.query("SELECT day, count(*)::DOUBLE AS n FROM quality_context GROUP BY day");
  const rows = await lake.query(
    `SELECT day, je.key AS name, count(*)::DOUBLE AS n,
       list_sort(list(DISTINCT CASE WHEN je.type IN ${JSON_NUMBERS} THEN 'NUMBER' ELSE je.type END)) AS types
     FROM quality_context, json_each(quality_context.context) je WHERE je.type <> 'NULL' GROUP BY ALL`,
  );
  await lake.connection.run("DROP TABLE quality_context");
  const days = new Map<
    string,
    { events: number; fields: Record<string, { events: number; types: string[] }> }
  >();
  for (const row of totals) days.set(String(row.day), { events: Number(row.n), fields: {} });
  for (const row of rows)
    days.get(String(row.day))!.fields[String(row.name)] = {
      events: Number(row.n),
      types: row.types as string[],
    };
  return days;
}
