import type { Role } from "@shortlist/contracts";
import { WorkspaceSlug } from "@shortlist/contracts";
import { AppError } from "@shortlist/platform";
import type { AppContext } from "../../context";
import { createUser, type NewUser } from "../members/service";
import { findWorkspaceRow, listAdminIds, listWorkspaceRows } from "./repository";

export interface WorkspaceSummary {
  readonly slug: string;
  readonly name: string;
  readonly nItems: number;
  readonly currentRelease: { releaseId: string; number: number; createdAt: Date } | null;
}

type Ctx = Pick<AppContext, "db">;

export async function listWorkspaces({ db }: Ctx): Promise<WorkspaceSummary[]> {
  return (await listWorkspaceRows(db)).map(toSummary);
}

export async function listOwnWorkspaces(
  { db }: Ctx,
  userId: string,
): Promise<(WorkspaceSummary & { role: Role })[]> {
  const rows = await listWorkspaceRows(db, userId);
  return rows.map((row) => ({ ...toSummary(row), role: row.memberships[0]!.role }));
}

export async function getWorkspace({ db }: Ctx, slug: string): Promise<WorkspaceSummary & { id: string }> {
  const row = await findWorkspaceRow(db, slug);
  if (row === null)
    throw new AppError("not_found", `no workspace ${slug}`, {
      publicDetail: `There is no workspace ${slug}`,
    });
  return { id: row.id, ...toSummary(row) };
}

/** Creates the workspace when it is absent, with every existing admin as its admin; otherwise renames it. */
export async function putWorkspace({ db }: Ctx, slug: string, name: string): Promise<{ created: boolean }> {
  WorkspaceSlug.parse(slug);
  return db.$transaction(async (tx) => {
    // ON CONFLICT rather than look-then-insert: two calls at once must not fail.
    const inserted = await tx.workspace.createMany({ data: [{ slug, name }], skipDuplicates: true });
    const created = inserted.count === 1;
    const { id } = await tx.workspace.update({ where: { slug }, data: { name }, select: { id: true } });
    if (created)
      await tx.membership.createMany({
        data: (await listAdminIds(tx)).map((userId) => ({ workspaceId: id, userId, role: "admin" as const })),
        skipDuplicates: true,
      });
    return { created };
  });
}

/** Makes the first administrator; does nothing when there is any user. */
export async function setUpFirstAdmin({ db }: Ctx, admin: NewUser): Promise<{ created: boolean }> {
  return db.$transaction(async (tx) => {
    // Serialises two first calls: the second one then sees the user of the first.
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('shortlist:first-admin'))`;
    if ((await tx.user.count()) > 0) return { created: false };
    const userId = await createUser(tx, admin);
    const workspaces = await tx.workspace.findMany({ select: { id: true } });
    await tx.membership.createMany({
      data: workspaces.map(({ id }) => ({ workspaceId: id, userId, role: "admin" as const })),
    });
    return { created: true };
  });
}

function toSummary(row: NonNullable<Awaited<ReturnType<typeof findWorkspaceRow>>>): WorkspaceSummary {
  const release = row.currentRelease;
  return {
    slug: row.slug,
    name: row.name,
    nItems: row._count.items,
    currentRelease:
      release === null
        ? null
        : { releaseId: release.id, number: release.number, createdAt: release.createdAt },
  };
}
