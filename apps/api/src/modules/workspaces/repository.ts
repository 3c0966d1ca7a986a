import type { Db, Tx } from "@shortlist/db";

const SUMMARY = {
  id: true,
  slug: true,
  name: true,
  currentRelease: { select: { id: true, number: true, createdAt: true } },
} as const;

export function listWorkspaceRows(db: Db, userId?: string) {
  return db.workspace.findMany({
    ...(userId === undefined ? {} : { where: { memberships: { some: { userId } } } }),
    orderBy: { createdAt: "asc" },
    select: {
      ...SUMMARY,
      _count: { select: { items: true } },
      memberships: { where: { userId: userId ?? "" }, select: { role: true } },
    },
  });
}

export function findWorkspaceRow(db: Db, slug: string) {
  return db.workspace.findUnique({
    where: { slug },
    select: { ...SUMMARY, _count: { select: { items: true } } },
  });
}

/** Everyone who is admin somewhere: on this machine they are the ones who run it. */
export async function listAdminIds(tx: Tx): Promise<string[]> {
  const anywhere = await tx.membership.findMany({
    where: { role: "admin" },
    distinct: ["userId"],
    select: { userId: true },
  });
  if (anywhere.length > 0) return anywhere.map(({ userId }) => userId);
  // Before the first workspace nobody is a member of anything: the users that setup made are the admins.
  return (await tx.user.findMany({ select: { id: true } })).map(({ id }) => id);
}
