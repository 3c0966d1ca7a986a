import { ModelLineage, ModelManifest } from "@shortlist/contracts";
import { AppError } from "@shortlist/platform";
import type { AppContext } from "../../context";
import { compareVersions, type VersionComparison } from "./compareVersions";
import { listHolders } from "./keepRepository";
import { findVersionRow } from "./repository";
import { toVersionView } from "./versionView";

type Ctx = Pick<AppContext, "db">;
type At = { readonly name: string; readonly version: number };

/** Where a version comes from and what points at it: upwards run, data, views and parent, downwards releases and names. */
export async function getLineage(ctx: Ctx, workspaceId: string, at: At) {
  const row = await getRow(ctx, workspaceId, at);
  const manifest = ModelManifest.parse(row.manifest);
  const said = row.lineage === null ? null : ModelLineage.parse(row.lineage);
  const trainingSet =
    said?.trainingSetId == null
      ? null
      : await ctx.db.trainingSet.findFirst({
          where: { id: said.trainingSetId, workspaceId },
          select: { id: true, contentHash: true },
        });
  const holders = await listHolders(ctx.db, workspaceId, [{ ...at, id: row.id }]);
  return {
    jobId: row.jobId,
    said,
    trainingSet,
    trainingDataHash: manifest.trainingDataHash,
    views: [...new Set(manifest.features.map(({ view, viewVersion }) => `${view}@${viewVersion}`))],
    holders: holders.get(row.id) ?? [],
  };
}

/** What differs between two versions, which may be of different models. */
export async function compareModelVersions(
  ctx: Ctx,
  workspaceId: string,
  o: { before: At; after: At },
): Promise<VersionComparison & { before: string; after: string }> {
  const [before, after] = await Promise.all([
    getRow(ctx, workspaceId, o.before),
    getRow(ctx, workspaceId, o.after),
  ]);
  const toCompared = (row: typeof before) => ({
    ...toVersionView(row),
    ref: `${row.model.name}@${row.version}`,
    manifest: ModelManifest.parse(row.manifest),
  });
  const [a, b] = [toCompared(before), toCompared(after)];
  return { before: a.ref, after: b.ref, ...compareVersions(a, b) };
}

async function getRow(ctx: Ctx, workspaceId: string, at: At) {
  const row = await findVersionRow(ctx.db, workspaceId, at);
  if (row === null)
    throw new AppError("not_found", `no version ${at.name}@${at.version}`, {
      publicDetail: `There is no version ${at.version} of ${at.name}`,
    });
  return row;
}
