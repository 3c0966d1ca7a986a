import { redisKeys } from "@shortlist/contracts";
import { parseCatalogEntry } from "@shortlist/platform";
import type { AppContext } from "../context";
import { collapseChanges } from "./collapseChanges";
import { findFold, lockFold, writeFold, writeOutcomes } from "./repository";

// The stream is first and the database follows: what was acknowledged is in the stream, in one order for all. Where
// the database stands is written with the items, so a kill at any line repeats nothing and skips nothing.

/** At most 10,000 changes a transaction. */
const ENTRIES_PER_ROUND = 20;
const ROUND_MAX_MS = 60_000;

export interface CatalogWorkspace {
  readonly id: string;
  readonly slug: string;
}

/** Takes what is in the stream into the database. @returns how far it has come; whoever calls meanwhile waits */
export async function foldCatalog(
  ctx: Pick<AppContext, "db" | "redis" | "logger" | "now">,
  workspace: CatalogWorkspace,
): Promise<string> {
  const held = (await findFold(ctx.db, workspace.id))?.position ?? "0-0";
  // Mostly there is nothing, and then no row is locked.
  const key = redisKeys.catalog(workspace.slug);
  if ((await ctx.redis.xrange(key, `(${held}`, "+", "COUNT", 1)).length === 0) return held;
  for (;;) {
    const { position, isFull } = await ctx.db.$transaction((tx) => foldRound({ ...ctx, db: tx }, workspace), {
      timeout: ROUND_MAX_MS,
      maxWait: ROUND_MAX_MS,
    });
    if (!isFull) return position;
  }
}

async function foldRound(
  { db, redis, logger, now }: Omit<Pick<AppContext, "redis" | "logger" | "now">, "db"> & { db: Tx },
  workspace: CatalogWorkspace,
): Promise<{ position: string; isFull: boolean }> {
  const from = await lockFold(db, workspace.id, now());
  const key = redisKeys.catalog(workspace.slug);
  const found = await redis.xrange(key, `(${from}`, "+", "COUNT", ENTRIES_PER_ROUND);
  if (found.length === 0) return { position: from, isFull: false };
  const entries = found.map(parseCatalogEntry);
  const broken = entries.reduce((sum, entry) => sum + entry.broken, 0);
  if (broken > 0)
    logger.error({ workspace: workspace.slug, changes: broken }, "changes of the catalogue cannot be read");
  const outcomes = collapseChanges(
    entries.flatMap(({ changes, atMs }) => changes.map((change) => ({ change, atMs }))),
  );
  await writeOutcomes(db, workspace.id, outcomes);
  const position = entries[entries.length - 1]!.id;
  await writeFold(db, workspace.id, { position, now: now() });
  return { position, isFull: found.length === ENTRIES_PER_ROUND };
}

type Tx = Parameters<Parameters<AppContext["db"]["$transaction"]>[0]>[0];
