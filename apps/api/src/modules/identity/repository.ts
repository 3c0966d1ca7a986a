import type { Db } from "@shortlist/db";

const UNLINK = {
  id: true,
  device: true,
  person: true,
  reason: true,
  createdBy: true,
  createdAt: true,
} as const;

export function listUnlinkRows(db: Db, workspaceId: string) {
  return db.identityUnlink.findMany({
    where: { workspaceId, undoneAt: null },
    orderBy: { createdAt: "desc" },
    select: UNLINK,
  });
}

export function createUnlinkRow(
  db: Db,
  row: { workspaceId: string; device: string; person: string; reason: string; createdBy: string },
) {
  return db.identityUnlink.create({ data: row, select: UNLINK });
}

/** Returns how many rows it undid: 0 when there is none of that id, or it was undone before. */
export async function undoUnlinkRow(
  db: Db,
  o: { workspaceId: string; id: string; undoneBy: string; now: Date },
): Promise<number> {
  const { count } = await db.identityUnlink.updateMany({
    where: { id: o.id, workspaceId: o.workspaceId, undoneAt: null },
    data: { undoneBy: o.undoneBy, undoneAt: o.now },
  });
  return count;
}

/** Training windows of the newest versions of each model. */
export async function listTrainedRows(db: Db, workspaceId: string) {
  const rows = await db.modelVersion.findMany({
    where: { workspaceId },
    orderBy: { createdAt: "desc" },
    take: 50,
    select: { version: true, manifest: true, model: { select: { name: true } } },
  });
  return rows.map(({ version, manifest, model }) => {
    const window = (manifest as { trainingWindow?: { fromMs: number; toMs: number } | null }).trainingWindow;
    return { name: model.name, version, fromMs: window?.fromMs ?? null, toMs: window?.toMs ?? null };
  });
}
