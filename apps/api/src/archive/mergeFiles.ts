import { readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Lake, quote, tableDir } from "@shortlist/lake";
import { sha256Hex } from "@shortlist/platform";

/** The archiver makes a file every few seconds; a reader of a day would open a hundred thousand of them. */
const FILES_MIN = 20;
/** Bounds the memory and the time of one merge. */
const FILES_MAX = 2_000;
/** A batch that is claimed after a crash is written again within a minute or two, under its old name. */
const AGE_MIN_MS = 10 * 60_000;

export interface MergeOptions {
  readonly lake: Lake;
  readonly root: string;
  readonly nowMs: number;
  readonly filesMin?: number;
  /** Called after each step; tests end the merge here. */
  readonly onStep?: (step: "planned" | "written" | "half_deleted") => Promise<void>;
}

const PLAN_END = ".merge.json";

interface Plan {
  readonly target: string;
  readonly sources: readonly string[];
}

/**
 * Merges the archiver's small files of each day into larger ones. A plan beside the files says what goes into
 * what, so a merge that was cut off at any line is undone or finished by the next round, never done twice. Between
 * writing the merged file and deleting its sources rows show twice; readers count an event or request id once.
 *
 * Returns how many files were merged away.
 */
export async function mergeFiles(workspace: string, o: MergeOptions): Promise<number> {
  let merged = 0;
  for (const table of ["events", "slates", "quarantine"] as const) {
    const dir = tableDir(o.root, workspace, table);
    for (const day of await readdir(dir).catch(() => [])) {
      const dayDir = join(dir, day);
      await recover(dayDir);
      merged += await mergeDay(dayDir, o);
    }
  }
  return merged;
}

async function mergeDay(dir: string, o: MergeOptions): Promise<number> {
  const sources: string[] = [];
  for (const file of (await readdir(dir)).sort()) {
    if (!file.startsWith("stream-") || !file.endsWith(".parquet") || sources.length === FILES_MAX) continue;
    if (o.nowMs - (await stat(join(dir, file))).mtimeMs >= AGE_MIN_MS) sources.push(file);
  }
  if (sources.length < (o.filesMin ?? FILES_MIN)) return 0;
  const target = `merged-${sha256Hex(sources.join("\n")).slice(0, 32)}.parquet`;
  const planPath = join(dir, `${target}${PLAN_END}`);
  await writeFile(`${planPath}.tmp`, JSON.stringify({ target, sources } satisfies Plan));
  await rename(`${planPath}.tmp`, planPath);
  await o.onStep?.("planned");
  const paths = sources.map((file) => quote(join(dir, file))).join(", ");
  const temporary = join(dir, `${target}.tmp`);
  await o.lake.connection.run(
    `COPY (SELECT * FROM read_parquet([${paths}], hive_partitioning = false, union_by_name = true))
       TO ${quote(temporary)} (FORMAT parquet, COMPRESSION zstd)`,
  );
  await rename(temporary, join(dir, target));
  await o.onStep?.("written");
  for (const [i, file] of sources.entries()) {
    await rm(join(dir, file), { force: true });
    if (i === sources.length >> 1) await o.onStep?.("half_deleted");
  }
  await rm(planPath);
  return sources.length;
}

/** Finishes a merge whose file is complete, and undoes one whose file is not. */
async function recover(dir: string): Promise<void> {
  const files = await readdir(dir);
  for (const file of files.filter((name) => name.endsWith(PLAN_END))) {
    const { target, sources } = JSON.parse(await readFile(join(dir, file), "utf8")) as Plan;
    if (files.includes(target)) for (const source of sources) await rm(join(dir, source), { force: true });
    else await rm(join(dir, `${target}.tmp`), { force: true });
    await rm(join(dir, file));
  }
}
