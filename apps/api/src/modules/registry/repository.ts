import type { Db } from "@shortlist/db";

const VERSION = {
  id: true,
  version: true,
  manifestSha256: true,
  artifacts: true,
  evaluation: true,
  check: true,
  jobId: true,
  createdBy: true,
  createdAt: true,
  archivedAt: true,
  tags: { select: { key: true, value: true }, orderBy: { key: "asc" } },
  aliases: { select: { alias: true }, orderBy: { alias: "asc" } },
} as const;

export function listModelRows(db: Db, workspaceId: string) {
  return db.model.findMany({
    where: { workspaceId },
    orderBy: { name: "asc" },
    include: {
      _count: { select: { versions: true } },
      versions: { orderBy: { version: "desc" }, take: 1, select: VERSION },
      aliases: {
        select: { alias: true, version: { select: { version: true } } },
        orderBy: { alias: "asc" },
      },
    },
  });
}

export function findModelRow(db: Db, workspaceId: string, name: string) {
  return db.model.findUnique({
    where: { workspaceId_name: { workspaceId, name } },
    include: { versions: { orderBy: { version: "desc" }, select: VERSION } },
  });
}

export function findVersionRow(db: Db, workspaceId: string, at: { name: string; version: number }) {
  return db.modelVersion.findFirst({
    where: { workspaceId, version: at.version, model: { name: at.name } },
    select: {
      ...VERSION,
      manifest: true,
      lineage: true,
      model: { select: { name: true, kind: true, description: true } },
    },
  });
}

export function listVersionRowsById(db: Db, workspaceId: string, ids: readonly string[]) {
  return db.modelVersion.findMany({
    where: { workspaceId, id: { in: [...ids] } },
    select: { ...VERSION, manifest: true, model: { select: { name: true, kind: true } } },
  });
}

/** Newest first; a search looks through these. */
export function listRecentVersionRows(db: Db, workspaceId: string, limit: number) {
  return db.modelVersion.findMany({
    where: { workspaceId },
    orderBy: { createdAt: "desc" },
    take: limit,
    select: { ...VERSION, model: { select: { name: true, kind: true } } },
  });
}

/** Beyond so many a list to choose from is no help; any can still be typed. */
const CHOICES = 50;

export function listTagCounts(db: Db, workspaceId: string) {
  return db.modelTag.groupBy({
    by: ["key", "value"],
    where: { workspaceId },
    _count: true,
    orderBy: [{ _count: { versionId: "desc" } }, { key: "asc" }, { value: "asc" }],
    take: CHOICES,
  });
}

export function listAliasCounts(db: Db, workspaceId: string) {
  return db.modelAlias.groupBy({
    by: ["alias"],
    where: { workspaceId },
    _count: true,
    orderBy: [{ _count: { modelId: "desc" } }, { alias: "asc" }],
    take: CHOICES,
  });
}
