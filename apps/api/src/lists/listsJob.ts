import { setTimeout as sleep } from "node:timers/promises";
import {
  ListsConfig,
  PRECOMPUTE_SHOPPERS_MAX,
  PRECOMPUTED_TTL_SECONDS,
  type PrecomputeRequest,
  redisKeys,
} from "@shortlist/contracts";
import { AppError } from "@shortlist/platform";
import type { AppContext } from "../context";
import type { JobProcess } from "../jobs/jobProcess";
import { decideSince } from "../modules/lists/decide";
import {
  findLastRunRow,
  findRunRow,
  type ListProgress,
  type ListRunRow,
  replaceRunRow,
  updateRunRow,
} from "../modules/lists/repository";
import { findCurrentRelease, toLastRun } from "../modules/lists/service";
import { callServing } from "../modules/playground/service";
import { type ActiveShopper, openActiveShoppers } from "./activeShoppers";
import { computeBatch, ReleaseChanged } from "./computeBatch";

const DAY_MS = 86_400_000;
/** A replica under load computes a batch slowly rather than never. */
const CALL_TIMEOUT_MS = 60_000;

type Run = Pick<ListRunRow, "id" | "workspaceId" | "releaseId">;

/**
 * Computes the lists of a surface's active shoppers, as its job says. Killed at any line and started again, it goes on
 * behind the last batch; after another release was published it begins anew, because lists are good for one.
 */
export async function runListsJob(job: Omit<JobProcess, "createdBy">): Promise<Record<string, unknown>> {
  const { ctx, jobId, workspace, payload, log } = job;
  const config = ListsConfig.parse(payload);
  for (;;) {
    const row = await openRun(ctx, { jobId, workspaceId: workspace.id, config });
    try {
      return await work(job, config, row);
    } catch (error) {
      if (!(error instanceof ReleaseChanged)) throw error;
      log("another release was published: beginning anew with it");
    }
  }
}

/** The run of this job with the release that is current now, resumed or begun. */
async function openRun(
  ctx: AppContext,
  { jobId, workspaceId, config }: { jobId: string; workspaceId: string; config: ListsConfig },
): Promise<ListRunRow> {
  const release = await findCurrentRelease(ctx, workspaceId);
  if (release === null)
    throw new AppError("no_release", "no release", {
      publicDetail: "There is no release to compute lists with",
    });
  const { releaseId } = release;
  const held = await findRunRow(ctx.db, workspaceId, jobId);
  // A job that a person starts again after it ended computes anew.
  if (held !== null && held.releaseId === releaseId && held.endedAt === null) return held;
  const last = toLastRun(await findLastRunRow(ctx.db, workspaceId, config.surface));
  const sinceMs = decideSince({ all: config.all, releaseId, last });
  const startedAt = ctx.now();
  return replaceRunRow(ctx.db, workspaceId, {
    jobId,
    surface: config.surface,
    releaseId,
    eventsUntil: startedAt,
    eventsSince: sinceMs === null ? null : new Date(sinceMs),
    startedAt,
  });
}

async function work(
  { ctx, workspace, report, log }: Omit<JobProcess, "createdBy">,
  config: ListsConfig,
  row: ListRunRow,
): Promise<Record<string, unknown>> {
  report(0, "looking for active shoppers");
  const untilMs = row.eventsUntil.getTime();
  const active = await openActiveShoppers(await ctx.lake(), workspace.slug, {
    fromMs: untilMs - config.activeDays * DAY_MS,
    untilMs,
  });
  const { total } = active;
  await updateRunRow(ctx.db, row, { total });
  const whose = row.eventsSince === null ? "all" : `those with events since ${row.eventsSince.toISOString()}`;
  log(`${total} active shoppers, computing ${whose}${row.done === 0 ? "" : `, going on behind ${row.done}`}`);
  let progress = toProgress(row);
  for (;;) {
    const page = await active.list(progress.after, PRECOMPUTE_SHOPPERS_MAX);
    if (page.length === 0) break;
    const pct = total === 0 ? 0 : (100 * progress.done) / total;
    const step = `${progress.done} of ${total} shoppers`;
    report(pct, step);
    const target = { run: row, config, workspace, sinceMs: row.eventsSince?.getTime() ?? null };
    progress = add(
      progress,
      page,
      await computePage(ctx, page, { ...target, waits: (why) => report(pct, why) }),
    );
    await updateRunRow(ctx.db, row, progress);
  }
  const endedAt = ctx.now();
  await updateRunRow(ctx.db, row, { endedAt });
  const { done, written, renewed, bytes, skipped } = progress;
  log(`${written} lists computed, ${renewed} renewed, skipped: ${JSON.stringify(skipped)}`);
  return {
    surface: config.surface,
    releaseId: row.releaseId,
    shoppers: done,
    written,
    renewed,
    bytes,
    skipped,
  };
}

type PageResult = Pick<ListProgress, "written" | "renewed" | "bytes" | "skipped">;

async function computePage(
  ctx: AppContext,
  page: readonly ActiveShopper[],
  o: {
    run: Run;
    config: ListsConfig;
    workspace: { id: string; slug: string };
    sinceMs: number | null;
    waits: (why: string) => void;
  },
): Promise<PageResult> {
  const { run, workspace, sinceMs } = o;
  const { surface } = o.config;
  const isDue = ({ lastMs }: ActiveShopper) => sinceMs === null || lastMs >= sinceMs;
  const kept = page.filter((each) => !isDue(each)).map(({ shopper }) => shopper);
  const lost = await renew(ctx, kept, { workspace: workspace.slug, surface });
  const shoppers = [...page.filter(isDue).map(({ shopper }) => shopper), ...lost];
  const isCurrent = async () => (await findCurrentRelease(ctx, run.workspaceId))?.releaseId === run.releaseId;
  const computed = await computeBatch(
    { surface, releaseId: run.releaseId, shoppers },
    {
      call: (body: PrecomputeRequest) =>
        callServing(ctx, workspace.slug, { path: "/v1/lists/precompute", body, timeoutMs: CALL_TIMEOUT_MS }),
      sleep: (ms) => sleep(ms),
      random: Math.random,
      waits: o.waits,
      isCurrent,
    },
  );
  return { ...computed, renewed: kept.length - lost.length };
}

/** Keeps lists of shoppers for whom nothing has happened. @returns those whose list is not there */
async function renew(
  { redis }: Pick<AppContext, "redis">,
  shoppers: readonly string[],
  { workspace, surface }: { workspace: string; surface: string },
): Promise<string[]> {
  if (shoppers.length === 0) return [];
  const pipeline = redis.pipeline();
  for (const shopper of shoppers)
    pipeline.expire(redisKeys.precomputed(workspace, shopper, surface), PRECOMPUTED_TTL_SECONDS);
  const replies = (await pipeline.exec()) ?? [];
  return shoppers.filter((_, i) => replies[i]?.[1] !== 1);
}

function toProgress({ after, done, written, renewed, bytes, skipped }: ListRunRow): ListProgress {
  return { after, done, written, renewed, bytes, skipped: skipped as Record<string, number> };
}

function add(sum: ListProgress, page: readonly ActiveShopper[], result: PageResult): ListProgress {
  const skipped = { ...sum.skipped };
  for (const [reason, count] of Object.entries(result.skipped))
    skipped[reason] = (skipped[reason] ?? 0) + count;
  return {
    after: page.at(-1)!.shopper,
    done: sum.done + page.length,
    written: sum.written + result.written,
    renewed: sum.renewed + result.renewed,
    bytes: sum.bytes + result.bytes,
    skipped,
  };
}
