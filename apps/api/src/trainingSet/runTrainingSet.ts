import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FeatureView, TrainingSetConfig, TrainingSetManifest } from "@shortlist/contracts";
import { buildTrainingSet } from "@shortlist/lake";
import { AppError } from "@shortlist/platform";
import type { AppContext } from "../context";
import { getWriteLag, saveTrainingSet } from "../modules/trainingSets/service";

export interface TrainingSetRun {
  readonly jobId: string;
  readonly workspace: { readonly id: string; readonly slug: string };
  readonly config: TrainingSetConfig;
  readonly views: readonly FeatureView[];
  readonly createdBy: string;
  readonly report: (progressPct: number, step: string) => void;
  readonly log: (line: string) => void;
}

/** Slates → labelled rows with features as of each slate → Parquet in the artifact store → a row that names it. */
export async function runTrainingSet(
  ctx: Pick<AppContext, "db" | "redis" | "lake" | "artifacts" | "now">,
  o: TrainingSetRun,
) {
  const { workspace, config, views } = o;
  const lake = await ctx.lake();
  for (const table of ["slates", "events"] as const)
    if (!(await lake.hasRows(workspace.slug, table)))
      throw new AppError("conflict", `no ${table}`, {
        publicDetail: `No ${table} are archived yet. Send traffic first: shortlist simulate --workspace ${workspace.slug} --rps 20`,
      });
  const refs = views.map(({ name, version }) => `${name}@${version}`);
  const lag = await getWriteLag(ctx, workspace, { given: config.writeLagMs, refs });
  o.log(`features know what was received ${Math.round(lag.ms)} ms before a slate or earlier (${lag.source})`);
  const dir = await mkdtemp(join(tmpdir(), "shortlist-training-set-"));
  try {
    o.report(10, "joining slates, labels and features");
    const manifest = await buildTrainingSet(lake, {
      workspace: workspace.slug,
      views,
      fromMs: Date.parse(config.from),
      toMs: Date.parse(config.to),
      knownByMs: ctx.now().getTime(),
      labels: config.labels as Readonly<Record<string, string>>,
      writeLagMs: lag.ms,
      negativeRate: config.negativeRate,
      seed: config.seed,
      outDir: dir,
    });
    if (manifest.rows.written === 0) throw noRows(manifest);
    o.report(80, "storing the rows");
    const bytes = await readFile(join(dir, "rows.parquet"));
    const rowsSha256 = await ctx.artifacts.put(bytes);
    const { id } = await saveTrainingSet(ctx, {
      workspaceId: workspace.id,
      jobId: o.jobId,
      manifest,
      rowsSha256,
      rowsBytes: bytes.length,
      writeLagSource: lag.source,
      createdBy: o.createdBy,
    });
    o.log(describe(manifest));
    return { trainingSetId: id, rows: manifest.rows, contentHash: manifest.contentHash };
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

function noRows({ rows, labels }: TrainingSetManifest): AppError {
  const windows = Object.entries(labels).map(([type, { window }]) => `${type} ${window}`);
  return new AppError("conflict", "no rows", {
    publicDetail:
      rows.shown === 0
        ? "No slate was shown in this span. Choose another one."
        : `All ${rows.shown} shown items still wait for their labels (${windows.join(", ")}). Choose an earlier span or shorter windows.`,
  });
}

function describe({ rows, labels }: TrainingSetManifest): string {
  const counted = Object.entries(labels).map(
    ([type, { positive, closed }]) => `${type} ${positive} of ${closed}`,
  );
  return `${rows.written} rows of ${rows.shown} shown; ${rows.open} wait for labels, ${rows.sampledOut} sampled out; ${counted.join(", ")}`;
}
