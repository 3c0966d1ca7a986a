import type { Release } from "@shortlist/contracts";
import { AppError } from "@shortlist/platform";
import { listVersions } from "../registry/service";
import { type CompiledVersion, compileRelease } from "./decide";
import { type PublishCtx, publishRelease, toArtifactRef } from "./publish";

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
    readonly ranker?: string | null;
    readonly popularity?: string | null;
  };
}

/** Compiles a release from registered versions and makes it current. */
export async function compileAndPublish(ctx: PublishCtx, request: CompileRequest): Promise<Release> {
  const ids = request.modelVersionIds;
  const wanted = [ids.collaborative, ids.content, ids.covisitation, ids.ranker, ids.popularity].filter(
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
      ranker: await load(ids.ranker),
      popularity: await load(ids.popularity),
    },
  });
  const { workspaceId, createdBy, note } = request;
  return publishRelease(ctx, { workspaceId, createdBy, note, body });
}
