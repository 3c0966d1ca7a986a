import { randomBytes } from "node:crypto";
import {
  type BackfillCheckpoint,
  type BackfillPlan,
  type BackfillResult,
  ControlDocument,
  type FeatureView,
  redisKeys,
} from "@shortlist/contracts";
import { expireGeneration } from "@shortlist/online";
import { AppError } from "@shortlist/platform";
import type { BackfillTarget } from "../../backfill/target";
import type { AppContext } from "../../context";
import { createJob } from "../jobs/service";
import { bumpControlRevision, publishControlDocument } from "../releases/service";
import { findBackfillProblem, findStartProblem, getMidnight } from "./backfillDecide";
import {
  type BackfillRow,
  countRunning,
  createBackfillRow,
  findBackfillRow,
  listBackfillRows,
  updateBackfill,
  updateCheckpoint,
} from "./backfillRepository";
import { computeConsumers, serves } from "./decide";
import { loadReaders } from "./repository";
import { getViewVersion } from "./service";

// Backfills as people and the job see them: asked for, planned, looked at, started, swapped in. The computing is in
// src/backfill, what starts by itself in nightlyService.

type QueueCtx = Pick<AppContext, "db" | "now" | "queue" | "logger">;
type SwapCtx = Pick<AppContext, "db" | "redis" | "env" | "logger" | "now">;

/** Time for every replica to follow the pointer before the rows it left behind go. */
const EXPIRE_AFTER_MS = 10 * 60_000;

/** Asks for a plan. Nothing is written for readers before someone starts it. */
export async function requestBackfill(
  ctx: QueueCtx,
  workspaceId: string,
  o: { name: string; version?: number | undefined; batchEndMs?: number | undefined; actor: string },
): Promise<{ id: string; jobId: string }> {
  const version = await getViewVersion(ctx, workspaceId, o);
  const nowMs = ctx.now().getTime();
  const batchEndMs = o.batchEndMs ?? getMidnight(nowMs);
  const problem = findBackfillProblem(
    {
      view: version.view,
      isRetired: version.retiredAt !== null,
      liveEndMs: version.batchEnd?.getTime() ?? null,
    },
    { batchEndMs, nowMs },
  );
  if (problem !== null)
    throw new AppError("invalid_request", "no such backfill", {
      publicDetail: problem,
      fields: [{ field: "batchEnd", problem }],
    });
  const { id } = await createBackfillRow(ctx.db, {
    workspaceId,
    viewVersionId: version.id,
    state: "planning",
    generation: createGeneration(batchEndMs),
    batchEnd: new Date(batchEndMs),
    now: ctx.now(),
    createdBy: o.actor,
  });
  return { id, jobId: await createBackfillJob(ctx, workspaceId, { id, phase: "plan", actor: o.actor }) };
}

/** Starts a planned backfill; refused when what the plan says would not be what happens. */
export async function startBackfill(
  ctx: QueueCtx,
  workspaceId: string,
  o: { id: string; actor: string },
): Promise<{ jobId: string }> {
  const row = await requireBackfill(ctx, workspaceId, o.id);
  const nowMs = ctx.now().getTime();
  const others = { workspaceId, viewVersionId: row.viewVersionId, exceptId: row.id };
  const started = await ctx.db.$transaction(async (tx) => {
    // One at a time for a version: two people who start two plans at once are told.
    await tx.$queryRaw`SELECT id FROM "FeatureViewVersion" WHERE id = ${row.viewVersionId} FOR UPDATE`;
    const { batchGeneration } = await tx.featureViewVersion.findUniqueOrThrow({
      where: { id: row.viewVersionId, workspaceId },
    });
    const problem = findStartProblem(
      {
        state: row.state,
        plan: row.plan,
        liveGeneration: batchGeneration,
        otherRunning: (await countRunning(tx, others)) > 0,
      },
      nowMs,
    );
    if (problem !== null) throw new AppError("conflict", "cannot be started", { publicDetail: problem });
    return updateBackfill(
      tx,
      { workspaceId, id: row.id, from: ["planned"] },
      { state: "running", startedBy: o.actor, startedAt: ctx.now(), jobId: null },
    );
  });
  if (!started) throw new AppError("conflict", "started twice", { publicDetail: "It runs already" });
  return { jobId: await createBackfillJob(ctx, workspaceId, { id: row.id, phase: "run", actor: o.actor }) };
}

/** Gives a backfill up, and lets the rows go that it wrote already: nobody reads them. */
export async function discardBackfill(
  ctx: Pick<AppContext, "db" | "redis" | "logger" | "now">,
  workspace: { id: string; slug: string },
  id: string,
): Promise<{ state: "discarded" }> {
  const row = await requireBackfill(ctx, workspace.id, id);
  const isActive = row.state !== "planned" && (row.job?.state === "queued" || row.job?.state === "running");
  if (row.state === "done" || isActive)
    throw new AppError("conflict", `backfill ${id} is ${row.state}`, {
      publicDetail:
        row.state === "done" ? "It is done: readers use it" : "Its job is at work: cancel the job first",
    });
  await updateBackfill(
    ctx.db,
    { workspaceId: workspace.id, id, from: ["planning", "planned", "running"] },
    { state: "discarded", endedAt: ctx.now() },
  );
  if (row.checkpoint !== null) {
    const target = { workspace: workspace.slug, view: row.version.view, generation: row.generation };
    // With Redis away they stay until no window of the view reaches them any more.
    await expireGeneration(ctx.redis, target, 0).catch((error) =>
      ctx.logger.warn({ err: error, backfillId: id }, "the rows of a discarded backfill stay a while"),
    );
  }
  return { state: "discarded" };
}

export async function listBackfills(
  ctx: Pick<AppContext, "db">,
  workspaceId: string,
  filter: { name?: string | undefined; limit: number },
) {
  const { name, limit } = filter;
  const rows = await listBackfillRows(ctx.db, workspaceId, {
    limit,
    ...(name === undefined ? {} : { name }),
  });
  return rows.map(toBackfillView);
}

export async function getBackfill(ctx: Pick<AppContext, "db">, workspaceId: string, id: string) {
  return toBackfillView(await requireBackfill(ctx, workspaceId, id));
}

function toBackfillView(row: BackfillRow) {
  const { version } = row;
  return {
    id: row.id,
    ref: `${version.name}@${version.version}`,
    name: version.name,
    version: version.version,
    state: row.state,
    generation: row.generation,
    batchEnd: row.batchEnd,
    isLive: version.batchGeneration === row.generation,
    plan: row.plan,
    checkpoint: row.checkpoint,
    result: row.result,
    job: row.job,
    createdBy: row.createdBy,
    createdAt: row.createdAt,
    startedBy: row.startedBy,
    startedAt: row.startedAt,
    endedAt: row.endedAt,
  };
}

/** What the job works on. */
export async function loadBackfill(
  ctx: Pick<AppContext, "db">,
  workspace: { id: string; slug: string },
  o: { id: string; jobId: string },
): Promise<{ row: BackfillRow; target: BackfillTarget }> {
  const row = await requireBackfill(ctx, workspace.id, o.id);
  // Also after a crash between writing the job and naming it here.
  await ctx.db.featureBackfill.update({ where: { id: row.id }, data: { jobId: o.jobId } });
  const { version } = row;
  const batch =
    version.batchGeneration === null || version.batchEnd === null
      ? null
      : { generation: version.batchGeneration, endMs: version.batchEnd.getTime() };
  return {
    row,
    target: {
      workspace: workspace.slug,
      view: version.view,
      generation: row.generation,
      batchEndMs: row.batchEnd.getTime(),
      knownByMs: row.knownBy.getTime(),
      live: { view: version.view, hash: version.hash, batch },
    },
  };
}

/** Keeps the plan with who would be affected; a plan that comes late changes nothing. */
export async function storePlan(
  ctx: Pick<AppContext, "db">,
  row: Pick<BackfillRow, "id" | "workspaceId" | "version">,
  plan: Omit<BackfillPlan, "consumers">,
): Promise<BackfillPlan> {
  const readers = await loadReaders(ctx.db, row.workspaceId);
  const consumers = computeConsumers(row.version.name, readers)
    .filter((consumer) => consumer.viewVersion === row.version.version)
    .map((consumer) => ({
      ref: `${consumer.modelName}@${consumer.modelVersion}`,
      releases: consumer.releases.map(({ number }) => number),
      isServing: serves(consumer),
    }));
  const whole = { ...plan, consumers };
  await updateBackfill(
    ctx.db,
    { workspaceId: row.workspaceId, id: row.id, from: ["planning"] },
    { state: "planned", plan: whole },
  );
  return whole;
}

export function saveCheckpoint(
  ctx: Pick<AppContext, "db">,
  row: Pick<BackfillRow, "id" | "workspaceId">,
  checkpoint: BackfillCheckpoint | null,
): Promise<void> {
  return updateCheckpoint(ctx.db, { workspaceId: row.workspaceId, id: row.id }, checkpoint);
}

/**
 * Makes readers use the batch: one pointer, moved in one transaction, so no reader ever sees rows of two batches as
 * one. Doing it again changes nothing.
 *
 * @throws AppError `conflict` when readers use a batch with a later end by now
 */
export async function swapBatch(
  ctx: SwapCtx,
  row: Pick<BackfillRow, "id" | "workspaceId" | "viewVersionId" | "generation" | "batchEnd">,
  written: Omit<BackfillResult, "replaced" | "swappedAtMs">,
): Promise<BackfillResult> {
  const { workspaceId } = row;
  const result = await ctx.db.$transaction(async (tx) => {
    await bumpControlRevision(tx, workspaceId);
    const version = await tx.featureViewVersion.findUniqueOrThrow({
      where: { id: row.viewVersionId, workspaceId },
    });
    if (version.batchEnd !== null && version.batchEnd > row.batchEnd)
      throw new AppError("conflict", "a later batch is read", {
        publicDetail: `Readers use a batch until ${version.batchEnd.toISOString()} by now; this one is older`,
      });
    const swapped: BackfillResult = {
      ...written,
      replaced: version.batchGeneration === row.generation ? null : version.batchGeneration,
      swappedAtMs: ctx.now().getTime(),
    };
    await tx.featureViewVersion.update({
      where: { id: version.id },
      data: { batchGeneration: row.generation, batchEnd: row.batchEnd },
    });
    const isOurs = await updateBackfill(
      tx,
      { workspaceId, id: row.id, from: ["running"] },
      { state: "done", result: swapped, endedAt: ctx.now() },
    );
    if (!isOurs)
      throw new AppError("conflict", "no longer running", {
        publicDetail: "The backfill was discarded while it ran",
      });
    return swapped;
  });
  await publishControlDocument(ctx, workspaceId);
  return result;
}

/**
 * Lets the rows of the batch before leave, once the document that replicas read names the new one: while Redis holds
 * the old document, its rows are still read.
 *
 * @throws Error when the document does not name the new batch yet; trying again later is right
 */
export async function expireReplaced(
  ctx: SwapCtx,
  o: {
    workspace: { id: string; slug: string };
    view: FeatureView;
    generation: string;
    replaced: string | null;
  },
): Promise<number> {
  await publishControlDocument(ctx, o.workspace.id);
  const text = await ctx.redis.hget(redisKeys.control, o.workspace.slug);
  const document = text === null ? null : ControlDocument.parse(JSON.parse(text));
  const live = document?.featureViews.find(
    ({ view }) => view.name === o.view.name && view.version === o.view.version,
  );
  if (live !== undefined && live.batch?.generation === o.replaced)
    throw new Error("replicas have not been told of the new batch yet");
  if (o.replaced === null) return 0;
  const viewId = `${o.view.name}@${o.view.version}`;
  await ctx.redis.del(redisKeys.featureGeneration(o.workspace.slug, viewId, o.replaced));
  return expireGeneration(
    ctx.redis,
    { workspace: o.workspace.slug, view: o.view, generation: o.replaced },
    EXPIRE_AFTER_MS,
  );
}

/** The name says what the batch covers; the rest keeps two batches of one end apart. */
export function createGeneration(batchEndMs: number): string {
  const day = new Date(batchEndMs).toISOString().slice(0, 10).replaceAll("-", "");
  return `${day}-${randomBytes(4).toString("hex")}`;
}

/** Writes the job that plans or runs a backfill, and names it in the row. */
export async function createBackfillJob(
  ctx: QueueCtx,
  workspaceId: string,
  o: { id: string; phase: "plan" | "run"; actor: string },
): Promise<string> {
  const { jobId } = await createJob(ctx, workspaceId, {
    name: "features.backfill",
    payload: { backfillId: o.id, phase: o.phase },
    createdBy: o.actor,
  });
  await ctx.db.featureBackfill.update({ where: { id: o.id }, data: { jobId } });
  return jobId;
}

async function requireBackfill(
  ctx: Pick<AppContext, "db">,
  workspaceId: string,
  id: string,
): Promise<BackfillRow> {
  const row = await findBackfillRow(ctx.db, workspaceId, id);
  if (row === null)
    throw new AppError("not_found", `no backfill ${id}`, {
      publicDetail: "There is no such backfill in this workspace",
    });
  return row;
}
