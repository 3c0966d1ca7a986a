import { type ArtifactRef, ModelCheck, ModelManifest } from "@shortlist/contracts";
import { AppError } from "@shortlist/platform";
import type { AppContext } from "../../context";
import { withArtifactFile } from "./artifactService";
import { pickScores } from "./decideRanker";
import { withModelProbe } from "./probe/modelProbe";
import { runRows } from "./probe/runRows";
import { findVersionRow } from "./repository";
import { compareGolden, readRow } from "./tryRow";

type Ctx = Pick<AppContext, "db" | "artifacts">;
type At = { readonly name: string; readonly version: number };

/** A page shows so many; a replica runs them all. */
const SHOWN = 50;
/** Processes that models run in at once: each may take a gigabyte. */
const RUNNING_MAX = 2;
let running = 0;

/** A ranker's golden rows beside what they scored at its registration, and whether it can be run now. */
export async function getGoldenRows(ctx: Ctx, workspaceId: string, at: At) {
  const { manifest, check, model, isArchived } = await getRanker(ctx, workspaceId, at);
  const rows = manifest.golden === null ? [] : compareGolden(manifest.golden, check?.goldenScores ?? null);
  return {
    features: manifest.features.map(({ name, default: fallback, min, max }) => ({
      name,
      default: fallback,
      min,
      max,
    })),
    rows: rows.slice(0, SHOWN),
    nRows: rows.length,
    source: manifest.golden?.source ?? "given",
    isArchived,
    /** Its file is stored; without it there is nothing to run. */
    isRunnable: model !== undefined && (await ctx.artifacts.has(model.sha256)),
  };
}

/** Runs the golden rows again, now, by the file that is stored. */
export async function runGoldenRows(ctx: Ctx, workspaceId: string, at: At) {
  const ranker = await getRanker(ctx, workspaceId, at);
  const { golden } = ranker.manifest;
  if (golden === null)
    throw new AppError("conflict", "no golden rows", { publicDetail: `${ranker.ref} has no golden rows` });
  const { scores, ms } = await run(ctx, ranker, golden.inputs);
  return { rows: compareGolden(golden, scores).slice(0, SHOWN), ms };
}

/** What a version gives for one row that somebody made up. */
export async function scoreRow(
  ctx: Ctx,
  workspaceId: string,
  { values, ...at }: At & { values: Readonly<Record<string, number>> },
) {
  const ranker = await getRanker(ctx, workspaceId, at);
  const { row, outside } = readRow(ranker.manifest.features, values);
  const { scores, ms } = await run(ctx, ranker, [row]);
  return { score: scores[0]!, ms, outside };
}

interface Ranker {
  readonly ref: string;
  readonly manifest: ModelManifest;
  readonly check: ModelCheck | null;
  readonly model: ArtifactRef | undefined;
  readonly isArchived: boolean;
}

async function getRanker(ctx: Ctx, workspaceId: string, at: At): Promise<Ranker> {
  const ref = `${at.name}@${at.version}`;
  const row = await findVersionRow(ctx.db, workspaceId, at);
  if (row === null || row.model.kind !== "ranker")
    throw new AppError("not_found", `no ranker ${ref}`, {
      publicDetail: `There is no version ${at.version} of a ranker ${at.name}`,
    });
  return {
    ref,
    manifest: ModelManifest.parse(row.manifest),
    check: row.check === null ? null : ModelCheck.parse(row.check),
    model: (row.artifacts as ArtifactRef[]).find(({ name }) => name === "model.onnx"),
    isArchived: row.archivedAt !== null,
  };
}

/** In a process of its own, as when it was registered: what somebody else's model does stays in there. */
async function run(
  ctx: Ctx,
  { ref, manifest, model }: Ranker,
  rows: readonly (readonly number[])[],
): Promise<{ scores: Float32Array; ms: number }> {
  if (model === undefined || !(await ctx.artifacts.has(model.sha256)))
    throw new AppError("conflict", `${ref} has no file`, {
      publicDetail: `The file of ${ref} is not stored any more, so it cannot be run`,
    });
  if (running >= RUNNING_MAX)
    throw new AppError("rate_limited", "models are being run", {
      publicDetail: `${RUNNING_MAX} models are being run at this moment; try again in some seconds`,
    });
  running++;
  try {
    return await withArtifactFile(ctx, model.sha256, (path) =>
      withModelProbe(path, async (probe) => {
        const names = { input: manifest.input ?? "features", output: manifest.output ?? "score" };
        const answer = await runRows(probe, { ...names, rows });
        const layout = {
          outputColumns: manifest.outputColumns === undefined ? 1 : manifest.outputColumns,
          scoreColumn: manifest.scoreColumn ?? 0,
        };
        return { scores: pickScores(answer.data, rows.length, layout), ms: answer.ms };
      }),
    );
  } finally {
    running--;
  }
}
