import { AUDIT_KINDS, type AuditKind } from "@shortlist/contracts";
import { type Db, Prisma } from "@shortlist/db";

// Nearly every change leaves a row where it belongs: revisions, moves, activations, ledgers; the rest is noted. Here they
// are read as one.

export interface AuditRow {
  readonly id: string;
  readonly at: Date;
  readonly kind: AuditKind;
  readonly actor: string;
  readonly what: string;
  readonly reason: string;
  /** Page of the console, below the workspace; null when there is none. */
  readonly path: string | null;
}

export interface AuditFilter {
  readonly kind: AuditKind | null;
  readonly actor: string | null;
  /** Older than this entry. */
  readonly before: { readonly at: Date; readonly id: string } | null;
  readonly limit: number;
}

/** One SELECT a kind that has rows of its own: id, at, actor, what, reason, path. Each is limited to the workspace. */
function selectsOf(workspaceId: string): Partial<Record<AuditKind, Prisma.Sql>> {
  const w = workspaceId;
  return {
    release: Prisma.sql`SELECT a.id, a."createdAt" AS at, a.actor, a.action || ' of release ' || r.number AS what, a.reason, '/serving' AS path
      FROM "ReleaseActivation" a JOIN "Release" r ON r.id = a."releaseId" WHERE a."workspaceId" = ${w}`,
    rollout: Prisma.sql`SELECT d."rolloutId" || '-' || d.sequence, d.at, d.actor, replace(d.action, '_', ' ') || ', rollout ' || r.number, d.reason, '/rollouts/' || r.number
      FROM "RolloutDecision" d JOIN "Rollout" r ON r.id = d."rolloutId" WHERE d."workspaceId" = ${w}`,
    model: Prisma.sql`SELECT v.id, v."createdAt", v."createdBy", 'registered ' || m.name || '@' || v.version, '', '/models/' || m.name || '/v/' || v.version
      FROM "ModelVersion" v JOIN "Model" m ON m.id = v."modelId" WHERE v."workspaceId" = ${w}`,
    alias: Prisma.sql`SELECT a.id, a."createdAt", a.actor || coalesce(', with ' || a."approvedBy", ''),
        m.name || '@' || a.alias || ': ' || coalesce('version ' || a."fromVersion", 'nothing') || ' → ' || coalesce('version ' || a."toVersion", 'nothing'), a.reason, '/models/' || m.name
      FROM "ModelAliasMove" a JOIN "Model" m ON m.id = a."modelId" WHERE a."workspaceId" = ${w}`,
    rule: Prisma.sql`SELECT "ruleId" || '-' || revision, "createdAt", "createdBy",
        CASE WHEN "isDeleted" THEN 'deleted' WHEN NOT "isEnabled" THEN 'switched off' WHEN revision = 1 THEN 'made' ELSE 'changed' END || ' rule ' || coalesce(definition->>'name', "ruleId"),
        reason, '/rules/' || "ruleId" FROM "RuleRevision" WHERE "workspaceId" = ${w}`,
    switch: Prisma.sql`SELECT id, "createdAt", "createdBy", 'switches of ' || replace(target, '_', ' '), reason, '/serving'
      FROM "SwitchChange" WHERE "workspaceId" = ${w}`,
    surface: Prisma.sql`SELECT surface || '-' || revision, "createdAt", "createdBy",
        CASE WHEN settings IS NULL THEN 'back to the defaults: ' ELSE 'settings of ' END || replace(surface, '_', ' ') || ', revision ' || revision, reason, '/surfaces/' || surface
      FROM "SurfaceRevision" WHERE "workspaceId" = ${w}`,
    feature: Prisma.sql`SELECT id, "createdAt", "createdBy", 'published view ' || name || '@' || version, '', '/features/' || name
      FROM "FeatureViewVersion" WHERE "workspaceId" = ${w}`,
    quality: Prisma.sql`SELECT id, "createdAt", "createdBy", 'repaired quarantined rows', '', '/quality/repairs/' || id
      FROM "QualityRepair" WHERE "workspaceId" = ${w}`,
    identity: Prisma.sql`SELECT id, "createdAt", "createdBy", 'took a link of a device apart', reason, '/identity'
      FROM "IdentityUnlink" WHERE "workspaceId" = ${w}`,
    key: Prisma.sql`SELECT id, "createdAt", "createdBy", 'created key ' || name || ' (' || array_to_string(scopes, ', ') || ')', '', '/settings/keys'
      FROM "ApiKey" WHERE "workspaceId" = ${w}`,
  };
}

/** Newest first; rows of the same moment by their id. */
export async function listAuditRows(db: Db, workspaceId: string, filter: AuditFilter): Promise<AuditRow[]> {
  const selects = selectsOf(workspaceId);
  const kinds = filter.kind === null ? AUDIT_KINDS : [filter.kind];
  const parts = kinds.flatMap((kind) => {
    const own = selects[kind];
    return own === undefined
      ? []
      : [Prisma.sql`SELECT e.*, ${kind} AS kind FROM (${own}) AS e(id, at, actor, what, reason, path)`];
  });
  parts.push(Prisma.sql`SELECT id, "createdAt" AS at, actor, what, reason, path, kind FROM "AuditNote"
    WHERE "workspaceId" = ${workspaceId} AND kind = ANY(${[...kinds]})`);
  const { before } = filter;
  return db.$queryRaw<AuditRow[]>`
    SELECT id, at, kind, actor, what, reason, path FROM (${Prisma.join(parts, " UNION ALL ")}) AS events
    WHERE (${filter.actor}::text IS NULL OR actor = ${filter.actor})
      AND (${before?.at ?? null}::timestamp IS NULL OR (at, id) < (${before?.at ?? null}::timestamp, ${before?.id ?? ""}))
    ORDER BY at DESC, id DESC LIMIT ${filter.limit}`;
}
