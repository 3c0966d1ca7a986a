import { ReplayResponse } from "@shortlist/contracts";
import { AppError } from "@shortlist/platform";
import type { AppContext } from "../../context";
import { findItems } from "../catalog/service";
import { callServing } from "../playground/service";
import { scoreWithVersion } from "../registry/scoreService";
import { listVersions } from "../registry/service";
import { findRelease } from "../releases/service";
import { listRulesAt } from "../rules/liveService";
import { compareOrders } from "./compareOrders";
import { describeWhyNot } from "./describeWhyNot";
import { getSlate } from "./service";

// A logged slate made once more by a replica: what every stage did, why an item is not in it, and what another model
// would have made of the same candidates.

type Ctx = Pick<AppContext, "db" | "env" | "redis" | "lake" | "artifacts">;
interface Workspace {
  readonly id: string;
  readonly slug: string;
}

/** Candidates below the slate that are shown with their ranks: enough to see what nearly made it. */
const BELOW_SLATE = 30;

/** The slate once more, its verdict, and the ranks of what is in it or came near after every stage. */
export async function replayRequest(ctx: Ctx, workspace: Workspace, requestId: string) {
  const { record, replay } = await askReplica(ctx, workspace, { requestId });
  const { trace, slate, whyNot: _none, ...verdict } = replay;
  const near = trace.items
    .filter(
      ({ position, rerankRank, rulesRank, rankerRank }) =>
        position !== null ||
        Math.min(rerankRank ?? Infinity, rulesRank ?? Infinity, rankerRank ?? Infinity) <=
          record.n + BELOW_SLATE,
    )
    .sort((a, b) => (a.position ?? 1e6) - (b.position ?? 1e6) || (a.rulesRank ?? 1e6) - (b.rulesRank ?? 1e6));
  const ids = [...near, ...slate.items, ...record.items].map(({ itemId }) => itemId);
  const cards = await findItems(ctx, workspace.id, ids);
  const withCard = <T extends { itemId: string }>(item: T) => ({
    ...item,
    item: cards.get(item.itemId) ?? null,
  });
  const logged = new Map(record.items.map(({ itemId, position }) => [itemId, position]));
  return {
    ...verdict,
    items: near.map((item) => ({ ...withCard(item), loggedPosition: logged.get(item.itemId) ?? null })),
    nNamed: trace.items.length,
    nCandidates: trace.items.filter(({ unionRank }) => unionRank !== null).length,
    nRanked: trace.items.filter(({ rankerRank }) => rankerRank !== null).length,
    hasFeatures: trace.features !== null,
    /** Items that rules dropped, by rule. */
    droppedByRules: countBy(trace.items.flatMap(({ droppedBy }) => droppedBy ?? [])),
    ruleHits: slate.ruleHits ?? [],
  };
}

/** The first stage at which an item fell out, in one sentence. */
export async function explainAbsence(
  ctx: Ctx,
  workspace: Workspace,
  o: { requestId: string; itemId: string },
) {
  const { replay } = await askReplica(ctx, workspace, o);
  const cards = await findItems(ctx, workspace.id, [o.itemId]);
  const item = cards.get(o.itemId) ?? null;
  const { whyNot, identical, causes } = replay;
  if (whyNot === null) throw new AppError("dependency_down", "the replica did not say why");
  return {
    identical,
    causes,
    whyNot,
    item,
    sentence: describeWhyNot(whyNot, item?.title ?? o.itemId),
    trace: replay.trace.items.find(({ itemId }) => itemId === o.itemId) ?? null,
  };
}

/** The request's candidates in the order of another version of a ranker that reads the same features. */
export async function compareRequest(
  ctx: Ctx,
  workspace: Workspace,
  { requestId, model }: { requestId: string; model: { name: string; version: number } },
) {
  const { record, replay } = await askReplica(ctx, workspace, { requestId });
  const { features, items } = replay.trace;
  if (features === null)
    throw new AppError("conflict", "no ranker scored this request", {
      publicDetail: "No ranker scored this request, so there is nothing to compare another one with",
    });
  const release = await findRelease(ctx, workspace.id, replay.releaseId);
  const used = release?.models.find(({ ref }) => ref === features.ranker);
  const [ranker] = used === undefined ? [] : await listVersions(ctx, workspace.id, [used.modelVersionId]);
  if (ranker === undefined || ranker.manifest.features.length !== features.width)
    throw new AppError("not_found", `no manifest of ${features.ranker}`, {
      publicDetail: `The registry does not hold ${features.ranker}, which ranked this request`,
    });
  const given = {
    features: ranker.manifest.features,
    rows: new Float32Array(Uint8Array.from(Buffer.from(features.rows, "base64")).buffer),
    count: features.itemIds.length,
  };
  const otherScores = await scoreWithVersion(ctx, workspace.id, { ...model, given });
  const scoreOf = new Map(items.map(({ itemId, rankerScore }) => [itemId, rankerScore]));
  const scores = features.itemIds.map((itemId) => scoreOf.get(itemId) ?? Number.NaN);
  const comparison = compareOrders(features.itemIds, { scores, otherScores, n: record.n });
  const cards = await findItems(
    ctx,
    workspace.id,
    comparison.rows.map(({ itemId }) => itemId),
  );
  return {
    identical: replay.identical,
    causes: replay.causes,
    ranker: features.ranker,
    other: `${model.name}@${model.version}`,
    nCandidates: given.count,
    ...comparison,
    rows: comparison.rows.map((row) => ({ ...row, item: cards.get(row.itemId) ?? null })),
  };
}

async function askReplica(ctx: Ctx, workspace: Workspace, o: { requestId: string; itemId?: string }) {
  const record = await getSlate(ctx, workspace, o.requestId);
  const refs = (record.ruleHits ?? []).map(({ rule }) => rule);
  const rules = await listRulesAt(ctx.db, workspace.id, refs);
  const body = { record, rules, ...(o.itemId === undefined ? {} : { itemId: o.itemId }) };
  const answer = await callServing(ctx, workspace.slug, { path: "/v1/explain/replay", body });
  return { record, replay: ReplayResponse.parse(answer) };
}

function countBy(names: readonly string[]): { rule: string; items: number }[] {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].map(([rule, items]) => ({ rule, items }));
}
