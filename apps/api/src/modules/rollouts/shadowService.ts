import { ShadowRecord } from "@shortlist/contracts";
import { listShadowRecords } from "@shortlist/lake";
import type { AppContext } from "../../context";
import { findItems } from "../catalog/service";
import { getRolloutRow } from "./service";
import { computeShadowSegments, computeShadowStats, listWorstChanged, type ShadowStats } from "./shadowStats";

/** Figures are of the newest so many requests: enough for shares of a per cent, and read within a second. */
const RECORDS_MAX = 3_000;
const WORST_MAX = 20;

type Ctx = Pick<AppContext, "db" | "lake" | "now">;

/** What the candidate would have answered, against what was: in all, by segment, and the requests that change most. */
export async function getShadowReport(ctx: Ctx, workspace: { id: string; slug: string }, number: number) {
  const row = await getRolloutRow(ctx, workspace.id, number);
  const { n, records } = await readShadowRecords(ctx, workspace.slug, {
    rolloutId: row.id,
    sinceMs: row.createdAt.getTime(),
  });
  const worst = listWorstChanged(records, WORST_MAX);
  const ids = worst.flatMap(({ record }) =>
    [...record.served.items, ...record.candidate.items].map(({ itemId }) => itemId),
  );
  const cards = await findItems(ctx, workspace.id, [...new Set(ids)]);
  const withCards = (items: ShadowRecord["served"]["items"]) =>
    items.map((item) => ({ ...item, item: cards.get(item.itemId) ?? null }));
  return {
    /** Requests that were compared at all; the figures are of the newest of them. */
    nCompared: n,
    total: records.length === 0 ? null : computeShadowStats(records),
    segments: computeShadowSegments(records),
    worst: worst.map(({ record, overlap, rankOverlap }) => ({
      requestId: record.requestId,
      at: new Date(record.atMs),
      surface: record.surface,
      isAnonymous: record.isAnonymous,
      failure: record.failure,
      overlap,
      rankOverlap,
      served: { ...record.served, items: withCards(record.served.items) },
      candidate: { ...record.candidate, items: withCards(record.candidate.items) },
    })),
  };
}

/** The figures of a step alone, for the controller. */
export async function readShadowStats(
  ctx: Pick<Ctx, "lake" | "now">,
  workspace: string,
  o: { rolloutId: string; sinceMs: number },
): Promise<ShadowStats> {
  const { n, records } = await readShadowRecords(ctx, workspace, o);
  return { ...computeShadowStats(records), n };
}

async function readShadowRecords(
  ctx: Pick<Ctx, "lake" | "now">,
  workspace: string,
  o: { rolloutId: string; sinceMs: number },
): Promise<{ n: number; records: ShadowRecord[] }> {
  const lake = await ctx.lake();
  const query = { ...o, workspace, nowMs: ctx.now().getTime(), limit: RECORDS_MAX };
  const { n, records } = await listShadowRecords(lake, query);
  return { n, records: records.map((json) => ShadowRecord.parse(JSON.parse(json))) };
}
