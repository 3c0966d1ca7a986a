import { mkdir, readdir, readFile, rename, rm, rmdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Lake, type LakeTable, quote, tableDir } from "@shortlist/lake";
import { sha256Hex } from "@shortlist/platform";
import { groupByDay, type LakeFile, listExpired, type RetentionSettings } from "./decideRetention";

// What is old leaves the lake (D8): of events stay counts per day, type and item. A plan beside the aggregate says
// which files went into it, so a run that was cut off at any line is finished or undone by the next, never done twice.

const TABLES = ["events", "slates", "quarantine", "repairs", "daily"] as const satisfies readonly LakeTable[];

export interface RetentionOptions extends RetentionSettings {
  readonly lake: Lake;
  readonly root: string;
  readonly nowMs: number;
  /** Called after each step; tests end the run here. */
  readonly onStep?: (step: "planned" | "aggregated" | "half_deleted") => Promise<void>;
}

export interface RetentionResult {
  /** Files that left, by table. */
  readonly deleted: Readonly<Record<string, number>>;
  /** Days of events that were summed up. */
  readonly daysAggregated: number;
}

/**
 * Sums up and deletes what is older than the settings say. A copy of an event that arrives after its day was summed up
 * counts once more; copies come within days, and raw events are kept for months.
 */
export async function runRetention(workspace: string, o: RetentionOptions): Promise<RetentionResult> {
  await recover(workspace, o);
  const expired = listExpired(await listFiles(workspace, o.root), o, o.nowMs);
  const deleted: Record<string, number> = {};
  const count = (table: LakeTable, n: number) => {
    deleted[table] = (deleted[table] ?? 0) + n;
  };
  const days = groupByDay(expired.filter(({ table }) => table === "events"));
  for (const [day, files] of days) {
    await aggregateDay(workspace, { day, files }, o);
    count("events", files.length);
  }
  for (const file of expired) {
    if (file.table === "events") continue;
    await rm(pathOf(workspace, file, o.root), { force: true });
    count(file.table, 1);
  }
  await removeEmptyDays(workspace, expired, o.root);
  return { deleted, daysAggregated: days.length };
}

interface Plan {
  readonly aggregate: string;
  readonly sources: readonly string[];
}
const PLAN_END = ".retention.json";

async function aggregateDay(
  workspace: string,
  { day, files }: { day: string; files: readonly LakeFile[] },
  o: RetentionOptions,
): Promise<void> {
  const target = join(tableDir(o.root, workspace, "daily"), `day=${day}`);
  await mkdir(target, { recursive: true });
  const sources = files.map(({ name }) => name).sort();
  const aggregate = `raw-${sha256Hex(sources.join("\n")).slice(0, 32)}.parquet`;
  const planPath = join(target, `${aggregate}${PLAN_END}`);
  await writeFile(`${planPath}.tmp`, JSON.stringify({ aggregate, sources } satisfies Plan));
  await rename(`${planPath}.tmp`, planPath);
  await o.onStep?.("planned");
  const paths = files.map((file) => quote(pathOf(workspace, file, o.root))).join(", ");
  const temporary = join(target, `${aggregate}.tmp`);
  await o.lake.connection.run(
    `COPY (
       SELECT strftime(make_timestamp_ms(least(occurred_at_ms, received_at_ms)), '%Y-%m-%d') AS day, type, item_id,
         currency, count(*)::BIGINT AS events, count(DISTINCT shopper)::BIGINT AS shoppers,
         sum(value)::DOUBLE AS value_sum, sum(quantity)::DOUBLE AS quantity_sum
       FROM (SELECT * FROM read_parquet([${paths}], hive_partitioning = false, union_by_name = true)
         QUALIFY row_number() OVER (PARTITION BY event_id ORDER BY received_at_ms) = 1)
       GROUP BY ALL ORDER BY ALL
     ) TO ${quote(temporary)} (FORMAT parquet, COMPRESSION zstd)`,
  );
  await rename(temporary, join(target, aggregate));
  await o.onStep?.("aggregated");
  await deleteSources(workspace, { day, planPath, sources }, o);
}

async function deleteSources(
  workspace: string,
  { day, planPath, sources }: { day: string; planPath: string; sources: readonly string[] },
  o: RetentionOptions,
): Promise<void> {
  const dir = join(tableDir(o.root, workspace, "events"), `day=${day}`);
  for (const [i, name] of sources.entries()) {
    await rm(join(dir, name), { force: true });
    if (i === sources.length >> 1) await o.onStep?.("half_deleted");
  }
  await rm(planPath);
}

/** Finishes runs whose aggregate is complete, and undoes those whose is not. */
async function recover(workspace: string, o: RetentionOptions): Promise<void> {
  const root = tableDir(o.root, workspace, "daily");
  for (const folder of await readdir(root).catch(() => [])) {
    const dir = join(root, folder);
    const files = await readdir(dir);
    for (const file of files.filter((name) => name.endsWith(PLAN_END))) {
      const planPath = join(dir, file);
      const { aggregate, sources } = JSON.parse(await readFile(planPath, "utf8")) as Plan;
      if (files.includes(aggregate))
        await deleteSources(workspace, { day: folder.slice("day=".length), planPath, sources }, o);
      else {
        await rm(join(dir, `${aggregate}.tmp`), { force: true });
        await rm(planPath);
      }
    }
  }
}

async function listFiles(workspace: string, root: string): Promise<LakeFile[]> {
  const files: LakeFile[] = [];
  for (const table of TABLES) {
    const dir = tableDir(root, workspace, table);
    for (const folder of await readdir(dir).catch(() => []))
      for (const name of await readdir(join(dir, folder)).catch(() => [])) {
        if (!folder.startsWith("day=") || !name.endsWith(".parquet")) continue;
        const { mtimeMs } = await stat(join(dir, folder, name));
        files.push({ table, day: folder.slice("day=".length), name, writtenAtMs: mtimeMs });
      }
  }
  return files;
}

async function removeEmptyDays(workspace: string, files: readonly LakeFile[], root: string): Promise<void> {
  // A folder that is not empty stays: rmdir refuses it.
  for (const folder of new Set(
    files.map(({ table, day }) => join(tableDir(root, workspace, table), `day=${day}`)),
  ))
    await rmdir(folder).catch(() => undefined);
}

function pathOf(workspace: string, { table, day, name }: LakeFile, root: string): string {
  return join(tableDir(root, workspace, table), `day=${day}`, name);
}
