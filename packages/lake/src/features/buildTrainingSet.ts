import { createHash } from "node:crypto";
import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { canonicalFeatureViewJson, type FeatureView, type TrainingSetManifest } from "@shortlist/contracts";
import { compileOptedOutSql } from "../identity/identitySql";
import { type Lake, quote } from "../lake";
import { compileFeatureSql } from "./compileFeatureSql";
import {
  compileImpressionsSql,
  compileLabelsSql,
  compileSampleSql,
  LABEL_WINDOWS_DEFAULT,
  type LabelWindows,
} from "./trainingRows";

export interface TrainingSetOptions {
  readonly workspace: string;
  readonly views: readonly FeatureView[];
  /**
   * A FROM item with row_id (unique), request_id, at_ms, shopper, item_id, session_id; null: what the slate archive
   * says was shown.
   */
  readonly entities?: string | null;
  /** Rows with fromMs ≤ at_ms < toMs. */
  readonly fromMs: number;
  readonly toMs: number;
  /** Label events received later are not seen, and windows that close later are open. */
  readonly knownByMs: number;
  readonly labels?: LabelWindows;
  /** How long an event takes to be readable (measure its p95): features see what serving could have known. */
  readonly writeLagMs: number;
  /** Share of rows without a positive label that is kept, 0 < rate ≤ 1. */
  readonly negativeRate: number;
  readonly seed: string | number;
  /** Folder for rows.parquet and manifest.json. */
  readonly outDir: string;
}

/**
 * Builds a point-in-time correct training set: what was shown, what the shopper did about it, and the features as
 * they were known at that moment.
 *
 * The same lake and options give the same rows and hash. The manifest is written last: a folder without one is not
 * finished. Cost: see `compileFeatureSql`; the events of the workspace are held in a temporary table.
 *
 * @throws Error naming the option for a rate outside (0, 1], an empty span or no labels
 */
export async function buildTrainingSet(lake: Lake, o: TrainingSetOptions): Promise<TrainingSetManifest> {
  const labels = o.labels ?? LABEL_WINDOWS_DEFAULT;
  requireOptions(o, labels);
  const temporary: string[] = [];
  const create = async (name: string, sql: string) => {
    temporary.push(`training_${name}`);
    await lake.connection.run(`CREATE OR REPLACE TEMP TABLE training_${name} AS ${sql}`);
    return `training_${name}`;
  };
  try {
    const events = await create("events", `SELECT * FROM ${lake.dedupedInteractions(o.workspace)}`);
    const entities = o.entities ?? compileImpressionsSql(lake, o.workspace);
    const rows = await create(
      "rows",
      // Without a shopper nothing can be labelled, and who opted out is not learned from.
      `SELECT * FROM ${entities} WHERE at_ms >= ${o.fromMs} AND at_ms < ${o.toMs} AND shopper IS NOT NULL
         AND shopper NOT IN (${compileOptedOutSql(events)})`,
    );
    const labelled = await create(
      "labelled",
      compileLabelsSql({ rows, events, labels, knownByMs: o.knownByMs }),
    );
    const sampled = await create("sampled", compileSampleSql({ rows: labelled, labels, ...o }));
    const joined: string[] = [];
    for (const [i, view] of o.views.entries()) {
      const compiled = compileFeatureSql(view);
      const prefix = `${view.name}__`;
      const keys = [...new Set(["row_id", "at_ms", ...compiled.keys])];
      const sql = compiled.pointInTime({
        events,
        entities: `(SELECT ${keys.join(", ")} FROM ${sampled})`,
        writeLagMs: o.writeLagMs,
        prefix,
      });
      const outputs = compiled.outputs.map((output) => prefix + output).join(", ");
      joined.push(await create(`view_${i}`, `SELECT row_id, ${outputs} FROM (${sql})`));
    }
    const result = await create(
      "result",
      `SELECT * FROM ${sampled} ${joined.map((table) => `JOIN ${table} USING (row_id)`).join(" ")}`,
    );
    const manifest = await describe(lake, { o, labels, tables: { events, rows, labelled, result } });
    await write(lake, { result, manifest, outDir: o.outDir });
    return manifest;
  } finally {
    for (const table of temporary) await lake.connection.run(`DROP TABLE IF EXISTS ${table}`);
  }
}

function requireOptions(o: TrainingSetOptions, labels: LabelWindows): void {
  if (!(o.negativeRate > 0 && o.negativeRate <= 1))
    throw new Error(`negativeRate must be above 0 and at most 1, got ${o.negativeRate}`);
  if (!(o.fromMs < o.toMs)) throw new Error(`fromMs must be before toMs, got ${o.fromMs} and ${o.toMs}`);
  if (!(o.writeLagMs >= 0)) throw new Error(`writeLagMs must be at least 0, got ${o.writeLagMs}`);
  if (Object.keys(labels).length === 0) throw new Error("labels must name at least one interaction type");
  const names = o.views.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new Error(`views holds ${twice} twice: choose one version`);
}

async function describe(
  lake: Lake,
  {
    o,
    labels,
    tables,
  }: {
    o: TrainingSetOptions;
    labels: LabelWindows;
    tables: { events: string; rows: string; labelled: string; result: string };
  },
): Promise<TrainingSetManifest> {
  const count = async (sql: string) =>
    Number((await lake.query(`SELECT count(*)::DOUBLE AS n FROM ${sql}`))[0]!.n);
  const types = Object.keys(labels);
  const shown = await count(tables.rows);
  const open = await count(
    `${tables.labelled} WHERE ${types.map((type) => `label_${type} IS NULL`).join(" AND ")}`,
  );
  const written = await count(tables.result);
  const labelCounts: Record<string, { window: string; closed: number; positive: number }> = {};
  for (const type of types) {
    labelCounts[type] = {
      window: labels[type]!,
      closed: await count(`${tables.result} WHERE label_${type} IS NOT NULL`),
      positive: await count(`${tables.result} WHERE label_${type} = 1`),
    };
  }
  const columns = (await lake.query(`DESCRIBE ${tables.result}`)).map((row) => String(row.column_name));
  return {
    schemaVersion: 1,
    workspace: o.workspace,
    views: o.views.map((view) => ({ name: view.name, version: view.version, sha256: hashFeatureView(view) })),
    columns,
    labels: labelCounts,
    writeLagMs: o.writeLagMs,
    sampling: { negativeRate: o.negativeRate, seed: String(o.seed) },
    rows: { shown, open, sampledOut: shown - open - written, written },
    span: { fromMs: o.fromMs, toMs: o.toMs, knownByMs: o.knownByMs },
    contentHash: await hashRows(lake, tables.result, columns),
    lineage: {
      entities: o.entities === undefined || o.entities === null ? "slates" : "given",
      events: await count(tables.events),
      eventsHash: await hashRows(lake, tables.events, ["event_id", "received_at_ms"]),
    },
  };
}

/** SHA-256 of a view's canonical JSON: equal for equal definitions, however they were written. */
export function hashFeatureView(view: FeatureView): string {
  return sha256(canonicalFeatureViewJson(view));
}

/** Hash of a set of different rows: their MD5s combined by exclusive or, so that order does not count. */
async function hashRows(lake: Lake, table: string, columns: readonly string[]): Promise<string> {
  const row = `to_json([${columns.map((column) => `to_json("${column}")`).join(", ")}])::VARCHAR`;
  const [found] = await lake.query(
    `SELECT count(*)::VARCHAR AS n, bit_xor(md5_number(${row}))::VARCHAR AS x FROM ${table}`,
  );
  return sha256(JSON.stringify([columns, found!.n, found!.x]));
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

async function write(
  lake: Lake,
  { result, manifest, outDir }: { result: string; manifest: TrainingSetManifest; outDir: string },
): Promise<void> {
  await mkdir(outDir, { recursive: true });
  const rows = join(outDir, "rows.parquet");
  await lake.connection.run(
    `COPY (SELECT * FROM ${result} ORDER BY at_ms, row_id) TO ${quote(`${rows}.tmp`)} (FORMAT parquet, COMPRESSION zstd)`,
  );
  await rename(`${rows}.tmp`, rows);
  const file = join(outDir, "manifest.json");
  await writeFile(`${file}.tmp`, `${JSON.stringify(manifest, null, 2)}\n`);
  await rename(`${file}.tmp`, file);
}
