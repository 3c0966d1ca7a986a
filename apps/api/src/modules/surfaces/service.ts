import {
  FUNNEL_RANGES,
  type FunnelCounts,
  type FunnelRange,
  Release,
  SURFACES,
  type Surface,
  type SurfaceSettings,
  sumFunnelCounts,
} from "@shortlist/contracts";
import { AppError } from "@shortlist/platform";
import type { AppContext } from "../../context";
import { listModels } from "../registry/service";
import { publishWithSettings } from "../releases/rebuildService";
import { createDefaultSettings } from "../releases/service";
import { decideSettingsProblems, diffSettings, readSettingsOf, type SettingsChange } from "./decide";
import { describeCounts, estimateQuantile, readLatency, readRungs } from "./describeCounts";
import { readSurfaceSettings } from "./liveService";
import { createSurfaceRow, listNewestSurfaceRows, listSurfaceRows } from "./repository";
import { readSpans } from "./spans";

type DbCtx = Pick<AppContext, "db">;
type FunnelCtx = Pick<AppContext, "redis" | "logger" | "now">;
type WriteCtx = Pick<AppContext, "db" | "redis" | "env" | "logger" | "artifacts" | "now">;
interface Workspace {
  readonly id: string;
  readonly slug: string;
}

const HISTORY_MAX = 50;
/** Longer ranges are read by ten minutes. */
const BY_MINUTE_MAX = 60;

/** Every surface with what its counters say; `funnel` is null when they could not be read. */
export async function listSurfaces(ctx: DbCtx & FunnelCtx, workspace: Workspace, range: FunnelRange) {
  const [rows, release, spans] = await Promise.all([
    listNewestSurfaceRows(ctx.db, workspace.id),
    findCurrentRelease(ctx, workspace.id),
    findSpans(ctx, workspace.slug, range),
  ]);
  const sum = spans === null ? null : sumFunnelCounts(spans.map(({ counts }) => counts));
  return {
    releaseNumber: release?.number ?? null,
    surfaces: SURFACES.map((surface) => {
      const inForce = release?.surfaces.find((held) => held.surface === surface) ?? null;
      const row = rows.find((held) => held.surface === surface);
      return {
        surface,
        inForce:
          inForce === null
            ? null
            : {
                mode: inForce.mode,
                budgetMs: inForce.budgetMs,
                ranker: inForce.rankers[0]?.model ?? null,
                sources: inForce.sources.filter(({ enabled }) => enabled).length,
              },
        isDefault: (row?.settings ?? null) === null,
        changedAt: row?.createdAt ?? null,
        changedBy: row?.createdBy ?? null,
        funnel: sum === null ? null : describeCounts(sum.get(surface), FUNNEL_RANGES[range]),
      };
    }),
  };
}

/** How lists of a surface are built: what is stored, what the current release has of it, and who changed what. */
export async function getSurface(ctx: DbCtx, workspaceId: string, surface: Surface) {
  const [history, release, models] = await Promise.all([
    listSurfaceRows(ctx.db, workspaceId, { surface, limit: HISTORY_MAX }),
    findCurrentRelease(ctx, workspaceId),
    listModels(ctx, workspaceId),
  ]);
  const newest = history[0] ?? null;
  const settings = newest?.settings ?? createDefaultSettings(surface);
  const inForce = release === null ? null : readSettingsOf(release, { surface, ranker: settings.ranker });
  return {
    surface,
    revision: newest?.revision ?? 0,
    isDefault: (newest?.settings ?? null) === null,
    settings,
    defaults: createDefaultSettings(surface),
    releaseNumber: release?.number ?? null,
    /** What of the settings is not in the current release, such as after a rollback. */
    pending: inForce === null ? [] : diffSettings(inForce, settings),
    rankerInForce: release?.surfaces.find((held) => held.surface === surface)?.rankers[0]?.model ?? null,
    rankers: models
      .filter(({ kind }) => kind === "ranker")
      .flatMap(({ name, latest }) => (latest === null ? [] : [`${name}@${latest.version}`])),
    history: history.map((row, i) => ({
      ...row,
      changes: diffSettings(
        history[i + 1]?.settings ?? createDefaultSettings(surface),
        row.settings ?? createDefaultSettings(surface),
      ),
    })),
  };
}

/** What a change would do: field problems, what differs, and the release that it would publish. */
export async function previewSurface(
  ctx: DbCtx,
  workspaceId: string,
  o: { surface: Surface; settings: SurfaceSettings | null },
): Promise<{
  problems: { field: string; problem: string }[];
  changes: SettingsChange[];
  release: number | null;
}> {
  const { settings: stored } = await readSurfaceSettings(ctx.db, workspaceId);
  const before = stored[o.surface] ?? createDefaultSettings(o.surface);
  const after = o.settings ?? createDefaultSettings(o.surface);
  const last = await ctx.db.release.findFirst({
    where: { workspaceId },
    orderBy: { number: "desc" },
    select: { number: true },
  });
  return {
    problems: [...decideSettingsProblems(after), ...(await listModelProblems(ctx, workspaceId, after))],
    changes: diffSettings(before, after),
    release: last === null ? null : last.number + 1,
  };
}

/**
 * Stores settings of a surface, or goes back to the defaults with null, and publishes a release that has them. Both
 * happen or neither; who edited an older revision is told so. Settings that change nothing publish nothing. As a
 * candidate the release is only made, for a rollout to bring to shoppers, and its settings are stored when it has.
 */
export async function updateSurface(
  ctx: WriteCtx,
  workspaceId: string,
  o: {
    surface: Surface;
    settings: SurfaceSettings | null;
    /** The revision that was edited; 0 when there was none. */
    basedOn?: number | undefined;
    use: "current" | "candidate";
    reason: string;
    actor: string;
  },
): Promise<{ revision: number; releaseNumber: number | null; changes: SettingsChange[] }> {
  const { surface, settings, use, reason } = o;
  const [newest] = await listSurfaceRows(ctx.db, workspaceId, { surface, limit: 1 });
  const revision = newest?.revision ?? 0;
  if (o.basedOn !== undefined && o.basedOn !== revision)
    throw new AppError("conflict", `revision ${o.basedOn} is not the newest`, {
      publicDetail: `Settings of ${surface} were changed meanwhile, to revision ${revision}; look at them and try again`,
    });
  const { problems, changes } = await previewSurface(ctx, workspaceId, { surface, settings });
  if (problems.length > 0)
    throw new AppError("invalid_request", `settings of ${surface} do not check out`, { fields: problems });
  if (changes.length === 0 && (settings === null) === ((newest?.settings ?? null) === null))
    return { revision, releaseNumber: null, changes };
  const row = { surface, settings, reason, createdBy: o.actor, createdAt: ctx.now(), revision: revision + 1 };
  const { number } = await publishWithSettings(ctx, {
    workspaceId,
    createdBy: o.actor,
    note: reason === "" ? `Settings of ${surface}, revision ${row.revision}` : reason,
    change: { surface, settings, basedOn: revision, store: (tx) => createSurfaceRow(tx, workspaceId, row) },
    use,
  });
  return { revision: use === "current" ? row.revision : revision, releaseNumber: number, changes };
}

/** What the counters of a surface say, in all and over time. */
export async function getSurfaceFunnel(
  ctx: FunnelCtx & DbCtx,
  workspace: Workspace,
  o: { surface: Surface | null; range: FunnelRange },
) {
  const minutes = FUNNEL_RANGES[o.range];
  const spans = await findSpans(ctx, workspace.slug, o.range);
  const now = ctx.now();
  const releases = await ctx.db.releaseActivation.findMany({
    where: { workspaceId: workspace.id, createdAt: { gte: new Date(now.getTime() - minutes * 60_000) } },
    orderBy: { createdAt: "asc" },
    select: { action: true, createdAt: true, actor: true, release: { select: { number: true } } },
  });
  if (spans === null) return { readAt: null, minutes, funnel: null, spans: [], releases: [] };
  const pick = (counts: FunnelCounts) => (o.surface === null ? sumSurfaces(counts) : counts.get(o.surface));
  return {
    readAt: now,
    minutes,
    funnel: describeCounts(pick(sumFunnelCounts(spans.map(({ counts }) => counts))), minutes),
    spans: spans.map(({ minute, counts }) => {
      const latency = readLatency(pick(counts));
      return {
        at: new Date(minute * 60_000),
        latency,
        latencyMsP50: estimateQuantile(latency, 0.5),
        latencyMsP99: estimateQuantile(latency, 0.99),
        rungs: readRungs(pick(counts)),
      };
    }),
    releases: releases.map(({ action, createdAt, actor, release }) => ({
      at: createdAt,
      action,
      actor,
      number: release.number,
    })),
  };
}

/** All surfaces as one. */
function sumSurfaces(counts: FunnelCounts) {
  return sumFunnelCounts([...counts.values()].map((surface) => new Map([["all", surface]]))).get("all");
}

/** Null when Redis is away: no data, not a day without requests. */
async function findSpans(ctx: FunnelCtx, slug: string, range: FunnelRange) {
  const minutes = FUNNEL_RANGES[range];
  const step = minutes > BY_MINUTE_MAX ? 10 : 1;
  try {
    return await readSpans(ctx.redis, slug, { minutes, step, nowMs: ctx.now().getTime() });
  } catch (error) {
    ctx.logger.warn({ err: error, workspace: slug }, "the funnel's counters could not be read");
    return null;
  }
}

async function listModelProblems(ctx: DbCtx, workspaceId: string, settings: SurfaceSettings) {
  const named = [
    { field: "settings.ranker", ref: settings.ranker },
    { field: "settings.preRanker.model", ref: settings.preRanker?.model ?? null },
  ];
  const problems: { field: string; problem: string }[] = [];
  for (const { field, ref } of named) {
    if (ref === null) continue;
    const [name = "", version = ""] = ref.split("@");
    const found = await ctx.db.modelVersion.findFirst({
      where: { workspaceId, version: Number(version), model: { name } },
      select: { model: { select: { kind: true } }, manifest: true },
    });
    if (found === null) problems.push({ field, problem: `there is no ${ref}; name a registered version` });
    else if (found.model.kind !== "ranker")
      problems.push({ field, problem: `${ref} is a ${found.model.kind} model, not a ranker` });
    else {
      const release = await findCurrentRelease(ctx, workspaceId);
      const { itemTableId } = found.manifest as { itemTableId?: string | null };
      if (release !== null && itemTableId != null && itemTableId !== release.itemTable.id)
        problems.push({ field, problem: `${ref} was made over another item table than the current release` });
    }
  }
  return problems;
}

async function findCurrentRelease({ db }: DbCtx, workspaceId: string): Promise<Release | null> {
  const { currentRelease } = await db.workspace.findUniqueOrThrow({
    where: { id: workspaceId },
    select: { currentRelease: { select: { content: true } } },
  });
  return currentRelease === null ? null : Release.parse(currentRelease.content);
}
