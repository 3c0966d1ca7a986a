import { ArtifactRef } from "@shortlist/contracts";
import { AppError } from "@shortlist/platform";
import * as z from "zod";
import type { AppContext } from "../../context";
import { noteChange } from "../audit/noteService";
import { lockModel } from "./aliasRepository";
import { decideArchival, KEPT_VERSIONS } from "./keepDecide";
import { listHolders, listUnreferencedArtifacts } from "./keepRepository";

type Ctx = Pick<AppContext, "db" | "artifacts" | "now" | "logger">;
type At = { readonly name: string; readonly version: number };

/** What an upload or a deleted version leaves behind is kept a day: a registration under way, or one regretted. */
const GRACE_MS = 24 * 3_600_000;
const COLLECTED_AT_ONCE = 500;

/**
 * Deletes a version that nothing points at. Its artifacts go a day later, when nothing else refers to them; its number is
 * not given again.
 *
 * @throws AppError `conflict` naming everything that points at it
 */
export async function deleteVersion(
  ctx: Ctx,
  workspaceId: string,
  at: At & { readonly actor: string },
): Promise<void> {
  await ctx.db.$transaction(async (tx) => {
    // In this order publishing takes them too: no release gets a version that is being deleted.
    await tx.$queryRaw`SELECT id FROM "Workspace" WHERE id = ${workspaceId} FOR UPDATE`;
    await lockModel(tx, workspaceId, at.name);
    const row = await tx.modelVersion.findFirst({
      where: { workspaceId, version: at.version, model: { name: at.name } },
      select: { id: true, artifacts: true, manifestSha256: true },
    });
    if (row === null) throw refuseUnknown(at);
    const holders = (await listHolders(tx, workspaceId, [{ ...at, id: row.id }])).get(row.id)!;
    if (holders.length > 0)
      throw new AppError("conflict", `${at.name}@${at.version} is held`, {
        publicDetail: `${at.name}@${at.version} cannot be deleted: ${holders.map(({ what }) => what).join(", ")} ${holders.length === 1 ? "points" : "point"} at it. Archive it instead.`,
        fields: holders.map(({ kind, what }) => ({ field: kind, problem: what })),
      });
    await tx.modelVersion.delete({ where: { id: row.id } });
    await noteChange(tx, workspaceId, {
      kind: "model",
      actor: at.actor,
      what: `deleted ${at.name}@${at.version}`,
      path: `/models/${at.name}`,
    });
    const usedAt = ctx.now();
    const left = [...z.array(ArtifactRef).parse(row.artifacts), { sha256: row.manifestSha256, bytes: 0 }];
    for (const { sha256, bytes } of left)
      await tx.storedArtifact.upsert({
        where: { workspaceId_sha256: { workspaceId, sha256 } },
        create: { workspaceId, sha256, bytes, createdBy: "deleted version", usedAt },
        update: { usedAt },
      });
  });
  ctx.logger.info({ workspaceId, model: at.name, version: at.version }, "deleted a model version");
}

/** Takes a version out of the hot list, or back into it. Everything of it stays where it is. */
export async function setArchived(
  ctx: Ctx,
  workspaceId: string,
  o: At & { readonly isArchived: boolean; readonly actor: string },
): Promise<void> {
  await ctx.db.$transaction(async (tx) => {
    const changed = await tx.modelVersion.updateMany({
      where: { workspaceId, version: o.version, model: { name: o.name } },
      data: { archivedAt: o.isArchived ? ctx.now() : null },
    });
    if (changed.count === 0) throw refuseUnknown(o);
    await noteChange(tx, workspaceId, {
      kind: "model",
      actor: o.actor,
      what: `${o.isArchived ? "archived" : "restored"} ${o.name}@${o.version}`,
      path: `/models/${o.name}/v/${o.version}`,
    });
  });
}

/** Archives what is older than a model's newest ten and pointed at by nothing, in all workspaces. */
export async function archiveOldVersions(ctx: Ctx): Promise<number> {
  const models = await ctx.db.model.findMany({
    where: { lastVersion: { gt: KEPT_VERSIONS } },
    include: {
      versions: { orderBy: { version: "desc" }, select: { id: true, version: true, archivedAt: true } },
    },
  });
  let archived = 0;
  for (const { workspaceId, name, versions } of models) {
    const hot = versions.filter(({ archivedAt }) => archivedAt === null);
    if (hot.length <= KEPT_VERSIONS) continue;
    const holders = await listHolders(
      ctx.db,
      workspaceId,
      hot.map((version) => ({ ...version, name })),
    );
    const ids = decideArchival(
      hot.map(({ id }) => ({ id, isArchived: false, isHeld: (holders.get(id)?.length ?? 0) > 0 })),
    );
    const { count } = await ctx.db.modelVersion.updateMany({
      where: { id: { in: ids } },
      data: { archivedAt: ctx.now() },
    });
    archived += count;
  }
  return archived;
}

/** Deletes artifacts that were uploaded, or whose versions were deleted, a day ago and that nothing refers to. */
export async function collectArtifacts(ctx: Ctx): Promise<number> {
  const before = new Date(ctx.now().getTime() - GRACE_MS);
  let collected = 0;
  for (const { workspaceId, sha256 } of await listUnreferencedArtifacts(ctx.db, before, COLLECTED_AT_ONCE)) {
    // Whoever uses it again meanwhile has changed `usedAt`, and it stays.
    const { count } = await ctx.db.storedArtifact.deleteMany({
      where: { workspaceId, sha256, usedAt: { lt: before } },
    });
    if (count === 0) continue;
    const others = await ctx.db.storedArtifact.count({ where: { sha256 } });
    if (others === 0) await ctx.artifacts.delete(sha256);
    collected++;
  }
  return collected;
}

function refuseUnknown({ name, version }: At): AppError {
  return new AppError("not_found", `no ${name}@${version}`, {
    publicDetail: `There is no version ${version} of ${name}`,
  });
}
