// Releases from registered versions and stored settings. Numbering, hashing and storing them is in publish.ts.
import {
  type HeldSettings,
  type Release,
  type SettingsBySurface,
  SURFACES,
  type Surface,
  type SurfaceSettings,
} from "@shortlist/contracts";
import type { Tx } from "@shortlist/db";
import { AppError } from "@shortlist/platform";
import { findVersionId, listVersions } from "../registry/service";
import { readSurfaceSettings } from "../surfaces/liveService";
import { type CompiledVersion, compileRelease, decideNamedModels, type ReleaseBody } from "./decide";
import { parseModelRef } from "./history";
import { type PublishCtx, publishRelease, type ReleaseRequest, toArtifactRef } from "./publish";

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
  readonly use?: ReleaseRequest["use"];
  /** The release this one is made from: refused when another became current meanwhile. */
  readonly basedOn?: string;
  /** Settings that are to hold from this release on. */
  readonly change?: SettingsChange;
}

/** Settings of a surface, and how they are stored with the release; a candidate holds them until everybody is served from it. */
export type SettingsChange = HeldSettings & { readonly store: (tx: Tx) => Promise<void> };

/** A person's change while a release is compiled; more than this in a row is no coincidence. */
const TRIES = 3;
class SettingsMoved extends AppError {
  constructor() {
    super("conflict", "settings changed while a release was compiled", {
      publicDetail: "Settings of a surface were changed meanwhile; try again",
    });
  }
}

/** Compiles a release from registered versions and the settings of surfaces, and makes it current unless `use` says otherwise. */
export async function compileAndPublish(ctx: PublishCtx, request: CompileRequest): Promise<Release> {
  for (let tries = 1; ; tries++)
    try {
      return await compileOnce(ctx, request);
    } catch (error) {
      if (!(error instanceof SettingsMoved) || tries === TRIES) throw error;
    }
}

interface Compiled {
  readonly body: ReleaseBody;
  readonly notes: readonly string[];
  /** Of the settings it was compiled with. */
  readonly revisions: string;
}

/** The body that a release would have. Nothing is stored. */
export async function compileBody(
  ctx: Pick<PublishCtx, "db" | "artifacts">,
  request: Pick<
    CompileRequest,
    "workspaceId" | "change" | "modelVersionIds" | "surfaceRankerIds" | "itemTable" | "lists"
  >,
): Promise<Compiled> {
  const { workspaceId, change } = request;
  const ids = request.modelVersionIds;
  const stored = await readSurfaceSettings(ctx.db, workspaceId);
  const settings = change === undefined ? stored.settings : withChange(stored.settings, change);
  const namedIds = await listNamedVersionIds(ctx, workspaceId, settings);
  const wanted = [
    ...Object.values(ids),
    ...Object.values(request.surfaceRankerIds ?? {}),
    ...namedIds.values(),
  ].filter((id) => id != null);
  const found = await listVersions(ctx, workspaceId, wanted);
  const versions = new Map<string, CompiledVersion>();
  for (const version of found) {
    const bytes = await ctx.artifacts.get(version.manifestSha256);
    versions.set(version.id, {
      modelVersionId: version.id,
      modelName: version.modelName,
      version: version.version,
      kind: version.kind,
      itemTableId: version.manifest.itemTableId,
      embeddingSpaceId: version.manifest.embeddingSpaceId,
      manifest: toArtifactRef("manifest.json", bytes, version.manifestSha256),
      artifacts: version.artifacts,
    });
  }
  const get = (id: string | null | undefined): CompiledVersion | null => {
    if (id == null) return null;
    const version = versions.get(id);
    if (version === undefined)
      throw new AppError("not_found", `no model version ${id}`, {
        publicDetail: "A model version of this release is not registered in this workspace",
      });
    return version;
  };
  const named = decideNamedModels(settings, {
    find: (ref) => versions.get(namedIds.get(ref) ?? "") ?? null,
    itemTableId: request.itemTable.id,
  });
  const body = compileRelease({
    itemTable: request.itemTable,
    lists: request.lists,
    versions: {
      collaborative: get(ids.collaborative),
      content: get(ids.content),
      covisitation: get(ids.covisitation),
      graphWalk: get(ids.graphWalk),
      ranker: get(ids.ranker),
      popularity: get(ids.popularity),
    },
    // What a request names for this release comes before what settings name for all.
    surfaceRankers: { ...named.rankers, ...mapRankers(request.surfaceRankerIds ?? {}, get) },
    preRankers: named.preRankers,
    settings: named.settings,
  });
  return { body, notes: named.notes, revisions: stored.revisions };
}

async function compileOnce(ctx: PublishCtx, request: CompileRequest): Promise<Release> {
  const { workspaceId, createdBy, change } = request;
  const { body, notes, revisions } = await compileBody(ctx, request);
  const note = [request.note, ...notes].join("; ");
  return publishRelease(ctx, {
    workspaceId,
    createdBy,
    note,
    body,
    ...(request.use === undefined ? {} : { use: request.use }),
    ...(request.use === "candidate" && change !== undefined
      ? { heldSettings: { surface: change.surface, settings: change.settings, basedOn: change.basedOn } }
      : {}),
    async alongside(tx, { currentReleaseId }) {
      // The workspace is locked, as it is for deleting a version.
      const ids = [...new Set(body.models.map(({ modelVersionId }) => modelVersionId))];
      if ((await tx.modelVersion.count({ where: { workspaceId, id: { in: ids } } })) !== ids.length)
        throw new AppError("conflict", "a version was deleted while a release was compiled", {
          publicDetail: "A model version of this release was deleted meanwhile; choose another",
        });
      const now = await readSurfaceSettings(tx, workspaceId);
      if (now.revisions !== revisions) throw new SettingsMoved();
      if (request.basedOn !== undefined && request.basedOn !== currentReleaseId)
        throw new AppError("conflict", "another release became current", {
          publicDetail: "Another release became current meanwhile; look at it and try again",
        });
      if (request.use !== "candidate") await change?.store(tx);
    },
  });
}

function withChange(
  settings: SettingsBySurface,
  change: { surface: Surface; settings: SurfaceSettings | null },
): SettingsBySurface {
  const { [change.surface]: _before, ...others } = settings;
  return change.settings === null ? others : { ...others, [change.surface]: change.settings };
}

/** Versions that settings name, by `name@version`; one that is not registered is not in it. */
async function listNamedVersionIds(
  ctx: Pick<PublishCtx, "db">,
  workspaceId: string,
  settings: SettingsBySurface,
): Promise<Map<string, string>> {
  const refs = new Set(
    Object.values(settings).flatMap(({ ranker, preRanker }) => [ranker, preRanker?.model ?? null]),
  );
  const ids = new Map<string, string>();
  for (const ref of refs) {
    if (ref === null) continue;
    const { modelName, version } = parseModelRef(ref);
    const id = await findVersionId(ctx, workspaceId, { name: modelName, version });
    if (id !== null) ids.set(ref, id);
  }
  return ids;
}

function mapRankers(
  ids: Partial<Record<Surface, string>>,
  get: (id: string) => CompiledVersion | null,
): Partial<Record<Surface, CompiledVersion>> {
  const rankers: Partial<Record<Surface, CompiledVersion>> = {};
  for (const surface of SURFACES) {
    const version = ids[surface] === undefined ? null : get(ids[surface]);
    if (version !== null) rankers[surface] = version;
  }
  return rankers;
}
