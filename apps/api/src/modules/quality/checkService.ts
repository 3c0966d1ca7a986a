import {
  type CheckConfig,
  type JobStatus,
  QUALITY_CHECKS,
  type QualityCheckName,
} from "@shortlist/contracts";
import { AppError } from "@shortlist/platform";
import type { AppContext } from "../../context";
import { createJob } from "../jobs/service";
import { addDays, decideCheckDue, listDays } from "./checkDue";
import { findArchivedDays } from "./checkRunService";
import { HISTORY_DAYS } from "./decideChecks";
import {
  findLastCheckedDay,
  listCheckRows,
  listClosedDays,
  setClosedDay as setClosedDayRow,
} from "./repository";

// Daily checks: starting them, and what they said. Elsewhere: running them (checkRunService), the verdicts
// (decideChecks), when they are due (checkDue), the numbers of a day (computeDayStats of the lake).

type Ctx = Pick<AppContext, "db" | "lake" | "now">;
/** Starts the checks of all workspaces that are due. Safe to call often, from any number of workers. */
export async function startDueChecks(ctx: Ctx & Pick<AppContext, "queue" | "logger">): Promise<number> {
  let started = 0;
  const lake = await ctx.lake();
  for (const workspace of await ctx.db.workspace.findMany({ select: { id: true, slug: true } })) {
    const days = await findArchivedDays(lake, workspace.slug);
    if (days === null) continue;
    const due = await ctx.db.$transaction(async (tx) => {
      // The row lock lets one worker of several make the job.
      await tx.$queryRaw`SELECT id FROM "Workspace" WHERE id = ${workspace.id} FOR UPDATE`;
      const decision = decideCheckDue({
        ...(await readState(tx, workspace.id)),
        days,
        nowMs: ctx.now().getTime(),
      });
      if (!decision.due) return null;
      const { fromDay, toDay } = decision;
      const payload = { fromDay, toDay };
      return tx.job.create({
        data: {
          workspaceId: workspace.id,
          name: "quality.check",
          payload,
          createdBy: "schedule",
          createdAt: ctx.now(),
        },
      });
    });
    // The sweeper tells the queue within seconds.
    if (due !== null) started++;
  }
  return started;
}

async function readState(
  db: Pick<AppContext["db"], "qualityCheck" | "importRun" | "job">,
  workspaceId: string,
) {
  const [day, computed, imported, job] = [
    await db.qualityCheck.findFirst({
      where: { workspaceId },
      orderBy: { day: "desc" },
      select: { day: true },
    }),
    await db.qualityCheck.findFirst({
      where: { workspaceId },
      orderBy: { computedAt: "desc" },
      select: { computedAt: true },
    }),
    await db.importRun.findFirst({
      where: { workspaceId, kind: "interactions" },
      orderBy: { createdAt: "desc" },
      select: { createdAt: true },
    }),
    await db.job.findFirst({
      where: { workspaceId, name: "quality.check" },
      orderBy: { createdAt: "desc" },
      select: { state: true, createdAt: true },
    }),
  ];
  return {
    lastCheckedDay: day?.day ?? null,
    lastCheckedAtMs: computed?.computedAt.getTime() ?? null,
    lastImportAtMs: imported?.createdAt.getTime() ?? null,
    latestJob: job === null ? null : { state: job.state as JobStatus, createdAtMs: job.createdAt.getTime() },
  };
}

/** Starts the checks of the given days, or of all, now. */
export async function startChecks(
  ctx: Ctx & Pick<AppContext, "queue" | "logger">,
  workspaceId: string,
  o: { config: CheckConfig; createdBy: string },
): Promise<{ jobId: string }> {
  return createJob(ctx, workspaceId, {
    name: "quality.check",
    payload: { ...o.config },
    createdBy: o.createdBy,
  });
}

/** The run of the checks that waits or is under way. */
async function findOpenCheckJob(db: AppContext["db"], workspaceId: string) {
  return db.job.findFirst({
    where: { workspaceId, name: "quality.check", state: { in: ["queued", "running"] } },
    orderBy: { createdAt: "desc" },
    select: { id: true, state: true, progressPct: true, step: true },
  });
}

const GRID_DAYS_MAX = 400;

export interface QualityGrid {
  readonly checks: readonly { readonly name: QualityCheckName; readonly title: string }[];
  readonly job: Awaited<ReturnType<typeof findOpenCheckJob>>;
  /** The last day that was ever checked; null before the first run. */
  readonly lastDay: string | null;
  readonly days: readonly string[];
  readonly rows: Awaited<ReturnType<typeof listCheckRows>>;
  readonly closedDays: Awaited<ReturnType<typeof listClosedDays>>;
}

/** The grid: checks of the days up to `toDay`, and which of them were closed. */
export async function getGrid(
  ctx: Pick<AppContext, "db">,
  workspaceId: string,
  o: { toDay: string | null; days: number },
): Promise<QualityGrid> {
  const lastDay = await findLastCheckedDay(ctx.db, workspaceId);
  const checks = Object.entries(QUALITY_CHECKS).map(([name, title]) => ({
    name: name as QualityCheckName,
    title,
  }));
  const job = await findOpenCheckJob(ctx.db, workspaceId);
  if (lastDay === null) return { checks, job, lastDay, days: [], rows: [], closedDays: [] };
  const toDay = o.toDay === null || o.toDay > lastDay ? lastDay : o.toDay;
  const fromDay = addDays(toDay, 1 - Math.min(o.days, GRID_DAYS_MAX));
  const rows = await listCheckRows(ctx.db, workspaceId, { fromDay, toDay });
  const closedDays = (await listClosedDays(ctx.db, workspaceId)).filter(
    ({ day }) => day >= fromDay && day <= toDay,
  );
  return { checks, job, lastDay, days: listDays(rows[0]?.day ?? toDay, toDay), rows, closedDays };
}

/** Failures of the last checked day, for whoever asks what needs a person. */
export async function listLatestFailures(ctx: Pick<AppContext, "db">, workspaceId: string) {
  const day = await findLastCheckedDay(ctx.db, workspaceId);
  if (day === null) return [];
  const rows = await listCheckRows(ctx.db, workspaceId, { fromDay: day, toDay: day });
  return rows.filter(({ state }) => state === "fail");
}

/** Judges days again that a repair gave events to. */
export async function recheckDays(
  ctx: Ctx & Pick<AppContext, "queue" | "logger">,
  workspaceId: string,
  o: { days: readonly string[]; createdBy: string },
): Promise<void> {
  const last = await findLastCheckedDay(ctx.db, workspaceId);
  const days = [...o.days].sort().filter((day) => last !== null && day <= last);
  if (days.length === 0) return;
  const config = { fromDay: days[0]!, toDay: days.at(-1)! };
  await startChecks(ctx, workspaceId, { config, createdBy: o.createdBy });
}

/** Marks a day as closed or as an ordinary one, and judges again the days that compare with it. */
export async function setClosedDay(
  ctx: Ctx & Pick<AppContext, "queue" | "logger">,
  workspaceId: string,
  o: { day: string; closed: boolean; note: string; createdBy: string },
): Promise<{ jobId: string }> {
  if (Number.isNaN(Date.parse(o.day)))
    throw new AppError("invalid_request", "closed day", {
      fields: [{ field: "day", problem: "must be a date such as 2026-12-25" }],
    });
  await setClosedDayRow(ctx.db, workspaceId, o);
  const last = await findLastCheckedDay(ctx.db, workspaceId);
  const reach = addDays(o.day, HISTORY_DAYS);
  return startChecks(ctx, workspaceId, {
    config: { fromDay: o.day, toDay: last === null || reach < last ? reach : last },
    createdBy: o.createdBy,
  });
}
