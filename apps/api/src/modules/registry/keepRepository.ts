import type { Db, Tx } from "@shortlist/db";
import { Prisma } from "@shortlist/db";
import type { Holder } from "./keepDecide";

/**
 * What points at versions of a model: releases, rollouts under way, aliases and asked-for moves of them,
 * settings of surfaces, versions made from it. Read from their tables in the transaction that deletes, so that nothing
 * comes to point at a version in between.
 */
export async function listHolders(
  db: Tx | Db,
  workspaceId: string,
  versions: readonly { readonly id: string; readonly name: string; readonly version: number }[],
): Promise<Map<string, Holder[]>> {
  const holders = new Map<string, Holder[]>(versions.map(({ id }) => [id, []]));
  const byRef = new Map(versions.map(({ id, name, version }) => [`${name}@${version}`, id]));
  const add = (id: string | undefined, holder: Holder) => {
    if (id !== undefined) holders.get(id)?.push(holder);
  };
  const ids = versions.map(({ id }) => id);
  const releases = await db.$queryRaw<{ number: number; versionId: string }[]>`
    SELECT r.number, m->>'modelVersionId' AS "versionId"
    FROM "Release" r, jsonb_array_elements(r.content->'models') m
    WHERE r."workspaceId" = ${workspaceId} AND m->>'modelVersionId' IN (${Prisma.join(ids)})
    ORDER BY r.number`;
  for (const { number, versionId } of releases)
    add(versionId, { kind: "release", what: `release ${number}` });
  const rollouts = await db.$queryRaw<{ number: number; versionId: string }[]>`
    SELECT DISTINCT o.number, m->>'modelVersionId' AS "versionId"
    FROM "Rollout" o JOIN "Release" r ON r.id IN (o."candidateReleaseId", o."stableReleaseId"),
      jsonb_array_elements(r.content->'models') m
    WHERE o."workspaceId" = ${workspaceId} AND o."endedAt" IS NULL
      AND m->>'modelVersionId' IN (${Prisma.join(ids)})`;
  for (const { number, versionId } of rollouts)
    add(versionId, { kind: "rollout", what: `rollout ${number}, which is under way` });
  const aliases = await db.modelAlias.findMany({ where: { workspaceId, versionId: { in: [...ids] } } });
  for (const { alias, versionId } of aliases) add(versionId, { kind: "alias", what: `alias ${alias}` });
  const requests = await db.modelAliasRequest.findMany({
    where: { workspaceId, decidedAt: null, version: { not: null } },
  });
  for (const { modelName, version, alias } of requests)
    add(byRef.get(`${modelName}@${version}`), {
      kind: "request",
      what: `the request to make it ${alias}`,
    });
  const surfaces = await db.surfaceRevision.findMany({
    where: { workspaceId },
    orderBy: [{ surface: "asc" }, { revision: "desc" }],
    distinct: ["surface"],
  });
  for (const { surface, settings } of surfaces) {
    const named = settings as { ranker?: string | null; preRanker?: { model?: string | null } | null } | null;
    for (const ref of [named?.ranker, named?.preRanker?.model])
      if (ref != null) add(byRef.get(ref), { kind: "surface", what: `the settings of ${surface}` });
  }
  const children = await db.$queryRaw<{ parent: string; name: string; version: number }[]>`
    SELECT v.lineage->>'parent' AS parent, m.name, v.version
    FROM "ModelVersion" v JOIN "Model" m ON m.id = v."modelId"
    WHERE v."workspaceId" = ${workspaceId} AND v.lineage->>'parent' IN (${Prisma.join([...byRef.keys()])})`;
  for (const { parent, name, version } of children)
    add(byRef.get(parent), { kind: "version", what: `${name}@${version}, which was made from it` });
  return holders;
}

/** Stored artifacts that nobody has used since `before` and nothing in any workspace refers to. */
export async function listUnreferencedArtifacts(
  db: Db,
  before: Date,
  limit: number,
): Promise<{ workspaceId: string; sha256: string }[]> {
  return db.$queryRaw`
    SELECT a."workspaceId", a.sha256 FROM "StoredArtifact" a
    WHERE a."usedAt" < ${before}
      AND NOT EXISTS (SELECT 1 FROM "ModelVersion" v
        WHERE v."manifestSha256" = a.sha256 OR v.artifacts @> jsonb_build_array(jsonb_build_object('sha256', a.sha256)))
      AND NOT EXISTS (SELECT 1 FROM "Release" r
        WHERE r."artifactSha256" = a.sha256 OR strpos(r.content::text, a.sha256) > 0)
      AND NOT EXISTS (SELECT 1 FROM "TrainingSet" t WHERE t."rowsSha256" = a.sha256)
    ORDER BY a."usedAt" LIMIT ${limit}`;
}
