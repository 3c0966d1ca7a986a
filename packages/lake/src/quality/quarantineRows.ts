import type { FeatureView, QuarantineGroupKey, RepairReceipt } from "@shortlist/contracts";
import { keyColumns } from "../features/eventSql";
import type { Lake } from "../lake";

// Rows that were set aside, as people look at them: one row per content, in groups, and what repairs did to them.

/** A row that is open has not been released. */
export interface QuarantineRow {
  readonly rowId: string;
  readonly origin: string;
  readonly rowNumber: number;
  readonly reasons: readonly string[];
  readonly problems: string;
  readonly receivedAtMs: number;
  readonly appVersion: string | null;
  readonly eventType: string | null;
  readonly raw: string;
  /** Whether it can be repaired here; else `raw` is something to look at. */
  readonly isEvent: boolean;
}

export interface QuarantineGroup extends QuarantineGroupKey {
  readonly open: number;
  readonly released: number;
  /** Of the open rows, those that can be repaired here. */
  readonly repairable: number;
  readonly firstSeenMs: number;
  readonly lastSeenMs: number;
}

/** Position in a list that is read page by page, newest first. */
export interface QuarantineCursor {
  readonly receivedAtMs: number;
  readonly rowId: string;
}

const COLUMNS = `row_id, origin, row_number::DOUBLE AS row_number, reasons, problems, received_at_ms::DOUBLE AS received_at_ms,
  app_version, event_type, raw, is_event`;

/**
 * FROM item of the rows that were set aside, one per content: a client that retries and an archiver that was killed
 * write a row again. Rows of imports carry the file and mapping as their origin.
 */
function compileRowsSql(lake: Lake, workspace: string): string {
  // Files of an earlier version have no ids.
  const id = "coalesce(row_id, md5(concat_ws('|', source, row_number, raw)))";
  return `(SELECT ${id} AS row_id,
      regexp_replace(source, '^(import-[0-9a-f]{16}-.+)-[0-9]+$', '\\1') AS origin, row_number, reason,
      coalesce(reasons, reason) AS reasons, problems, received_at_ms, app_version, event_type, raw,
      coalesce(is_event, false) AS is_event
    FROM ${lake.scan(workspace, "quarantine")}
    QUALIFY row_number() OVER (PARTITION BY ${id} ORDER BY received_at_ms) = 1)`;
}

/** FROM item of the ids of rows that are released, by any repair but the named one. */
async function compileReleasedSql(lake: Lake, workspace: string, exceptRepairId = ""): Promise<string> {
  if (!(await lake.hasRows(workspace, "repairs"))) return "(SELECT NULL::VARCHAR AS row_id WHERE false)";
  return `(SELECT DISTINCT row_id FROM ${lake.scan(workspace, "repairs")}
    WHERE outcome = 'released' AND repair_id <> '${exceptRepairId.replaceAll("'", "")}')`;
}

/** Groups with their counts, those with the most open rows first. Cost: one pass over the workspace's rows. */
export async function listQuarantineGroups(
  lake: Lake,
  workspace: string,
  limit: number,
): Promise<QuarantineGroup[]> {
  if (!(await lake.hasRows(workspace, "quarantine"))) return [];
  const released = await compileReleasedSql(lake, workspace);
  const rows = await lake.query(
    `SELECT q.reason, q.origin, q.event_type, q.app_version,
       count(*) FILTER (r.row_id IS NULL)::DOUBLE AS open, count(r.row_id)::DOUBLE AS released,
       count(*) FILTER (r.row_id IS NULL AND q.is_event)::DOUBLE AS repairable,
       min(q.received_at_ms)::DOUBLE AS first_ms, max(q.received_at_ms)::DOUBLE AS last_ms
     FROM ${compileRowsSql(lake, workspace)} q LEFT JOIN ${released} r ON r.row_id = q.row_id
     GROUP BY ALL ORDER BY open DESC, last_ms DESC, q.reason LIMIT ${limit}`,
  );
  return rows.map((row) => ({
    reason: String(row.reason),
    origin: String(row.origin),
    eventType: (row.event_type as string | null) ?? null,
    appVersion: (row.app_version as string | null) ?? null,
    open: Number(row.open),
    released: Number(row.released),
    repairable: Number(row.repairable),
    firstSeenMs: Number(row.first_ms),
    lastSeenMs: Number(row.last_ms),
  }));
}

/** Condition of one group, with its parameters from `$1` on. */
const IN_GROUP =
  "q.reason = $1 AND q.origin = $2 AND q.event_type IS NOT DISTINCT FROM $3 AND q.app_version IS NOT DISTINCT FROM $4";
const groupParameters = (group: QuarantineGroupKey) => [
  group.reason,
  group.origin,
  group.eventType,
  group.appVersion,
];

async function read(lake: Lake, sql: string, parameters: (string | number | null)[]) {
  const reader = await lake.connection.runAndReadAll(sql, parameters);
  return reader.getRowObjectsJS() as Record<string, unknown>[];
}

/** Open rows of a group, newest first, after the cursor. */
export async function listQuarantineRows(
  lake: Lake,
  workspace: string,
  o: { group: QuarantineGroupKey; cursor: QuarantineCursor | null; limit: number },
): Promise<QuarantineRow[]> {
  if (!(await lake.hasRows(workspace, "quarantine"))) return [];
  const released = await compileReleasedSql(lake, workspace);
  const after =
    o.cursor === null ? "" : "AND (q.received_at_ms < $5 OR (q.received_at_ms = $5 AND q.row_id < $6))";
  const rows = await read(
    lake,
    `SELECT ${COLUMNS} FROM ${compileRowsSql(lake, workspace)} q
     WHERE ${IN_GROUP} AND q.row_id NOT IN (SELECT row_id FROM ${released}) ${after}
     ORDER BY q.received_at_ms DESC, q.row_id DESC LIMIT ${o.limit}`,
    [...groupParameters(o.group), ...(o.cursor === null ? [] : [o.cursor.receivedAtMs, o.cursor.rowId])],
  );
  return rows.map(toRow);
}

/** Up to `limit` open rows of a group that can be repaired, spread over all of it by their ids, which are hashes. */
export async function sampleQuarantineRows(
  lake: Lake,
  workspace: string,
  o: { group: QuarantineGroupKey; limit: number },
): Promise<{ rows: QuarantineRow[]; total: number }> {
  if (!(await lake.hasRows(workspace, "quarantine"))) return { rows: [], total: 0 };
  const released = await compileReleasedSql(lake, workspace);
  const rows = await read(
    lake,
    `SELECT ${COLUMNS}, count(*) OVER ()::DOUBLE AS total FROM ${compileRowsSql(lake, workspace)} q
     WHERE ${IN_GROUP} AND q.is_event AND q.row_id NOT IN (SELECT row_id FROM ${released})
     ORDER BY q.row_id LIMIT ${o.limit}`,
    groupParameters(o.group),
  );
  return { rows: rows.map(toRow), total: Number(rows[0]?.total ?? 0) };
}

/** The rows a repair is about: a set that neither grows nor shrinks while it runs. */
export interface RepairRows {
  readonly total: number;
  /** The next rows after `afterRowId`, in the order of their ids. */
  list(afterRowId: string, limit: number): Promise<QuarantineRow[]>;
  close(): Promise<void>;
}

/**
 * Opens a repair's rows: those of the group that came before the repair and that no other repair has released. What
 * this repair itself released stays in, so that a run that was killed counts it again.
 */
export async function openRepairRows(
  lake: Lake,
  workspace: string,
  o: { repairId: string; group: QuarantineGroupKey; beforeMs: number },
): Promise<RepairRows> {
  const table = `repair_${o.repairId.replaceAll(/[^a-zA-Z0-9]/g, "")}`;
  if (!(await lake.hasRows(workspace, "quarantine")))
    return { total: 0, list: async () => [], close: async () => undefined };
  const released = await compileReleasedSql(lake, workspace, o.repairId);
  await lake.connection.run(
    `CREATE OR REPLACE TEMP TABLE ${table} AS SELECT ${COLUMNS} FROM ${compileRowsSql(lake, workspace)} q
     WHERE ${IN_GROUP} AND q.is_event AND q.received_at_ms <= $5
       AND q.row_id NOT IN (SELECT row_id FROM ${released}) ORDER BY q.row_id`,
    [...groupParameters(o.group), o.beforeMs],
  );
  const [count] = await lake.query(`SELECT count(*)::DOUBLE AS n FROM ${table}`);
  return {
    total: Number(count!.n),
    async list(afterRowId, limit) {
      const rows = await read(
        lake,
        `SELECT * FROM ${table} WHERE row_id > $1 ORDER BY row_id LIMIT ${limit}`,
        [afterRowId],
      );
      return rows.map(toRow);
    },
    close: async () => void (await lake.connection.run(`DROP TABLE IF EXISTS ${table}`)),
  };
}

/** What a repair changed, from what it wrote. A chunk that was written twice counts once. */
export async function computeRepairReceipt(
  lake: Lake,
  workspace: string,
  repairId: string,
): Promise<Omit<RepairReceipt, "views">> {
  const empty = { rows: 0, released: 0, refusedByReason: {}, days: [], items: 0, shoppers: 0, byType: {} };
  if (!(await lake.hasRows(workspace, "repairs"))) return empty;
  const rows = `(SELECT * FROM ${lake.scan(workspace, "repairs")} WHERE repair_id = $1
    QUALIFY row_number() OVER (PARTITION BY row_id ORDER BY outcome DESC) = 1)`;
  const released = `${rows} WHERE outcome = 'released'`;
  const count = (sql: string) => read(lake, sql, [repairId]);
  const [totals] = await count(
    `SELECT count(*)::DOUBLE AS rows, count(*) FILTER (outcome = 'released')::DOUBLE AS released,
       count(DISTINCT item_id) FILTER (outcome = 'released')::DOUBLE AS items,
       count(DISTINCT shopper) FILTER (outcome = 'released')::DOUBLE AS shoppers FROM ${rows}`,
  );
  const reasons = await count(
    `SELECT name, count(*)::DOUBLE AS n FROM (SELECT unnest(string_split(reasons, ',')) AS name FROM ${rows} WHERE outcome = 'refused') GROUP BY 1`,
  );
  const types = await count(`SELECT type AS name, count(*)::DOUBLE AS n FROM ${released} GROUP BY 1`);
  const days = await count(
    `SELECT strftime(epoch_ms(occurred_at_ms), '%Y-%m-%d') AS day, count(*)::DOUBLE AS n FROM ${released} GROUP BY 1 ORDER BY 1`,
  );
  const byName = (found: Record<string, unknown>[]) =>
    Object.fromEntries(found.map(({ name, n }) => [String(name), Number(n)]));
  return {
    rows: Number(totals!.rows),
    released: Number(totals!.released),
    items: Number(totals!.items),
    shoppers: Number(totals!.shoppers),
    refusedByReason: byName(reasons),
    byType: byName(types),
    days: days.map(({ day, n }) => ({ day: String(day), events: Number(n) })),
  };
}

/** Of the events a repair released, those that a view has a row for, and of them those that happened before a time. */
export async function countReleasedEvents(
  lake: Lake,
  workspace: string,
  o: { repairId: string; view: FeatureView; beforeMs: number },
): Promise<{ events: number; before: number }> {
  if (!(await lake.hasRows(workspace, "repairs"))) return { events: 0, before: 0 };
  const [row] = await read(
    lake,
    `SELECT count(DISTINCT row_id)::DOUBLE AS events,
       count(DISTINCT row_id) FILTER (occurred_at_ms < $2)::DOUBLE AS before
     FROM ${lake.scan(workspace, "repairs")}
     WHERE repair_id = $1 AND outcome = 'released' AND list_contains(string_split($3, ','), type)
       AND ${keyColumns(o.view)
         .map((column) => `${column} IS NOT NULL`)
         .join(" AND ")}`,
    [o.repairId, o.beforeMs, o.view.source.types.join(",")],
  );
  return { events: Number(row!.events), before: Number(row!.before) };
}

function toRow(row: Record<string, unknown>): QuarantineRow {
  return {
    rowId: String(row.row_id),
    origin: String(row.origin),
    rowNumber: Number(row.row_number),
    reasons: String(row.reasons).split(","),
    problems: String(row.problems),
    receivedAtMs: Number(row.received_at_ms),
    appVersion: (row.app_version as string | null) ?? null,
    eventType: (row.event_type as string | null) ?? null,
    raw: String(row.raw),
    isEvent: row.is_event === true,
  };
}
