import { AppError, createApiKey } from "@shortlist/platform";
import type { AppContext } from "../../context";
import { noteChange } from "../audit/noteService";
import { bumpControlRevision, publishControlDocument } from "../releases/service";

export const KEY_SCOPES = ["recommend", "events", "catalog", "admin"] as const;
export type KeyScope = (typeof KEY_SCOPES)[number];

type Ctx = Pick<AppContext, "db" | "redis" | "env" | "logger" | "now">;

export async function listKeys({ db }: Pick<AppContext, "db">, workspaceId: string) {
  return db.apiKey.findMany({
    where: { workspaceId },
    orderBy: { createdAt: "desc" },
    select: {
      id: true,
      name: true,
      prefix: true,
      scopes: true,
      createdAt: true,
      createdBy: true,
      revokedAt: true,
    },
  });
}

/** The key itself is in this answer and nowhere else. Replicas accept it as soon as the control document arrives. */
export async function createKey(
  ctx: Ctx,
  workspaceId: string,
  request: { name: string; scopes: readonly KeyScope[]; createdBy: string },
): Promise<{ id: string; key: string; prefix: string }> {
  const { key, prefix, sha256 } = createApiKey();
  const { id } = await ctx.db.$transaction(async (tx) => {
    await bumpControlRevision(tx, workspaceId);
    return tx.apiKey.create({
      data: {
        workspaceId,
        name: request.name,
        prefix,
        sha256,
        scopes: [...new Set(request.scopes)],
        createdBy: request.createdBy,
      },
    });
  });
  await publishControlDocument(ctx, workspaceId);
  return { id, key, prefix };
}

/** Revoking twice is the same as once. */
export async function revokeKey(
  ctx: Ctx,
  workspaceId: string,
  { id, actor }: { id: string; actor: string },
): Promise<{ id: string }> {
  await ctx.db.$transaction(async (tx) => {
    const found = await tx.apiKey.findFirst({ where: { id, workspaceId } });
    if (found === null)
      throw new AppError("not_found", `no key ${id}`, {
        publicDetail: "There is no such key in this workspace",
      });
    if (found.revokedAt !== null) return;
    await bumpControlRevision(tx, workspaceId);
    await tx.apiKey.update({ where: { id }, data: { revokedAt: ctx.now() } });
    const what = `revoked key ${found.name} (${found.prefix}…)`;
    await noteChange(tx, workspaceId, { kind: "key", actor, what, path: "/settings/keys" });
  });
  await publishControlDocument(ctx, workspaceId);
  return { id };
}
