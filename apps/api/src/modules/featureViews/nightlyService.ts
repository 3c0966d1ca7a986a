import { type FeatureBackfillState, redisKeys } from "@shortlist/contracts";
import { FEATURE_STATE_FORMAT } from "@shortlist/ml";
import type { AppContext } from "../../context";
import { decideNightly, getMidnight } from "./backfillDecide";
import { createBackfillRow } from "./backfillRepository";
import { createBackfillJob, createGeneration } from "./backfillService";
import { listVersionRows, type VersionRow } from "./repository";

type Ctx = Pick<AppContext, "db" | "redis" | "lake" | "queue" | "logger" | "now">;

const ACTOR = "schedule";
/** A row without a job this long was left by a process that died between the two. */
const ORPHAN_MS = 60_000;

/**
 * Starts the backfills that are due by themselves, in all workspaces. Safe to call as often as one likes, from any
 * number of workers: the version's row lock lets one of them make the day's backfill.
 *
 * @returns how many were started
 */
export async function startDueBackfills(ctx: Ctx): Promise<number> {
  // Without Redis nothing could be written, and nobody knows whether rows are lost.
  if (ctx.redis.status !== "ready") return 0;
  let started = await adoptOrphans(ctx);
  const workspaces = await ctx.db.workspace.findMany({ select: { id: true, slug: true } });
  const lake = await ctx.lake();
  for (const workspace of workspaces) {
    // Without events a backfill could only fail.
    if (!(await lake.hasRows(workspace.slug, "events"))) continue;
    for (const version of await listVersionRows(ctx.db, workspace.id)) {
      const id = await claimIfDue(ctx, workspace, version);
      if (id === null) continue;
      await createBackfillJob(ctx, workspace.id, { id, phase: "run", actor: ACTOR });
      ctx.logger.info({ workspace: workspace.slug, view: version.name }, "started a backfill by schedule");
      started++;
    }
  }
  return started;
}

async function claimIfDue(
  ctx: Ctx,
  workspace: { id: string; slug: string },
  version: VersionRow,
): Promise<string | null> {
  const nowMs = ctx.now().getTime();
  const batchEnd = new Date(getMidnight(nowMs));
  const isLost = await isGenerationLost(ctx, workspace.slug, version);
  const decide = (
    v: { batchEnd: Date | null },
    latest: { state: FeatureBackfillState; createdAt: Date } | null,
  ) =>
    decideNightly(
      {
        mode: version.view.mode,
        isRetired: version.retiredAt !== null,
        liveEndMs: v.batchEnd?.getTime() ?? null,
        isLost,
        latest: latest === null ? null : { state: latest.state, createdAtMs: latest.createdAt.getTime() },
      },
      nowMs,
    );
  // Most rounds end here, without a lock.
  if (decide(version, null) === "not_due") return null;
  return ctx.db.$transaction(async (tx) => {
    await tx.$queryRaw`SELECT id FROM "FeatureViewVersion" WHERE id = ${version.id} FOR UPDATE`;
    const [current, latest] = [
      await tx.featureViewVersion.findUniqueOrThrow({ where: { id: version.id, workspaceId: workspace.id } }),
      await tx.featureBackfill.findFirst({
        where: { workspaceId: workspace.id, viewVersionId: version.id, batchEnd },
        orderBy: { createdAt: "desc" },
      }),
    ];
    if (decide(current, latest) === "not_due") return null;
    const { id } = await createBackfillRow(tx, {
      workspaceId: workspace.id,
      viewVersionId: version.id,
      state: "running",
      generation: createGeneration(batchEnd.getTime()),
      batchEnd,
      now: ctx.now(),
      createdBy: ACTOR,
    });
    return id;
  });
}
/** Whether readers find nothing under the generation: Redis was emptied, or a new release stores states otherwise. */
async function isGenerationLost(ctx: Ctx, slug: string, version: VersionRow): Promise<boolean> {
  if (version.batchGeneration === null) return false;
  const viewId = `${version.name}@${version.version}`;
  const format = await ctx.redis.get(redisKeys.featureGeneration(slug, viewId, version.batchGeneration));
  return format !== String(FEATURE_STATE_FORMAT);
}

async function adoptOrphans(ctx: Ctx): Promise<number> {
  const orphans = await ctx.db.featureBackfill.findMany({
    where: {
      state: { in: ["planning", "running"] },
      jobId: null,
      createdAt: { lt: new Date(ctx.now().getTime() - ORPHAN_MS) },
    },
    select: { id: true, workspaceId: true, state: true, createdBy: true },
  });
  for (const { id, workspaceId, state, createdBy } of orphans)
    await createBackfillJob(ctx, workspaceId, {
      id,
      phase: state === "planning" ? "plan" : "run",
      actor: createdBy,
    });
  return orphans.length;
}
