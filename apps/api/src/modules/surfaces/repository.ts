import { Surface, SurfaceSettings } from "@shortlist/contracts";
import { type Db, Prisma, type Tx } from "@shortlist/db";

export interface SurfaceRow {
  readonly surface: Surface;
  readonly revision: number;
  /** Null: the defaults hold. */
  readonly settings: SurfaceSettings | null;
  readonly reason: string;
  readonly createdBy: string;
  readonly createdAt: Date;
}

type Reader = Pick<Db | Tx, "surfaceRevision">;

/** The newest revision of every surface that was ever changed. */
export async function listNewestSurfaceRows(db: Reader, workspaceId: string): Promise<SurfaceRow[]> {
  const rows = await db.surfaceRevision.findMany({
    where: { workspaceId },
    orderBy: [{ surface: "asc" }, { revision: "desc" }],
    distinct: ["surface"],
  });
  return rows.map(toRow);
}

/** Newest first. */
export async function listSurfaceRows(
  db: Reader,
  workspaceId: string,
  o: { surface: Surface; limit: number },
): Promise<SurfaceRow[]> {
  const rows = await db.surfaceRevision.findMany({
    where: { workspaceId, surface: o.surface },
    orderBy: { revision: "desc" },
    take: o.limit,
  });
  return rows.map(toRow);
}

export async function createSurfaceRow(db: Reader, workspaceId: string, row: SurfaceRow): Promise<void> {
  const { settings, ...rest } = row;
  await db.surfaceRevision.create({
    data: { workspaceId, ...rest, settings: settings ?? Prisma.DbNull },
  });
}

function toRow(row: {
  surface: string;
  revision: number;
  settings: unknown;
  reason: string;
  createdBy: string;
  createdAt: Date;
}): SurfaceRow {
  const { revision, reason, createdBy, createdAt } = row;
  return {
    surface: Surface.parse(row.surface),
    revision,
    settings: row.settings === null ? null : SurfaceSettings.parse(row.settings),
    reason,
    createdBy,
    createdAt,
  };
}
