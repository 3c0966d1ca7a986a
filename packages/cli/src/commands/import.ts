import { existsSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import type { CatalogItem, ImportSummary } from "@shortlist/contracts";
import { openLake } from "@shortlist/lake";
import cliProgress from "cli-progress";
import type { Command } from "commander";
import { createApiClient, ensureWorkspace } from "../apiClient";
import { loadCliEnv } from "../env";
import { formatImport } from "../import/formatImport";
import { loadMapping } from "../import/loadMapping";
import { hashFile, runImport } from "../import/runImport";
import { InputError } from "../inputError";

interface ImportFlags {
  mapping: string;
  workspace: string;
  force?: boolean;
  json?: boolean;
}

/** Adds `shortlist import`: files of a real shop into a workspace's lake and catalogue. */
export function registerImport(program: Command): void {
  program
    .command("import")
    .description("import interactions or items from CSV, JSON lines or Parquet files (gzip too)")
    .argument("<file...>", "files, all in the same mapping")
    .requiredOption("--mapping <name|file>", "how columns become fields: a shipped name or a YAML file")
    .requiredOption("--workspace <slug>", "workspace, created when new")
    .option("--force", "import again although the same file was imported with the same mapping")
    .option("--json", "print the summaries as JSON")
    .action(async (files: string[], flags: ImportFlags) => {
      const missing = files.filter((file) => !existsSync(file));
      if (missing.length > 0) throw new InputError(`No such file: ${missing.join(", ")}`);
      const mapping = await loadMapping(flags.mapping);
      const env = loadCliEnv();
      const api = createApiClient(env);
      await ensureWorkspace(api, flags.workspace);
      const lake = await openLake(fileURLToPath(env.LAKE_URL));
      try {
        for (const path of files) {
          const sha256 = await hashFile(path);
          const found = await api.get<{ imports: ImportSummary[] }>(
            `/v1/workspaces/${flags.workspace}/imports?fileSha256=${sha256}&mapping=${mapping.name}`,
          );
          const earlier = found.imports[0];
          if (earlier !== undefined && flags.force !== true) {
            console.log(`${basename(path)} was imported before; nothing to do (--force imports it again).`);
            console.log(flags.json ? JSON.stringify(earlier, null, 2) : formatImport(earlier));
            continue;
          }
          const progress = createProgress(basename(path));
          const summary = await runImport(
            { path, sha256 },
            mapping,
            { slug: flags.workspace, pseudonymKey: env.PSEUDONYM_KEY },
            {
              lake,
              nowMs: Date.now,
              onProgress: progress.update,
              putItems: async (items: readonly CatalogItem[]) => {
                if (items.length > 0)
                  await api.put(`/v1/workspaces/${flags.workspace}/catalog/items`, { items });
              },
            },
          );
          progress.stop();
          await api.post(`/v1/workspaces/${flags.workspace}/imports`, summary);
          console.log(flags.json ? JSON.stringify(summary, null, 2) : formatImport(summary));
        }
      } finally {
        lake.close();
      }
    });
}

/** A bar on a terminal; elsewhere one line every two seconds, so that logs stay readable. */
function createProgress(name: string) {
  if (process.stderr.isTTY) {
    const bar = new cliProgress.SingleBar(
      { format: `${name} {bar} {percentage}% · {rows} rows · {eta_formatted} left`, hideCursor: true },
      cliProgress.Presets.shades_classic,
    );
    bar.start(1, 0, { rows: 0 });
    return {
      update: (read: number, total: number, rows: number) => {
        bar.setTotal(total);
        bar.update(read, { rows: rows.toLocaleString("en") });
      },
      stop: () => bar.stop(),
    };
  }
  let shownAtMs = Date.now();
  return {
    update: (read: number, total: number, rows: number) => {
      if (Date.now() - shownAtMs < 2_000) return;
      shownAtMs = Date.now();
      process.stderr.write(
        `${name}: ${Math.floor((100 * read) / total)} %, ${rows.toLocaleString("en")} rows\n`,
      );
    },
    stop: () => undefined,
  };
}
