import { FeatureView, type LiveFeatureView, ModelManifest } from "@shortlist/contracts";
import type { Tx } from "@shortlist/db";

/**
 * The versions that are folded and served: all that nobody retired, and retired ones that a model of the given release
 * reads, so that rolling back to a release never meets a view without states.
 */
export async function listLiveFeatureViews(
  tx: Pick<Tx, "featureViewVersion" | "modelVersion">,
  workspaceId: string,
  modelVersionIds: readonly string[],
): Promise<LiveFeatureView[]> {
  const rows = await tx.featureViewVersion.findMany({
    where: { workspaceId },
    orderBy: [{ name: "asc" }, { version: "asc" }],
  });
  if (rows.length === 0) return [];
  const read = rows.some((row) => row.retiredAt !== null)
    ? await listReadViews(tx, workspaceId, modelVersionIds)
    : new Set<string>();
  return rows
    .filter((row) => row.retiredAt === null || read.has(`${row.name}@${row.version}`))
    .map((row) => ({
      view: FeatureView.parse(row.definition),
      hash: row.hash,
      batch:
        row.batchGeneration === null || row.batchEnd === null
          ? null
          : { generation: row.batchGeneration, endMs: row.batchEnd.getTime() },
    }));
}

async function listReadViews(
  tx: Pick<Tx, "modelVersion">,
  workspaceId: string,
  modelVersionIds: readonly string[],
): Promise<Set<string>> {
  const models = await tx.modelVersion.findMany({
    where: { workspaceId, id: { in: [...modelVersionIds] } },
    select: { manifest: true },
  });
  return new Set(
    models.flatMap(({ manifest }) =>
      ModelManifest.parse(manifest).features.map(({ view, viewVersion }) => `${view}@${viewVersion}`),
    ),
  );
}

/** Every published version of every view, and whether it is retired: what a model may name. */
export async function listPublishedViews(
  tx: Pick<Tx, "featureViewVersion">,
  workspaceId: string,
): Promise<{ view: FeatureView; isRetired: boolean }[]> {
  const rows = await tx.featureViewVersion.findMany({ where: { workspaceId } });
  return rows.map(({ definition, retiredAt }) => ({
    view: FeatureView.parse(definition),
    isRetired: retiredAt !== null,
  }));
}
