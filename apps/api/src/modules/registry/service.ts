import { ArtifactRef, ModelManifest } from "@shortlist/contracts";
import { AppError } from "@shortlist/platform";
import * as z from "zod";
import type { AppContext } from "../../context";
import { listServingPeriods } from "../releases/service";
import {
  findModelRow,
  findVersionRow,
  listAliasCounts,
  listModelRows,
  listRecentVersionRows,
  listTagCounts,
  listVersionRowsById,
} from "./repository";
import { parseSearch } from "./search";
import { toVersionView } from "./versionView";

export { resolveVersion } from "./aliasService";

type Ctx = Pick<AppContext, "db">;

/** All models of a workspace with their newest version and what serves now. */
export async function listModels(ctx: Ctx, workspaceId: string) {
  const [rows, periods] = await Promise.all([
    listModelRows(ctx.db, workspaceId),
    listServingPeriods(ctx, workspaceId),
  ]);
  return rows.map(({ versions, aliases, _count, ...model }) => {
    const latest = versions[0];
    const serving = periods.find((period) => period.to === null && period.modelName === model.name);
    return {
      id: model.id,
      name: model.name,
      kind: model.kind,
      description: model.description,
      createdAt: model.createdAt,
      nVersions: _count.versions,
      aliases: aliases.map(({ alias, version }) => ({ alias, version: version.version })),
      latest: latest === undefined ? null : toVersionView(latest),
      serving:
        serving === undefined
          ? null
          : { version: serving.version, releaseNumber: serving.releaseNumber, since: serving.from },
    };
  });
}

/** One model: its versions, newest first, and when each of them served. */
export async function getModel(ctx: Ctx, workspaceId: string, name: string) {
  const row = await findModelRow(ctx.db, workspaceId, name);
  if (row === null)
    throw new AppError("not_found", `no model ${name}`, { publicDetail: `There is no model ${name}` });
  const { versions, ...model } = row;
  const servingHistory = (await listServingPeriods(ctx, workspaceId)).filter((p) => p.modelName === name);
  return {
    id: model.id,
    name: model.name,
    kind: model.kind,
    description: model.description,
    createdAt: model.createdAt,
    versions: versions.map((version) => ({
      ...toVersionView(version),
      isServing: servingHistory.some((p) => p.to === null && p.version === version.version),
    })),
    servingHistory,
  };
}

/** One version with its manifest: features, golden rows' number, parameters, evaluation, lineage. */
export async function getModelVersion(ctx: Ctx, workspaceId: string, at: { name: string; version: number }) {
  const row = await findVersionRow(ctx.db, workspaceId, at);
  if (row === null)
    throw new AppError("not_found", `no version ${at.name}@${at.version}`, {
      publicDetail: `There is no version ${at.version} of ${at.name}`,
    });
  const { golden, ...manifest } = ModelManifest.parse(row.manifest);
  const history = await listServingPeriods(ctx, workspaceId);
  return {
    ...toVersionView(row),
    model: row.model,
    manifest: {
      ...manifest,
      nGoldenRows: golden?.inputs.length ?? 0,
      goldenSource: golden?.source ?? "given",
    },
    servingHistory: history.filter((p) => p.modelName === at.name && p.version === at.version),
  };
}

export async function findVersionId(
  ctx: Ctx,
  workspaceId: string,
  at: { name: string; version: number },
): Promise<string | null> {
  return (await findVersionRow(ctx.db, workspaceId, at))?.id ?? null;
}

/** More versions than this are for a narrower search: by name, or by a later day. */
const SEARCHED = 5_000;
const FOUND_MAX = 100;

/** Versions that a search finds, newest first, with the metrics that it may have asked for. */
export async function searchVersions(ctx: Ctx, workspaceId: string, text: string) {
  const holds = parseSearch(text);
  const [rows, periods] = await Promise.all([
    listRecentVersionRows(ctx.db, workspaceId, SEARCHED),
    listServingPeriods(ctx, workspaceId),
  ]);
  const serving = new Set(
    periods.filter(({ to }) => to === null).map(({ modelVersionId }) => modelVersionId),
  );
  const found = rows
    .map(({ model, ...row }) => ({
      ...toVersionView(row),
      name: model.name,
      kind: model.kind,
      isServing: serving.has(row.id),
    }))
    .filter((version) => holds({ ...version, isArchived: version.archivedAt !== null }));
  return { versions: found.slice(0, FOUND_MAX), nFound: found.length, isCut: rows.length === SEARCHED };
}

/** What versions can be searched by beside their names: the tags and aliases that there are, the commonest first. */
export async function listSearchTerms(ctx: Ctx, workspaceId: string) {
  const [tags, aliases] = await Promise.all([
    listTagCounts(ctx.db, workspaceId),
    listAliasCounts(ctx.db, workspaceId),
  ]);
  return {
    tags: tags.map(({ key, value, _count }) => ({ key, value, nVersions: _count })),
    aliases: aliases.map(({ alias, _count }) => ({ alias, nModels: _count })),
  };
}

/** Manifests of versions by id, for explanations and for compiling releases. */
export async function listVersions(ctx: Ctx, workspaceId: string, ids: readonly string[]) {
  const rows = await listVersionRowsById(ctx.db, workspaceId, ids);
  return rows.map((row) => ({
    id: row.id,
    modelName: row.model.name,
    kind: row.model.kind,
    version: row.version,
    manifestSha256: row.manifestSha256,
    manifest: ModelManifest.parse(row.manifest),
    artifacts: z.array(ArtifactRef).parse(row.artifacts),
  }));
}
