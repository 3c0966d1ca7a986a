import type { Db } from "@shortlist/db";

export function listReleaseRows(db: Db, workspaceId: string, limit: number) {
  return db.release.findMany({ where: { workspaceId }, orderBy: { number: "desc" }, take: limit });
}

export function findReleaseRow(db: Db, workspaceId: string, by: { id: string } | { number: number }) {
  return db.release.findFirst({ where: { workspaceId, ...by } });
}

/** Oldest first, with what each release holds. */
export function listActivationRows(db: Db, workspaceId: string) {
  return db.releaseActivation.findMany({
    where: { workspaceId },
    orderBy: [{ createdAt: "asc" }, { id: "asc" }],
    include: { release: { select: { number: true, content: true } } },
  });
}
