import {
  type CheckConfig,
  EVENT_RULES_DEFAULT,
  type JobStatus,
  QUALITY_CHECKS,
  type QualityCheckName,
} from "@shortlist/contracts";
import {
  computeDayStats,
  createCatalogTable,
  createEmptyDay,
  type DayStats,
  type Lake,
} from "@shortlist/lake";
import { AppError } from "@shortlist/platform";
import type { AppContext } from "../../context";
import { createJob } from "../jobs/service";
import { addDays, decideCheckDue, getLastCheckableDay, listDays } from "./checkDue";
import { decideChecks, HISTORY_DAYS } from "./decideChecks";
import {
  type CheckRow,
  findLastCheckedDay,
  listCheckRows,
  listClosedDays,
  replaceCheckRows,
  setClosedDay as setClosedDayRow,
} from "./repository";

// Daily checks: running them, and what they said. Elsewhere: the verdicts (decideChecks), when they are due
// (checkDue), the numbers of a day (computeDayStats of the lake).

type Ctx = Pick<AppContext, "db" | "lake" | "now">;
interface Workspace {
  readonly id: string;
  readonly slug: string;
}

/** Days whose events are in memory at once, and whose checks are written together. */
const CHUNK_DAYS = 14;

/** Runs the checks of some days. Days that a killed attempt of the same run has written are not done again. */
export async function runChecks(
  ctx: Ctx,
  workspace: Workspace,
  o: CheckConfig & {
    /** When the run was asked for: what was computed since then is its own. */
    askedAt: Date;
    report: (progressPct: number, step: string) => void;
  },
): Promise<{ days: number; byState: Record<string, number>; fromDay: string | null; toDay: string | null }> {
  const lake = await ctx.lake();
  const archived = await findArchivedDays(lake, workspace.slug);
  const byState: Record<string, number> = {};
  if (archived === null) return { days: 0, byState, fromDay: null, toDay: null };
  // A day that is not over would look cut off.
  const lastDay = getLastCheckableDay(archived.last, ctx.now().getTime());
  const toDay = o.toDay === null || o.toDay > lastDay ? lastDay : o.toDay;
  const fromDay = laterOf(archived.first, o.fromDay ?? archived.first);
  if (fromDay > toDay) return { days: 0, byState, fromDay: null, toDay: null };
  const closedDays = new Set((await listClosedDays(ctx.db, workspace.id)).map(({ day }) => day));
  const done = await listDoneDays(ctx, workspace.id, { fromDay, toDay, since: o.askedAt });
  const history = createHistory(lake, workspace.slug, {
    firstDay: archived.first,
    catalog: await loadCatalog(ctx, lake, workspace.id),
  });
  const days = listDays(fromDay, toDay);
  for (let at = 0; at < days.length; at += CHUNK_DAYS) {
    const chunk = days.slice(at, at + CHUNK_DAYS);
    const rows: CheckRow[] = [];
    for (const day of chunk) {
      if (done.has(day)) continue;
      const { today, before } = await history.read(day, chunk.at(-1)!);
      rows.push(...decideChecks({ today, before, closedDays }));
    }
    for (const { state } of rows) byState[state] = (byState[state] ?? 0) + 1;
    await replaceCheckRows(ctx.db, workspace.id, {
      days: chunk.filter((day) => !done.has(day)),
      rows,
      now: ctx.now(),
    });
    o.report((100 * (at + chunk.length)) / days.length, `checked up to ${chunk.at(-1)}`);
  }
  return { days: days.length, byState, fromDay, toDay };
}

async function findArchivedDays(lake: Lake, workspace: string) {
  const found = [await lake.findDays(workspace, "events"), await lake.findDays(workspace, "quarantine")];
  const days = found.filter((each) => each !== null);
  if (days.length === 0) return null;
  return {
    first: days.map(({ first }) => first).sort()[0]!,
    last: days
      .map(({ last }) => last)
      .sort()
      .at(-1)!,
  };
}

async function listDoneDays(
  ctx: Pick<AppContext, "db">,
  workspaceId: string,
  o: { fromDay: string; toDay: string; since: Date },
): Promise<ReadonlySet<string>> {
  const rows = await listCheckRows(ctx.db, workspaceId, o);
  return new Set(rows.filter(({ computedAt }) => computedAt >= o.since).map(({ day }) => day));
}

async function loadCatalog(
  ctx: Pick<AppContext, "db">,
  lake: Lake,
  workspaceId: string,
): Promise<string | null> {
  const items = await ctx.db.item.findMany({ where: { workspaceId }, select: { itemId: true } });
  return items.length === 0
    ? null
    : createCatalogTable(
        lake,
        items.map(({ itemId }) => itemId),
      );
}

function laterOf(a: string, b: string): string {
  return a > b ? a : b;
}

/** Numbers of days, read a chunk at a time and kept as long as a comparison reaches back. */
function createHistory(lake: Lake, workspace: string, o: { firstDay: string; catalog: string | null }) {
  const known = new Map<string, DayStats>();
  const load = async (fromDay: string, toDay: string) => {
    const found = await computeDayStats(lake, workspace, {
      fromDay,
      toDay,
      catalog: o.catalog,
      rules: EVENT_RULES_DEFAULT,
    });
    for (const day of listDays(fromDay, toDay)) known.set(day, createEmptyDay(day));
    for (const stats of found) known.set(stats.day, stats);
  };
  return {
    /** A day and the days before it, reading ahead to `untilDay` when the day is not known yet. */
    async read(day: string, untilDay: string): Promise<{ today: DayStats; before: DayStats[] }> {
      const fromDay = laterOf(o.firstDay, addDays(day, -HISTORY_DAYS));
      const missing = listDays(fromDay, untilDay).filter((each) => !known.has(each));
      for (let at = 0; at < missing.length; at += CHUNK_DAYS) {
        const chunk = missing.slice(at, at + CHUNK_DAYS);
        await load(chunk[0]!, chunk.at(-1)!);
      }
      for (const each of known.keys()) if (each < fromDay) known.delete(each);
      return {
        today: known.get(day)!,
        before: listDays(fromDay, addDays(day, -1)).map((each) => known.get(each)!),
      };
    },
  };
}

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
