import {
  type JobStatus,
  ListsConfig,
  Release,
  type ReleaseSurface,
  SURFACES,
  type Surface,
} from "@shortlist/contracts";
import { AppError } from "@shortlist/platform";
import type { AppContext } from "../../context";
import { createJob } from "../jobs/service";
import { getFleet } from "../serving/service";
import { isDue, type LastRun } from "./decide";
import { findLastRunRow, findLatestJobRow, type ListRunRow } from "./repository";

type Ctx = Pick<AppContext, "db" | "now">;
type QueueCtx = Ctx & Pick<AppContext, "queue" | "logger">;
interface Workspace {
  readonly id: string;
  readonly slug: string;
}

/** The release that lists are computed from; null before the first is published. */
export async function findCurrentRelease(
  { db }: Pick<AppContext, "db">,
  workspaceId: string,
): Promise<Release | null> {
  const { currentRelease } = await db.workspace.findUniqueOrThrow({
    where: { id: workspaceId },
    select: { currentRelease: { select: { content: true } } },
  });
  return currentRelease === null ? null : Release.parse(currentRelease.content);
}

export function toLastRun(row: ListRunRow | null): LastRun | null {
  if (row === null) return null;
  const { releaseId, eventsUntil, startedAt } = row;
  return { releaseId, eventsUntilMs: eventsUntil.getTime(), startedAtMs: startedAt.getTime() };
}

/** Starts computing the lists of a surface; one run of a surface at a time. */
export async function startLists(
  ctx: QueueCtx,
  workspaceId: string,
  { config, createdBy }: { config: typeof ListsConfig._zod.input; createdBy: string },
): Promise<{ jobId: string }> {
  const payload = ListsConfig.parse(config);
  const release = await findCurrentRelease(ctx, workspaceId);
  if (release === null)
    throw new AppError("no_release", "no release", {
      publicDetail: "There is no release to compute lists with. Train one first: shortlist train",
    });
  if (!release.surfaces.some(({ surface }) => surface === payload.surface))
    throw new AppError("invalid_request", "surface is not in the release", {
      fields: [{ field: "surface", problem: "the current release has no such surface" }],
    });
  const latest = await findLatestJobRow(ctx.db, workspaceId, payload.surface);
  if (latest?.state === "queued" || latest?.state === "running")
    throw new AppError("conflict", "lists are being computed", {
      publicDetail: `Lists of ${payload.surface} are being computed already: job ${latest.id}`,
    });
  return createJob(ctx, workspaceId, { name: "lists.precompute", payload, createdBy });
}

/** Starts the runs of all workspaces that are due. Safe to call often, from any number of workers. */
export async function startDueLists(ctx: QueueCtx): Promise<number> {
  let started = 0;
  for (const { id } of await ctx.db.workspace.findMany({ select: { id: true } })) {
    const release = await findCurrentRelease(ctx, id);
    for (const { surface, mode } of release?.surfaces ?? []) {
      if (mode === "live") continue;
      if (await claimIfDue(ctx, { workspaceId: id, surface, mode, releaseId: release!.releaseId })) started++;
    }
  }
  return started;
}

function claimIfDue(
  ctx: Ctx,
  o: { workspaceId: string; surface: Surface; mode: ReleaseSurface["mode"]; releaseId: string },
): Promise<boolean> {
  const { workspaceId, surface } = o;
  return ctx.db.$transaction(async (tx) => {
    // The row lock lets one worker of several make the job.
    await tx.$queryRaw`SELECT id FROM "Workspace" WHERE id = ${workspaceId} FOR UPDATE`;
    const job = await findLatestJobRow(tx, workspaceId, surface);
    const due = isDue({
      ...o,
      last: toLastRun(await findLastRunRow(ctx.db, workspaceId, surface)),
      latestJob:
        job === null ? null : { state: job.state as JobStatus, createdAtMs: job.createdAt.getTime() },
      nowMs: ctx.now().getTime(),
    });
    if (!due) return false;
    // The sweeper tells the queue within seconds.
    await tx.job.create({
      data: {
        workspaceId,
        name: "lists.precompute",
        payload: ListsConfig.parse({ surface }),
        createdBy: "schedule",
        createdAt: ctx.now(),
      },
    });
    return true;
  });
}

/** Of each surface: its mode, its last run and the one under way; and how often replicas found a list they looked for. */
export async function getListStatus(ctx: Ctx & Pick<AppContext, "redis" | "logger">, workspace: Workspace) {
  const release = await findCurrentRelease(ctx, workspace.id);
  const surfaces = [];
  for (const surface of SURFACES) {
    const last = await findLastRunRow(ctx.db, workspace.id, surface);
    const job = await findLatestJobRow(ctx.db, workspace.id, surface);
    surfaces.push({
      surface,
      mode: release?.surfaces.find((each) => each.surface === surface)?.mode ?? ("live" as const),
      last: last === null ? null : toRunView(last, release?.releaseId ?? null),
      job,
    });
  }
  const { replicas } = await getFleet(ctx, workspace);
  const caches = replicas
    .filter(({ state }) => state !== "lost")
    .flatMap((replica) => replica.caches.filter(({ name }) => name === "precomputed_lists"));
  return {
    surfaces,
    hits: caches.reduce((sum, { hits }) => sum + hits, 0),
    misses: caches.reduce((sum, { misses }) => sum + misses, 0),
  };
}

function toRunView(row: ListRunRow, currentReleaseId: string | null) {
  const { startedAt, endedAt, total, written, renewed, bytes, releaseId, jobId } = row;
  return {
    jobId,
    startedAt,
    endedAt,
    total,
    written,
    renewed,
    bytes,
    skipped: row.skipped as Record<string, number>,
    /** Lists of another release are not served. */
    isOfCurrentRelease: releaseId === currentReleaseId,
  };
}
