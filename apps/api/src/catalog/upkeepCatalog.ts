import { type CatalogChange, Release, redisKeys } from "@shortlist/contracts";
import { queueCatalogChanges } from "@shortlist/platform";
import type { Redis } from "ioredis";
import type { AppContext } from "../context";
import { listLiveStatuses } from "../modules/serving/service";
import { decideUpkeep } from "./decideUpkeep";
import { type CatalogWorkspace, foldCatalog } from "./foldCatalog";
import { findFold, listChangedItems } from "./repository";

type Ctx = Pick<AppContext, "db" | "redis" | "logger" | "now">;

/** The current release, those one can go back to at once, and what a replica that fell behind still serves. */
const RELEASES_KEPT = 3;
/** A change that comes while the database is read begins the attempt anew. */
const ATTEMPTS = 5;

/** Keeps a catalogue's stream whole for every release in use, and no longer than that. */
export async function upkeepCatalog(ctx: Ctx, workspace: CatalogWorkspace): Promise<void> {
  const since = await ctx.redis.get(redisKeys.catalogSince(workspace.slug));
  const folded = (await findFold(ctx.db, workspace.id))?.position ?? "0-0";
  const positions = await listPositions(ctx, workspace);
  if (positions === null) return;
  const upkeep = decideUpkeep({ since, positions, folded, nowMs: ctx.now().getTime() });
  if (upkeep.kind === "none") return;
  if (upkeep.kind === "restore") return restore(ctx, workspace, upkeep.from);
  await ctx.redis
    .multi()
    .set(redisKeys.catalogSince(workspace.slug), upkeep.to)
    .xtrim(redisKeys.catalog(workspace.slug), "MINID", upkeep.to)
    .exec();
}

/** Null when nobody knows what the replicas serve. */
async function listPositions(ctx: Ctx, workspace: CatalogWorkspace): Promise<string[] | null> {
  const { db } = ctx;
  const statuses = await listLiveStatuses(ctx);
  if (statuses === null) return null;
  const served = statuses
    .flatMap(({ releases }) => releases)
    .flatMap((release) => (release.workspace === workspace.slug ? [release.releaseId] : []));
  const { currentReleaseId } = await db.workspace.findUniqueOrThrow({ where: { id: workspace.id } });
  const latest = await db.release.findMany({
    where: { workspaceId: workspace.id },
    orderBy: { number: "desc" },
    take: RELEASES_KEPT,
    select: { id: true },
  });
  const activated = await db.releaseActivation.findMany({
    where: { workspaceId: workspace.id },
    orderBy: { createdAt: "desc" },
    take: RELEASES_KEPT,
    select: { releaseId: true },
  });
  // It may be of any age, and replicas must find all that changed since when they load it.
  const rollouts = await db.rollout.findMany({
    where: { runningIn: workspace.id },
    select: { candidateReleaseId: true },
  });
  const ids = [
    ...served,
    ...rollouts.map(({ candidateReleaseId }) => candidateReleaseId),
    ...latest.map(({ id }) => id),
    ...activated.map(({ releaseId }) => releaseId),
    ...(currentReleaseId === null ? [] : [currentReleaseId]),
  ];
  const rows = await db.release.findMany({
    where: { workspaceId: workspace.id, id: { in: [...new Set(ids)] } },
    select: { content: true },
  });
  return rows.map(({ content }) => Release.parse(content).itemTable.catalogPosition);
}

/**
 * Puts every item that changed since `from` into the stream again, as the database has it. What is acknowledged
 * meanwhile must not be overwritten by what was read before it: then nothing is written and it is tried again.
 */
async function restore(ctx: Ctx, workspace: CatalogWorkspace, from: string): Promise<void> {
  const key = redisKeys.catalog(workspace.slug);
  const connection = ctx.redis.duplicate();
  connection.on("error", () => undefined);
  try {
    await connection.connect();
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      await connection.watch(key);
      const changes = await listMissing(ctx, workspace, from);
      if (changes === null) continue;
      const transaction = connection.multi();
      queueCatalogChanges(transaction, workspace.slug, changes);
      transaction.set(redisKeys.catalogSince(workspace.slug), from);
      if ((await transaction.exec()) === null) continue;
      if (changes.length > 0)
        ctx.logger.info(
          { workspace: workspace.slug, items: changes.length, from },
          "the catalogue's stream was made whole again",
        );
      return;
    }
    ctx.logger.warn({ workspace: workspace.slug }, "the catalogue's stream is too busy to be made whole now");
  } finally {
    connection.disconnect();
  }
}

/** Null when the stream moved on while the database caught up. */
async function listMissing(
  ctx: Ctx,
  workspace: CatalogWorkspace,
  from: string,
): Promise<CatalogChange[] | null> {
  const folded = await foldCatalog(ctx, workspace);
  const last = await findLast(ctx.redis, workspace.slug);
  if (last !== null && last !== folded) return null;
  // Nothing was ever taken from the stream, so nothing can be missing in it.
  if (folded === "0-0") return [];
  const items = await listChangedItems(ctx.db, workspace.id, new Date(Number(from.split("-")[0])));
  return items.map(({ item, isDeleted }) =>
    isDeleted ? { op: "delete", itemId: item.itemId } : { op: "upsert", item },
  );
}

async function findLast(redis: Redis, slug: string): Promise<string | null> {
  const [entry] = await redis.xrevrange(redisKeys.catalog(slug), "+", "-", "COUNT", 1);
  return entry?.[0] ?? null;
}
