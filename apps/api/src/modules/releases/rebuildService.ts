// Releases that are the current one but for one thing: its ranker, or the settings of a surface.
import { Release, type Surface } from "@shortlist/contracts";
import { AppError } from "@shortlist/platform";
import { getModelVersion } from "../registry/service";
import { readSurfaceSettings } from "../surfaces/liveService";
import { type CompileRequest, compileAndPublish, compileBody } from "./compileService";
import { findGeneralRanker, type ReleaseBody } from "./decide";
import type { PublishCtx, ReleaseRequest } from "./publish";
import { findReleaseRow } from "./repository";

interface RankerRequest {
  readonly workspaceId: string;
  readonly ranker: { name: string; version: number };
  /**
   * Where the version is to rank; other surfaces keep what they have. Absent: everywhere but on surfaces whose settings
   * name a ranker.
   */
  readonly surfaces?: readonly Surface[] | undefined;
  readonly note: string;
  readonly createdBy: string;
}

/**
 * A new release that is the current one but for its ranker: how a model that was trained elsewhere gets to
 * shoppers, and an older version back to them beside newer sources (M1, M4).
 */
export async function publishWithRanker(
  ctx: PublishCtx,
  request: RankerRequest & { use?: ReleaseRequest["use"] },
): Promise<{ releaseId: string; number: number }> {
  const { use = "current" } = request;
  const release = await compileAndPublish(ctx, {
    ...(await requestWithRanker(ctx, request)),
    use,
  });
  return { releaseId: release.releaseId, number: release.number };
}

/** What `publishWithRanker` would publish, for a look before it does. */
export async function compileWithRanker(
  ctx: Pick<PublishCtx, "db" | "artifacts">,
  request: RankerRequest,
): Promise<ReleaseBody> {
  return (await compileBody(ctx, await requestWithRanker(ctx, request))).body;
}

async function requestWithRanker(
  ctx: Pick<PublishCtx, "db" | "artifacts">,
  { workspaceId, ranker, surfaces, note, createdBy }: RankerRequest,
): Promise<CompileRequest> {
  const version = await getModelVersion(ctx, workspaceId, ranker);
  if (version.model.kind !== "ranker")
    throw new AppError("invalid_request", `${ranker.name} is a ${version.model.kind}`, {
      fields: [{ field: "ranker.name", problem: `is a ${version.model.kind} model, not a ranker` }],
    });
  const current = await getCurrentRelease(ctx, workspaceId);
  const named = Object.fromEntries((surfaces ?? []).map((surface) => [surface, version.id]));
  return {
    ...rebuild(current, { workspaceId, createdBy, note, rankerId: version.id }),
    surfaceRankerIds: surfaces === undefined ? {} : { ...keepOtherRankers(current, surfaces), ...named },
  };
}

/** A new release that is the current one with other settings of a surface; a candidate is only made. */
export async function publishWithSettings(
  ctx: PublishCtx,
  request: Required<Pick<CompileRequest, "workspaceId" | "createdBy" | "note" | "change" | "use">>,
): Promise<{ releaseId: string; number: number }> {
  const { workspaceId, createdBy, note, change, use } = request;
  const current = await getCurrentRelease(ctx, workspaceId);
  const { settings } = await readSurfaceSettings(ctx.db, workspaceId);
  const general = findGeneralRanker(current, settings);
  const before = settings[change.surface]?.ranker ?? null;
  // Only a change of the ranker changes it: a surface may have got its own with a release and not by settings.
  const changed = (change.settings?.ranker ?? null) === before ? [] : [change.surface];
  const release = await compileAndPublish(ctx, {
    ...rebuild(current, { workspaceId, createdBy, note, rankerId: idOf(current, general) }),
    surfaceRankerIds: keepOtherRankers(current, changed),
    basedOn: current.releaseId,
    change,
    use,
  });
  return { releaseId: release.releaseId, number: release.number };
}

async function getCurrentRelease(ctx: Pick<PublishCtx, "db">, workspaceId: string): Promise<Release> {
  const { currentReleaseId } = await ctx.db.workspace.findUniqueOrThrow({ where: { id: workspaceId } });
  const row =
    currentReleaseId === null ? null : await findReleaseRow(ctx.db, workspaceId, { id: currentReleaseId });
  if (row === null)
    throw new AppError("conflict", "no current release", {
      publicDetail: "There is no release to build on yet; train models first",
    });
  return Release.parse(row.content);
}

/** What makes the current release once more. */
function rebuild(
  current: Release,
  o: { workspaceId: string; createdBy: string; note: string; rankerId: string | null },
): CompileRequest {
  const { rankerId, ...rest } = o;
  return {
    ...rest,
    itemTable: current.itemTable,
    lists: current.lists,
    modelVersionIds: {
      collaborative: idOf(current, current.collaborative),
      content: idOf(current, current.content),
      covisitation: idOf(current, current.covisitation),
      graphWalk: idOf(current, current.graphWalk),
      popularity: current.models.find(({ kind }) => kind === "popularity")?.modelVersionId ?? null,
      ranker: rankerId,
    },
  };
}

function idOf(release: Release, ref: string | null): string | null {
  return release.models.find((model) => model.ref === ref)?.modelVersionId ?? null;
}

/** The rankers of the surfaces that are not to change; one that has none gets the new version. */
function keepOtherRankers(current: Release, changed: readonly Surface[]): Partial<Record<Surface, string>> {
  const kept: Partial<Record<Surface, string>> = {};
  for (const { surface, rankers } of current.surfaces) {
    const id = idOf(current, rankers[0]?.model ?? null);
    if (id !== null && !changed.includes(surface)) kept[surface] = id;
  }
  return kept;
}
