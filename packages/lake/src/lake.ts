import { createHash } from "node:crypto";
import { mkdir, readdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type DuckDBAppender, type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import type { StoredInteraction } from "@shortlist/contracts";
import { batchPath, type LakeTable, tableDir, utcDay } from "./paths";

/** A row that was set aside: nothing is dropped silently. */
export interface QuarantinedRow {
  readonly source: string;
  readonly rowNumber: number;
  /** The most telling of the reasons. */
  readonly reason: string;
  readonly problems: readonly string[];
  readonly receivedAtMs: number;
  readonly appVersion: string | null;
  readonly raw: string;
  /** All reasons, as codes; `reason` alone when absent. */
  readonly reasons?: readonly string[];
  readonly eventType?: string | null;
  /** True when `raw` is an event of `POST /v1/events` with pseudonyms for ids, which can be repaired and replayed. */
  readonly isEvent?: boolean;
}

/** What a repair did to one quarantined row. */
export interface RepairedRow {
  readonly rowId: string;
  readonly repairId: string;
  readonly outcome: "released" | "refused";
  /** Why it is still refused. */
  readonly reasons: readonly string[];
  /** The event it became; null when it was refused. */
  readonly event: Pick<
    StoredInteraction,
    "eventId" | "type" | "itemId" | "shopper" | "sessionId" | "occurredAtMs"
  > | null;
  readonly atMs: number;
}

/** A served slate as archived: what is queried often in columns, the whole record as JSON. */
export interface ArchivedSlate {
  readonly requestId: string;
  readonly atMs: number;
  readonly surface: string;
  readonly shopper: string | null;
  readonly releaseId: string;
  readonly rung: number;
  readonly record: string;
  /** The rollout that was under way, and the arm that answered; null when there was none. */
  readonly rolloutId?: string | null;
  readonly arm?: string | null;
}

/** A request that a candidate release answered too, as archived. */
export interface ArchivedShadow {
  readonly requestId: string;
  readonly atMs: number;
  readonly surface: string;
  readonly rolloutId: string;
  readonly record: string;
}

/**
 * The Parquet lake: append-only, partitioned by workspace, table and UTC day, read with DuckDB. A batch is one
 * file per day named by its writer; a crash between writing and acknowledging rewrites the same file, so nothing
 * is stored twice by the archiver, and readers drop repeated event ids that arrived in different batches.
 */
export interface Lake {
  writeInteractions(workspace: string, batch: string, rows: readonly StoredInteraction[]): Promise<void>;
  writeSlates(workspace: string, batch: string, rows: readonly ArchivedSlate[]): Promise<void>;
  writeShadows(workspace: string, batch: string, rows: readonly ArchivedShadow[]): Promise<void>;
  writeQuarantine(workspace: string, batch: string, rows: readonly QuarantinedRow[]): Promise<void>;
  writeRepairs(workspace: string, batch: string, rows: readonly RepairedRow[]): Promise<void>;
  /** True when the table has at least one file. */
  hasRows(workspace: string, table: LakeTable): Promise<boolean>;
  /**
   * A table, to put in a FROM clause; only valid when `hasRows`. Columns that older files lack are null.
   */
  scan(workspace: string, table: LakeTable): string;
  /** The rows of some UTC days, both included, without looking at the files of others; null when there are none. */
  scanDays(
    workspace: string,
    table: LakeTable,
    o: { readonly fromDay: string; readonly toDay: string },
  ): Promise<string | null>;
  /** The first and the last day that a table has; null when it has none. */
  findDays(workspace: string, table: LakeTable): Promise<{ first: string; last: string } | null>;
  /** Interactions with one row per event id: the one known first. */
  dedupedInteractions(workspace: string): string;
  query(sql: string): Promise<Record<string, unknown>[]>;
  connection: DuckDBConnection;
  deleteBatches(workspace: string, table: LakeTable, batchPrefix: string): Promise<void>;
  close(): void;
}

const COLUMNS = {
  events: `event_id VARCHAR, type VARCHAR, item_id VARCHAR, shopper VARCHAR, anonymous_shopper VARCHAR, session_id VARCHAR,
    request_id VARCHAR, position INTEGER, surface VARCHAR, occurred_at_ms BIGINT, received_at_ms BIGINT,
    value DOUBLE, currency VARCHAR, quantity DOUBLE, context VARCHAR, corrected_at_ms BIGINT`,
  slates: `request_id VARCHAR, at_ms BIGINT, surface VARCHAR, shopper VARCHAR, release_id VARCHAR, rung INTEGER, record VARCHAR,
    rollout_id VARCHAR, arm VARCHAR`,
  shadows: `request_id VARCHAR, at_ms BIGINT, surface VARCHAR, rollout_id VARCHAR, record VARCHAR`,
  quarantine: `source VARCHAR, row_number BIGINT, reason VARCHAR, problems VARCHAR, received_at_ms BIGINT, app_version VARCHAR, raw VARCHAR, row_id VARCHAR, reasons VARCHAR, event_type VARCHAR, is_event BOOLEAN`,
  repairs: `row_id VARCHAR, repair_id VARCHAR, outcome VARCHAR, reasons VARCHAR, at_ms BIGINT,
    event_id VARCHAR, type VARCHAR, item_id VARCHAR, shopper VARCHAR, occurred_at_ms BIGINT, session_id VARCHAR`,
  daily: `day VARCHAR, type VARCHAR, item_id VARCHAR, currency VARCHAR, events BIGINT, shoppers BIGINT, value_sum DOUBLE,
    quantity_sum DOUBLE`,
} as const satisfies Record<LakeTable, string>;

/** Columns that files written before they existed lack. */
const LATER_COLUMNS: Partial<Record<LakeTable, string>> = {
  events: "NULL::BIGINT AS corrected_at_ms",
  slates: "NULL::VARCHAR AS rollout_id, NULL::VARCHAR AS arm",
  quarantine:
    "NULL::VARCHAR AS row_id, NULL::VARCHAR AS reasons, NULL::VARCHAR AS event_type, NULL::BOOLEAN AS is_event",
};

/**
 * Identity of a quarantined row. What came over the network is known by its content, so that a client that sends it
 * again makes no second row; anything else by where it stands, such as a row of a file.
 */
export function createRowId(row: Pick<QuarantinedRow, "source" | "rowNumber" | "raw">): string {
  const identity = BY_CONTENT.has(row.source) ? row.raw : `${row.source}\n${row.rowNumber}\n${row.raw}`;
  return createHash("sha256").update(identity).digest("hex").slice(0, 32);
}
const BY_CONTENT: ReadonlySet<string> = new Set(["collector", "event log"]);

export async function openLake(root: string): Promise<Lake> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  let scratchNumber = 0;

  async function writeBatch<T>(
    target: { workspace: string; table: LakeTable; batch: string },
    rows: readonly T[],
    o: { timeMs: (row: T) => number; append: (appender: DuckDBAppender, row: T) => void },
  ): Promise<void> {
    const byDay = new Map<string, T[]>();
    for (const row of rows) {
      const day = utcDay(o.timeMs(row));
      const dayRows = byDay.get(day);
      if (dayRows === undefined) byDay.set(day, [row]);
      else dayRows.push(row);
    }
    for (const [day, dayRows] of byDay) {
      const scratch = `scratch_${scratchNumber++}`;
      await connection.run(`CREATE TEMP TABLE ${scratch} (${COLUMNS[target.table]})`);
      const appender = await connection.createAppender(scratch, null, "temp");
      for (const row of dayRows) {
        o.append(appender, row);
        appender.endRow();
      }
      appender.closeSync();
      const path = batchPath(root, target.workspace, target.table, day, target.batch);
      await mkdir(dirname(path), { recursive: true });
      const temporary = `${path}.tmp`;
      await connection.run(`COPY ${scratch} TO ${quote(temporary)} (FORMAT parquet, COMPRESSION zstd)`);
      await rename(temporary, path);
      await connection.run(`DROP TABLE ${scratch}`);
    }
  }

  const scanFiles = (table: LakeTable, globs: readonly string[]) => {
    const files = `read_parquet([${globs.map(quote).join(", ")}], hive_partitioning = false, union_by_name = true)`;
    const later = LATER_COLUMNS[table];
    return later === undefined
      ? files
      : `(SELECT * FROM ${files} UNION ALL BY NAME SELECT ${later} WHERE false)`;
  };
  const scan = (workspace: string, table: LakeTable) =>
    scanFiles(table, [`${tableDir(root, workspace, table)}/*/*.parquet`]);
  /** Days that hold a file: retention and a repeated import leave empty folders. */
  const listDays = async (workspace: string, table: LakeTable) => {
    const dir = tableDir(root, workspace, table);
    const days: string[] = [];
    for (const name of (await readdir(dir).catch(() => [])).sort())
      if (
        name.startsWith("day=") &&
        (await readdir(join(dir, name))).some((file) => file.endsWith(".parquet"))
      )
        days.push(name.slice("day=".length));
    return days;
  };

  return {
    connection,
    scan,
    close: () => {
      connection.closeSync();
      instance.closeSync();
    },
    writeInteractions: (workspace, batch, rows) =>
      writeBatch({ workspace, table: "events", batch }, rows, {
        timeMs: (row) => row.receivedAtMs,
        append: appendInteraction,
      }),
    writeSlates: (workspace, batch, rows) =>
      writeBatch({ workspace, table: "slates", batch }, rows, {
        timeMs: (row) => row.atMs,
        append: appendSlate,
      }),
    writeShadows: (workspace, batch, rows) =>
      writeBatch({ workspace, table: "shadows", batch }, rows, {
        timeMs: (row) => row.atMs,
        append: appendShadow,
      }),
    writeQuarantine: (workspace, batch, rows) =>
      writeBatch({ workspace, table: "quarantine", batch }, rows, {
        timeMs: (row) => row.receivedAtMs,
        append: appendQuarantined,
      }),
    writeRepairs: (workspace, batch, rows) =>
      writeBatch({ workspace, table: "repairs", batch }, rows, {
        timeMs: (row) => row.atMs,
        append: appendRepaired,
      }),
    async hasRows(workspace, table) {
      const dir = tableDir(root, workspace, table);
      // Newest first: retention and repeated imports leave empty folders of old days.
      for (const day of (await readdir(dir).catch(() => [])).sort().reverse())
        if (
          day.startsWith("day=") &&
          (await readdir(join(dir, day))).some((file) => file.endsWith(".parquet"))
        )
          return true;
      return false;
    },
    async scanDays(workspace, table, { fromDay, toDay }) {
      const days = (await listDays(workspace, table)).filter((day) => day >= fromDay && day <= toDay);
      const dir = tableDir(root, workspace, table);
      return days.length === 0
        ? null
        : scanFiles(
            table,
            days.map((day) => `${dir}/day=${day}/*.parquet`),
          );
    },
    async findDays(workspace, table) {
      const days = await listDays(workspace, table);
      return days.length === 0 ? null : { first: days[0]!, last: days.at(-1)! };
    },
    dedupedInteractions: (workspace) =>
      `(SELECT * FROM ${scan(workspace, "events")} QUALIFY row_number() OVER (PARTITION BY event_id ORDER BY coalesce(corrected_at_ms, received_at_ms), received_at_ms) = 1)`,
    async query(sql) {
      const reader = await connection.runAndReadAll(sql);
      return reader.getRowObjectsJS() as Record<string, unknown>[];
    },
    async deleteBatches(workspace, table, batchPrefix) {
      const dir = tableDir(root, workspace, table);
      for (const day of await readdir(dir).catch(() => [])) {
        for (const file of await readdir(`${dir}/${day}`)) {
          if (file.startsWith(batchPrefix)) await rm(`${dir}/${day}/${file}`);
        }
      }
    },
  };
}

/** A single-quoted SQL string. Paths are the only texts that reach SQL here, never anything a caller sent. */
export function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

function appendInteraction(a: DuckDBAppender, row: StoredInteraction): void {
  a.appendVarchar(row.eventId);
  a.appendVarchar(row.type);
  appendText(a, row.itemId);
  a.appendVarchar(row.shopper);
  appendText(a, row.anonymousShopper);
  appendText(a, row.sessionId);
  appendText(a, row.requestId);
  if (row.position === null) a.appendNull();
  else a.appendInteger(row.position);
  appendText(a, row.surface);
  a.appendBigInt(BigInt(Math.round(row.occurredAtMs)));
  a.appendBigInt(BigInt(Math.round(row.receivedAtMs)));
  appendNumber(a, row.value);
  appendText(a, row.currency);
  appendNumber(a, row.quantity);
  a.appendVarchar(JSON.stringify(row.context));
  if (row.correctedAtMs === null || row.correctedAtMs === undefined) a.appendNull();
  else a.appendBigInt(BigInt(Math.round(row.correctedAtMs)));
}

function appendSlate(a: DuckDBAppender, row: ArchivedSlate): void {
  a.appendVarchar(row.requestId);
  a.appendBigInt(BigInt(Math.round(row.atMs)));
  a.appendVarchar(row.surface);
  appendText(a, row.shopper);
  a.appendVarchar(row.releaseId);
  a.appendInteger(row.rung);
  a.appendVarchar(row.record);
  appendText(a, row.rolloutId ?? null);
  appendText(a, row.arm ?? null);
}

function appendShadow(a: DuckDBAppender, row: ArchivedShadow): void {
  a.appendVarchar(row.requestId);
  a.appendBigInt(BigInt(Math.round(row.atMs)));
  a.appendVarchar(row.surface);
  a.appendVarchar(row.rolloutId);
  a.appendVarchar(row.record);
}

function appendQuarantined(a: DuckDBAppender, row: QuarantinedRow): void {
  a.appendVarchar(row.source);
  a.appendBigInt(BigInt(row.rowNumber));
  a.appendVarchar(row.reason);
  a.appendVarchar(row.problems.join(","));
  a.appendBigInt(BigInt(Math.round(row.receivedAtMs)));
  appendText(a, row.appVersion);
  a.appendVarchar(row.raw);
  a.appendVarchar(createRowId(row));
  a.appendVarchar((row.reasons ?? [row.reason]).join(","));
  appendText(a, row.eventType ?? null);
  a.appendBoolean(row.isEvent ?? false);
}

function appendRepaired(a: DuckDBAppender, row: RepairedRow): void {
  a.appendVarchar(row.rowId);
  a.appendVarchar(row.repairId);
  a.appendVarchar(row.outcome);
  a.appendVarchar(row.reasons.join(","));
  a.appendBigInt(BigInt(Math.round(row.atMs)));
  const { event } = row;
  appendText(a, event?.eventId ?? null);
  appendText(a, event?.type ?? null);
  appendText(a, event?.itemId ?? null);
  appendText(a, event?.shopper ?? null);
  if (event === null) a.appendNull();
  else a.appendBigInt(BigInt(Math.round(event.occurredAtMs)));
  appendText(a, event?.sessionId ?? null);
}

function appendText(a: DuckDBAppender, text: string | null): void {
  if (text === null) a.appendNull();
  else a.appendVarchar(text);
}

function appendNumber(a: DuckDBAppender, value: number | null): void {
  if (value === null) a.appendNull();
  else a.appendDouble(value);
}
