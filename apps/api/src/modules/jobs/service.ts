import { type JobName, TrainingConfig } from "@shortlist/contracts";
import type { JobState, Prisma } from "@shortlist/db";
import { AppError } from "@shortlist/platform";
import type { AppContext } from "../../context";
import { getItemViews } from "../featureViews/pickService";
import { isJobName, isLost, isOver } from "./decide";
import { findJobRow, listJobRows } from "./repository";

type Ctx = Pick<AppContext, "db" | "now">;
type QueueCtx = Pick<AppContext, "db" | "now" | "queue" | "logger">;

/** A job as lists show it. `isLost`: it says running, but its worker has been silent for a minute. */
export interface JobView {
  readonly id: string;
  readonly name: string;
  readonly state: JobState;
  readonly progressPct: number;
  readonly step: string;
  readonly error: string | null;
  readonly attempts: number;
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly endedAt: Date | null;
  readonly heartbeatAt: Date | null;
  readonly isCancelling: boolean;
  readonly isLost: boolean;
}

export async function listJobs(
  ctx: Ctx,
  workspaceId: string,
  filter: { states?: JobState[] | undefined; limit: number },
): Promise<JobView[]> {
  const now = ctx.now();
  return (await listJobRows(ctx.db, workspaceId, filter)).map((row) => toJobView(row, now));
}

/** A job with its log, payload, result and the model versions it made. */
export async function getJob(ctx: Ctx, workspaceId: string, id: string) {
  const row = await findJobRow(ctx.db, workspaceId, id);
  if (row === null)
    throw new AppError("not_found", `no job ${id}`, {
      publicDetail: "There is no such job in this workspace",
    });
  return {
    ...toJobView(row, ctx.now()),
    isOver: isOver(row.state),
    payload: row.payload as Record<string, unknown>,
    result: row.result as Record<string, unknown> | null,
    log: row.log,
    modelVersions: row.modelVersions.map(({ id: versionId, version, model }) => ({
      id: versionId,
      modelName: model.name,
      kind: model.kind,
      version,
    })),
  };
}
export type JobDetail = Awaited<ReturnType<typeof getJob>>;

/** What is absent takes its default. */
export type PartialTrainingConfig = { readonly [K in keyof TrainingConfig]?: TrainingConfig[K] | undefined };

export async function startTraining(
  ctx: QueueCtx,
  workspaceId: string,
  request: { config: PartialTrainingConfig; createdBy: string },
): Promise<{ jobId: string }> {
  const config = TrainingConfig.parse(request.config);
  // Versions are pinned now, so that a retry trains on the same.
  const views = await getItemViews(ctx, workspaceId, { refs: config.featureViews, field: "featureViews" });
  const payload = { ...config, featureViews: views.map(({ name, version }) => `${name}@${version}`) };
  return createJob(ctx, workspaceId, { name: "training.run", payload, createdBy: request.createdBy });
}

/** Writes the row of a job and puts it into the queue. `payload` is what its process will read. */
export async function createJob(
  ctx: QueueCtx,
  workspaceId: string,
  job: { name: JobName; payload: Prisma.InputJsonObject; createdBy: string },
): Promise<{ jobId: string }> {
  const row = await ctx.db.job.create({ data: { workspaceId, ...job, createdAt: ctx.now() } });
  await announce(ctx, row);
  return { jobId: row.id };
}

/** A waiting job ends at once; a running one is asked to, and its worker kills the process within seconds. */
export async function cancelJob(ctx: Ctx, workspaceId: string, id: string): Promise<{ state: JobState }> {
  const now = ctx.now();
  const waiting = await ctx.db.job.updateMany({
    where: { id, workspaceId, state: "queued" },
    data: { state: "cancelled", endedAt: now, cancelRequestedAt: now, step: "cancelled" },
  });
  if (waiting.count === 1) return { state: "cancelled" };
  const running = await ctx.db.job.updateMany({
    where: { id, workspaceId, state: "running" },
    data: { cancelRequestedAt: now, step: "cancelling" },
  });
  if (running.count === 1) return { state: "running" };
  const { state } = await getJob(ctx, workspaceId, id);
  // Cancelling twice is the same as once.
  if (state === "cancelled") return { state };
  throw new AppError("conflict", `job ${id} is ${state}`, { publicDetail: `The job already ${state}` });
}

/** Puts a failed or cancelled job back into the queue with the payload it had. */
export async function retryJob(ctx: QueueCtx, workspaceId: string, id: string): Promise<{ state: JobState }> {
  const again = await ctx.db.job.updateMany({
    where: { id, workspaceId, state: { in: ["failed", "cancelled"] } },
    data: {
      state: "queued",
      progressPct: 0,
      step: "waiting for a worker",
      error: null,
      startedAt: null,
      endedAt: null,
      heartbeatAt: null,
      cancelRequestedAt: null,
    },
  });
  if (again.count === 0) {
    const { state } = await getJob(ctx, workspaceId, id);
    throw new AppError("conflict", `job ${id} is ${state}`, {
      publicDetail: `Only a failed or cancelled job can be retried; this one is ${state}`,
    });
  }
  await announce(ctx, await ctx.db.job.findUniqueOrThrow({ where: { id } }));
  return { state: "queued" };
}

/** Tells the queue after the row is committed. When the queue is away the sweeper does it later. */
export async function announce(
  ctx: Pick<AppContext, "queue" | "logger">,
  row: { id: string; name: string; attempts: number },
  options: { delayMs?: number } = {},
): Promise<void> {
  if (!isJobName(row.name)) return;
  const name: JobName = row.name;
  await ctx.queue
    .enqueue(name, row, options)
    .catch((error) =>
      ctx.logger.warn({ err: error, jobId: row.id }, "the queue is away; the sweeper will publish the job"),
    );
}

function toJobView(
  row: Omit<NonNullable<Awaited<ReturnType<typeof findJobRow>>>, "log" | "modelVersions">,
  now: Date,
): JobView {
  return {
    id: row.id,
    name: row.name,
    state: row.state,
    progressPct: row.progressPct,
    step: row.step,
    error: row.error,
    attempts: row.attempts,
    createdBy: row.createdBy,
    createdAt: row.createdAt,
    startedAt: row.startedAt,
    endedAt: row.endedAt,
    heartbeatAt: row.heartbeatAt,
    isCancelling: row.state === "running" && row.cancelRequestedAt !== null,
    isLost: isLost(row, now),
  };
}
