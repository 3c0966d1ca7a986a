import { randomUUID } from "node:crypto";
import type { Role } from "@shortlist/contracts";
import type { Tx } from "@shortlist/db";
import { AppError } from "@shortlist/platform";
import { hashPassword } from "better-auth/crypto";
import type { AppContext } from "../../context";
import { noteChange } from "../audit/noteService";
import { isLastAdminLeaving } from "./decide";
import { countAdmins, findMembershipRow, listMemberRows, lockMembers } from "./repository";

const PAGE = "/settings/members";

/** Where and as what a person works; null when they do not belong to the workspace. */
export function findMembership({ db }: Pick<AppContext, "db">, userId: string, slug: string) {
  return findMembershipRow(db, userId, slug);
}

export async function listMembers({ db }: Pick<AppContext, "db">, workspaceId: string) {
  const rows = await listMemberRows(db, workspaceId);
  return rows.map(({ user, role, createdAt }) => ({
    userId: user.id,
    name: user.name,
    email: user.email,
    role: role as Role,
    since: createdAt,
  }));
}

export interface NewUser {
  readonly email: string;
  readonly name: string;
  readonly password: string;
}

/** A user with a password, under the table rules of better-auth's credential provider. */
export async function createUser(tx: Tx, user: NewUser): Promise<string> {
  const id = randomUUID();
  await tx.user.create({
    data: { id, name: user.name, email: user.email.toLowerCase(), emailVerified: true },
  });
  await tx.account.create({
    data: {
      id: randomUUID(),
      accountId: id,
      providerId: "credential",
      userId: id,
      password: await hashPassword(user.password),
    },
  });
  return id;
}

/**
 * Adds a person to the workspace, with a new account when the address has none. A person who has an account keeps
 * their password: an admin of one workspace must not be able to take over an account of another.
 */
export async function addMember(
  { db }: Pick<AppContext, "db">,
  workspaceId: string,
  member: NewUser & { role: Role; actor: string },
): Promise<{ userId: string; createdAccount: boolean }> {
  return db.$transaction(async (tx) => {
    const existing = await tx.user.findUnique({ where: { email: member.email.toLowerCase() } });
    const userId = existing?.id ?? (await createUser(tx, member));
    const already = await tx.membership.findUnique({
      where: { workspaceId_userId: { workspaceId, userId } },
    });
    if (already !== null)
      throw new AppError("conflict", "already a member", {
        publicDetail: `${member.email} is already a member of this workspace`,
      });
    await tx.membership.create({ data: { workspaceId, userId, role: member.role } });
    const what = `added ${member.email} as ${member.role.replaceAll("_", " ")}`;
    await noteChange(tx, workspaceId, { kind: "member", actor: member.actor, what, path: PAGE });
    return { userId, createdAccount: existing === null };
  });
}

/** Changes a role, or removes the membership when `role` is null. */
export async function changeMember(
  { db }: Pick<AppContext, "db">,
  workspaceId: string,
  change: { userId: string; role: Role | null; actor: string },
): Promise<void> {
  const key = { workspaceId_userId: { workspaceId, userId: change.userId } };
  await db.$transaction(async (tx) => {
    await lockMembers(tx, workspaceId);
    const member = await tx.membership.findUnique({ where: key });
    if (member === null) throw new AppError("not_found", `no member ${change.userId}`);
    const admins = await countAdmins(tx, workspaceId);
    if (isLastAdminLeaving({ from: member.role, to: change.role, admins }))
      throw new AppError("conflict", "last admin", {
        publicDetail: "This is the last admin; make another member admin first",
      });
    if (change.role === null) await tx.membership.delete({ where: key });
    else await tx.membership.update({ where: key, data: { role: change.role } });
    const { email } = await tx.user.findUniqueOrThrow({ where: { id: change.userId } });
    const what =
      change.role === null
        ? `removed ${email}, who was ${member.role.replaceAll("_", " ")}`
        : `made ${email} ${change.role.replaceAll("_", " ")}, who was ${member.role.replaceAll("_", " ")}`;
    await noteChange(tx, workspaceId, { kind: "member", actor: change.actor, what, path: PAGE });
  });
}
