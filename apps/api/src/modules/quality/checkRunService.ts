import { type CheckConfig, EVENT_RULES_DEFAULT } from "@shortlist/contracts";
import {
  computeDayStats,
  createCatalogTable,
  createEmptyDay,
  type DayStats,
  type Lake,
} from "@shortlist/lake";
import type { AppContext } from "../../context";
import { addDays, getLastCheckableDay, listDays } from "./checkDue";
import { decideChecks, HISTORY_DAYS } from "./decideChecks";
import { type CheckRow, listCheckRows, listClosedDays, replaceCheckRows } from "./repository";

// Running the daily checks of a workspace: reads days from the lake, judges them, writes what came out.

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

/** The first and the last day on which anything arrived; null for an empty archive. */
export async function findArchivedDays(lake: Lake, workspace: string) {
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
