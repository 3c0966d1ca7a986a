import {
  BackfillResult,
  FeatureFreshness,
  FeatureView,
  ModelManifest,
  Release,
  redisKeys,
} from "@shortlist/contracts";
import type { Db, Tx } from "@shortlist/db";
import type { Redis } from "ioredis";
import type { ManifestRow, ReleaseRow } from "./decide";

/** The releases that say what reads a view: enough to roll back to. */
const RELEASES_READ = 50;

export interface VersionRow {
  readonly id: string;
  readonly name: string;
  readonly version: number;
  readonly view: FeatureView;
  readonly hash: string;
  readonly owner: string;
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly retiredAt: Date | null;
  readonly retiredBy: string | null;
  readonly batchGeneration: string | null;
  readonly batchEnd: Date | null;
}

/** Every version of a workspace, or of one name: by name, newest version first. */
export async function listVersionRows(
  db: Pick<Tx, "featureViewVersion">,
  workspaceId: string,
  name?: string,
): Promise<VersionRow[]> {
  const rows = await db.featureViewVersion.findMany({
    where: { workspaceId, ...(name === undefined ? {} : { name }) },
    orderBy: [{ name: "asc" }, { version: "desc" }],
  });
  return rows.map(({ definition, workspaceId: _own, ...row }) => ({
    ...row,
    view: FeatureView.parse(definition),
  }));
}

export function createVersionRow(
  tx: Tx,
  workspaceId: string,
  o: { view: FeatureView; hash: string; createdBy: string; now: Date },
) {
  return tx.featureViewVersion.create({
    data: {
      workspaceId,
      name: o.view.name,
      version: o.view.version,
      definition: o.view,
      hash: o.hash,
      owner: o.view.owner,
      createdBy: o.createdBy,
      createdAt: o.now,
    },
  });
}

/** Sets or clears the retirement of one version; false when it is already so, or not there. */
export async function updateRetired(
  tx: Tx,
  workspaceId: string,
  o: { name: string; version: number; retiredAt: Date | null; retiredBy: string | null },
): Promise<boolean> {
  const { count } = await tx.featureViewVersion.updateMany({
    where: {
      workspaceId,
      name: o.name,
      version: o.version,
      retiredAt: o.retiredAt === null ? { not: null } : null,
    },
    data: { retiredAt: o.retiredAt, retiredBy: o.retiredBy },
  });
  return count === 1;
}

/** What reads views: the inputs of every registered version, and what the latest releases are made of. */
export async function loadReaders(
  db: Pick<Db, "modelVersion" | "release" | "workspace">,
  workspaceId: string,
): Promise<{ models: ManifestRow[]; releases: ReleaseRow[] }> {
  const [versions, releases, workspace] = await Promise.all([
    db.modelVersion.findMany({
      where: { workspaceId },
      select: { id: true, version: true, manifest: true, model: { select: { name: true, kind: true } } },
    }),
    db.release.findMany({ where: { workspaceId }, orderBy: { number: "desc" }, take: RELEASES_READ }),
    db.workspace.findUniqueOrThrow({ where: { id: workspaceId }, select: { currentReleaseId: true } }),
  ]);
  return {
    models: versions.map((row) => ({
      modelVersionId: row.id,
      modelName: row.model.name,
      modelVersion: row.version,
      kind: row.model.kind,
      features: ModelManifest.parse(row.manifest).features,
    })),
    releases: releases.map((row) => ({
      number: row.number,
      isCurrent: row.id === workspace.currentReleaseId,
      modelVersionIds: Release.parse(row.content).models.map(({ modelVersionId }) => modelVersionId),
    })),
  };
}

/** What generations hold, by generation; `isBehindImport`: a log was imported after it was asked for. */
export async function loadBatches(
  db: Pick<Db, "featureBackfill" | "importRun">,
  workspaceId: string,
  generations: readonly string[],
): Promise<Map<string, { rows: number; bytes: number; isBehindImport: boolean }>> {
  if (generations.length === 0) return new Map();
  const [rows, lastImport] = await Promise.all([
    db.featureBackfill.findMany({
      where: { workspaceId, state: "done", generation: { in: [...generations] } },
      select: { generation: true, result: true, knownBy: true },
    }),
    db.importRun.findFirst({
      where: { workspaceId, kind: "interactions" },
      orderBy: { createdAt: "desc" },
      select: { createdAt: true },
    }),
  ]);
  return new Map(
    rows.map(({ generation, result, knownBy }) => {
      const { rowsWritten, bytesWritten } = BackfillResult.parse(result);
      const isBehindImport = lastImport !== null && lastImport.createdAt > knownBy;
      return [generation, { rows: rowsWritten, bytes: bytesWritten, isBehindImport }];
    }),
  );
}

/** What the probes measured, by `name@version`; null when Redis does not answer. An entry that cannot be read is none. */
export async function loadFreshness(
  redis: Redis,
  slug: string,
): Promise<ReadonlyMap<string, FeatureFreshness> | null> {
  const found = await redis.hgetall(redisKeys.featureFreshness(slug)).catch(() => null);
  if (found === null) return null;
  return new Map(
    Object.entries(found).flatMap(([ref, text]) => {
      const parsed = FeatureFreshness.safeParse(parseJson(text));
      return parsed.success ? [[ref, parsed.data] as const] : [];
    }),
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
