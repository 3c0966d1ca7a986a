import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { TrainingSetManifest } from "@shortlist/contracts";
import type { Command } from "commander";
import { type ApiClient, createApiClient } from "../apiClient";
import { loadCliEnv } from "../env";
import { followJob } from "../followJob";

interface BuildFlags {
  workspace: string;
  views: string[];
  days: string;
  from?: string;
  to?: string;
  label?: string[];
  negativeRate: string;
  writeLagMs?: string;
  seed: string;
  out?: string;
}

const DAY_MS = 86_400_000;
const setsPath = (workspace: string) => `/v1/workspaces/${workspace}/training-sets`;

/** Adds `shortlist training-set`: point-in-time rows from the slate log, to train with whatever tool. */
export function registerTrainingSet(program: Command): void {
  const sets = program
    .command("training-set")
    .description("point-in-time training sets from what was shown: build, list, download");

  sets
    .command("build")
    .description("join shown items, what came of them, and features as serving could have known them")
    .requiredOption("--workspace <slug>", "workspace")
    .option("--views <view...>", "published feature views, as name or name@version", [])
    .option("--days <n>", "slates of the last n days, unless --from and --to say otherwise", "30")
    .option("--from <time>", "first moment, ISO 8601")
    .option("--to <time>", "first moment after the last, ISO 8601")
    .option(
      "--label <type=window...>",
      "interactions that count and for how long (default: click=30m purchase=7d)",
    )
    .option("--negative-rate <share>", "share of the rows without a positive label to keep", "1")
    .option(
      "--write-lag-ms <ms>",
      "how long an event took to be readable (default: the measured p95 of the views)",
    )
    .option("--seed <text>", "of the choice of negatives", "1")
    .option("--out <folder>", "download rows.parquet and manifest.json into this folder")
    .action(async (flags: BuildFlags) => {
      const api = createApiClient(loadCliEnv());
      const now = Date.now();
      const { jobId } = await api.post<{ jobId: string }>(setsPath(flags.workspace), {
        views: flags.views,
        from: flags.from ?? new Date(now - Number(flags.days) * DAY_MS).toISOString(),
        to: flags.to ?? new Date(now).toISOString(),
        ...(flags.label === undefined ? {} : { labels: Object.fromEntries(flags.label.map(readLabel)) }),
        negativeRate: Number(flags.negativeRate),
        seed: flags.seed,
        writeLagMs: flags.writeLagMs === undefined ? null : Number(flags.writeLagMs),
      });
      const job = { workspace: flags.workspace, id: jobId, what: "training set" };
      const result = await followJob<{ trainingSetId: string }>(api, job);
      console.log(`training set ${result!.trainingSetId}`);
      if (flags.out !== undefined)
        await download(api, { ...flags, id: result!.trainingSetId, out: flags.out });
    });

  sets
    .command("list")
    .description("list training sets, newest first")
    .requiredOption("--workspace <slug>", "workspace")
    .action(async ({ workspace }: { workspace: string }) => {
      const api = createApiClient(loadCliEnv());
      const { trainingSets } = await api.get<{ trainingSets: TrainingSetAnswer[] }>(setsPath(workspace));
      if (trainingSets.length === 0)
        console.log(`No training sets yet. Build one: shortlist training-set build --workspace ${workspace}`);
      for (const { id, createdAt, manifest } of trainingSets) {
        const views = manifest.views.map(({ name, version }) => `${name}@${version}`).join(" ") || "no views";
        console.log(`${id}  ${createdAt}  ${manifest.rows.written} rows  ${views}`);
      }
    });

  sets
    .command("download")
    .description("download rows.parquet and manifest.json of a training set")
    .argument("<id>")
    .requiredOption("--workspace <slug>", "workspace")
    .option("--out <folder>", "folder to write to", ".")
    .action(async (id: string, flags: { workspace: string; out: string }) =>
      download(createApiClient(loadCliEnv()), { ...flags, id }),
    );
}

interface TrainingSetAnswer {
  readonly id: string;
  readonly createdAt: string;
  readonly manifest: TrainingSetManifest;
}

/** `click=30m` → ["click", "30m"]; what is no such pair is refused by the API with the field's name. */
function readLabel(text: string): [type: string, window: string] {
  const at = text.indexOf("=");
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}

async function download(api: ApiClient, o: { workspace: string; id: string; out: string }): Promise<void> {
  const path = `${setsPath(o.workspace)}/${o.id}`;
  const { manifest } = await api.get<TrainingSetAnswer>(path);
  const rows = await api.getBytes(`${path}/rows.parquet`);
  await mkdir(o.out, { recursive: true });
  await writeFile(join(o.out, "rows.parquet"), rows);
  await writeFile(join(o.out, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  console.log(`${join(o.out, "rows.parquet")}: ${manifest.rows.written} rows, ${rows.length} bytes`);
}
