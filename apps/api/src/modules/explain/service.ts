import { RUNGS, type SlateLogRecord } from "@shortlist/contracts";
import { AppError } from "@shortlist/platform";
import type { AppContext } from "../../context";
import { findItems } from "../catalog/service";
import { listVersions } from "../registry/service";
import { findRelease } from "../releases/service";
import { computeContributions } from "./decide";
import { findArchivedSlate, findHotSlate, listArchivedSlates, listHotSlates } from "./repository";

type Ctx = Pick<AppContext, "db" | "redis" | "lake">;
interface Workspace {
  readonly id: string;
  readonly slug: string;
}

/** The newest slates, from Redis, else from the archive. */
export async function listRecentSlates(
  ctx: Ctx,
  workspace: Workspace,
  limit: number,
): Promise<SlateLogRecord[]> {
  const hot = await listHotSlates(ctx.redis, workspace.slug, limit);
  if (hot !== null && hot.length > 0) return hot;
  return listArchivedSlates(await ctx.lake(), workspace.slug, limit);
}

export async function listRecentRequests(ctx: Ctx, workspace: Workspace, limit: number) {
  const records = await listRecentSlates(ctx, workspace, limit);
  return records.map((record) => ({
    requestId: record.requestId,
    at: new Date(record.atMs),
    surface: record.surface,
    shopper: record.shopper,
    isAnonymous: record.isAnonymous,
    nItems: record.items.length,
    rung: record.rung,
    rungName: RUNGS[record.rung]!,
    degradationReasons: record.degradationReasons,
    latencyMs: record.latencyMs,
    modelVersion: record.modelVersion,
    replicaId: record.replicaId,
  }));
}

/** The record of one request, from Redis, else from the archive. */
export async function getSlate(ctx: Ctx, workspace: Workspace, requestId: string): Promise<SlateLogRecord> {
  const record =
    (await findHotSlate(ctx.redis, workspace.slug, requestId)) ??
    (await findArchivedSlate(await ctx.lake(), workspace.slug, requestId));
  if (record === null)
    throw new AppError("not_found", `no slate ${requestId}`, {
      publicDetail: `No slate with request id ${requestId} is known. Slates appear here within seconds of being served.`,
    });
  return record;
}

/** Why this list: the whole record of one request with item cards, names and contributions (invariant 7). */
export async function explainRequest(ctx: Ctx, workspace: Workspace, requestId: string) {
  const record = await getSlate(ctx, workspace, requestId);
  const [cards, { release, ranker }] = await Promise.all([
    findItems(ctx, workspace.id, [...record.items.map((i) => i.itemId), ...record.shopperState.recentItems]),
    findRanker(ctx, workspace.id, record),
  ]);
  return {
    ...record,
    at: new Date(record.atMs),
    rungName: RUNGS[record.rung]!,
    release:
      release === null ? null : { number: release.number, createdAt: release.createdAt, note: release.note },
    ranker:
      ranker === null
        ? null
        : {
            modelName: ranker.modelName,
            version: ranker.version,
            isLinear: ranker.manifest.linear !== null,
            features: ranker.manifest.features,
          },
    recentItems: record.shopperState.recentItems.map((itemId) => ({
      itemId,
      item: cards.get(itemId) ?? null,
    })),
    items: record.items.map((item) => ({
      ...item,
      item: cards.get(item.itemId) ?? null,
      explanation: computeContributions(ranker?.manifest ?? null, item.features),
    })),
  };
}

/** The ranker version that scored the slate; null on rungs without a ranker. */
async function findRanker(ctx: Ctx, workspaceId: string, record: SlateLogRecord) {
  const release = await findRelease(ctx, workspaceId, record.releaseId);
  const model = release?.models.find(({ ref }) => ref === record.modelVersion);
  if (model === undefined) return { release, ranker: null };
  const [version] = await listVersions(ctx, workspaceId, [model.modelVersionId]);
  return { release, ranker: version ?? null };
}
