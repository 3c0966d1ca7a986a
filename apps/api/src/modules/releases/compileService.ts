import { Release, SURFACES, type Surface } from "@shortlist/contracts";
import { AppError } from "@shortlist/platform";
import { getModelVersion, listVersions } from "../registry/service";
import { type CompiledVersion, compileRelease } from "./decide";
import { type PublishCtx, publishRelease, toArtifactRef } from "./publish";
import { findReleaseRow } from "./repository";

export interface CompileRequest {
  readonly workspaceId: string;
  readonly createdBy: string;
  readonly note: string;
  readonly itemTable: Release["itemTable"];
  readonly lists: Release["lists"];
  readonly modelVersionIds: {
    readonly collaborative?: string | null;
    readonly content?: string | null;
    readonly covisitation?: string | null;
    readonly graphWalk?: string | null;
    readonly ranker?: string | null;
    readonly popularity?: string | null;
  };
  /** Model version by surface, where it is not `ranker`. */
  readonly surfaceRankerIds?: Partial<Record<Surface, string>>;
}

/** Compiles a release from registered versions and makes it current. */
export async function compileAndPublish(ctx: PublishCtx, request: CompileRequest): Promise<Release> {
  const ids = request.modelVersionIds;
  const wanted = [...Object.values(ids), ...Object.values(request.surfaceRankerIds ?? {})].filter(
    (id) => id != null,
  );
  const found = await listVersions(ctx, request.workspaceId, wanted);
  const load = async (id: string | null | undefined): Promise<CompiledVersion | null> => {
    if (id == null) return null;
    const version = found.find((candidate) => candidate.id === id);
    if (version === undefined)
      throw new AppError("not_found", `no model version ${id}`, {
        publicDetail: "A model version of this release is not registered in this workspace",
      });
    const bytes = await ctx.artifacts.get(version.manifestSha256);
    return {
      modelVersionId: version.id,
      modelName: version.modelName,
      version: version.version,
      kind: version.kind,
      itemTableId: version.manifest.itemTableId,
      manifest: toArtifactRef("manifest.json", bytes, version.manifestSha256),
      artifacts: version.artifacts,
    };
  };
  const body = compileRelease({
    itemTable: request.itemTable,
    lists: request.lists,
    versions: {
      collaborative: await load(ids.collaborative),
      content: await load(ids.content),
      covisitation: await load(ids.covisitation),
      graphWalk: await load(ids.graphWalk),
      ranker: await load(ids.ranker),
      popularity: await load(ids.popularity),
    },
    surfaceRankers: await loadSurfaceRankers(request.surfaceRankerIds ?? {}, load),
  });
  const { workspaceId, createdBy, note } = request;
  return publishRelease(ctx, { workspaceId, createdBy, note, body });
}

async function loadSurfaceRankers(
  ids: Partial<Record<Surface, string>>,
  load: (id: string) => Promise<CompiledVersion | null>,
): Promise<Partial<Record<Surface, CompiledVersion>>> {
  const rankers: Partial<Record<Surface, CompiledVersion>> = {};
  for (const surface of SURFACES) {
    const version = ids[surface] === undefined ? null : await load(ids[surface]);
    if (version !== null) rankers[surface] = version;
  }
  return rankers;
}

/**
 * A new release that is the current one but for its ranker: how a model that was trained elsewhere gets to
 * shoppers, and an older version back to them beside newer sources (M1, M4).
 */
export async function publishWithRanker(
  ctx: PublishCtx,
  request: {
    workspaceId: string;
    ranker: { name: string; version: number };
    /** Where the version is to rank; absent: everywhere. Other surfaces keep what they have. */
    surfaces?: readonly Surface[] | undefined;
    note: string;
    createdBy: string;
  },
): Promise<{ releaseId: string; number: number }> {
  const { workspaceId, ranker, note, createdBy } = request;
  const version = await getModelVersion(ctx, workspaceId, ranker);
  if (version.model.kind !== "ranker")
    throw new AppError("invalid_request", `${ranker.name} is a ${version.model.kind}`, {
      fields: [{ field: "ranker.name", problem: `is a ${version.model.kind} model, not a ranker` }],
    });
  const { currentReleaseId } = await ctx.db.workspace.findUniqueOrThrow({ where: { id: workspaceId } });
  const row =
    currentReleaseId === null ? null : await findReleaseRow(ctx.db, workspaceId, { id: currentReleaseId });
  if (row === null)
    throw new AppError("conflict", "no current release", {
      publicDetail: "There is no release to build on yet; train models first",
    });
  const current = Release.parse(row.content);
  const idOf = (ref: string | null) =>
    current.models.find((model) => model.ref === ref)?.modelVersionId ?? null;
  const release = await compileAndPublish(ctx, {
    workspaceId,
    createdBy,
    note,
    itemTable: current.itemTable,
    lists: current.lists,
    modelVersionIds: {
      collaborative: idOf(current.collaborative),
      content: idOf(current.content),
      covisitation: idOf(current.covisitation),
      graphWalk: idOf(current.graphWalk),
      popularity: current.models.find(({ kind }) => kind === "popularity")?.modelVersionId ?? null,
      ranker: version.id,
    },
    surfaceRankerIds: request.surfaces === undefined ? {} : keepOtherRankers(current, request.surfaces),
  });
  return { releaseId: release.releaseId, number: release.number };
}

/** The rankers of the surfaces that are not to change; one that has none gets the new version. */
function keepOtherRankers(current: Release, changed: readonly Surface[]): Partial<Record<Surface, string>> {
  const kept: Partial<Record<Surface, string>> = {};
  for (const { surface, rankers } of current.surfaces) {
    const held = current.models.find(({ ref }) => ref === rankers[0]?.model);
    if (held !== undefined && !changed.includes(surface)) kept[surface] = held.modelVersionId;
  }
  return kept;
}
