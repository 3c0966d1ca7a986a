import {
  type ItemMatch,
  PREVIEW_REQUESTS_MAX,
  type Rule,
  type RuleDefinition,
  RulePreviewResponse,
  type SlateLogRecord,
  type Surface,
} from "@shortlist/contracts";
import { quote } from "@shortlist/lake";
import { AppError } from "@shortlist/platform";
import type { AppContext } from "../../context";
import { findItems, listMatchingItemIds } from "../catalog/service";
import { listRecentSlates } from "../explain/service";
import { callServing, type PlaygroundShopper } from "../playground/service";
import { computeImpact, findConflicts } from "./decide";
import { findRuleSet } from "./liveService";
import { getRule } from "./service";

// What a draft would do to slates, and what a compliance rule did.

type Ctx = Pick<AppContext, "db" | "env" | "redis" | "lake" | "now">;
interface Workspace {
  readonly id: string;
  readonly slug: string;
}

/** A rule as it would be: a new one (`ruleId` null), or a change of one. Null definition: switched off. */
export interface RuleDraft {
  readonly ruleId: string | null;
  readonly definition: RuleDefinition | null;
}

const DRAFT_ID = "draft";
/** Replays at most this many logged requests: a few seconds of one replica. */
export const REPLAY_MAX = 100;

/** The slate of one shopper without and with the draft, with item cards, and what it conflicts with. */
export async function previewRule(
  ctx: Ctx,
  workspace: Workspace,
  o: RuleDraft & { shopper: PlaygroundShopper; surface: Surface; n: number; region?: string | undefined },
) {
  const rules = await withDraft(ctx, workspace.id, o);
  const context = o.region === undefined ? {} : { region: o.region };
  const { previews, matched } = await askServing(ctx, workspace.slug, {
    rules,
    requests: [{ ...o.shopper, surface: o.surface, n: o.n, context }],
  });
  const { before, after } = previews[0]!;
  const cards = await findItems(
    ctx,
    workspace.id,
    [...before.items, ...after.items].map(({ itemId }) => itemId),
  );
  const withCards = ({ items, ruleHits, degradationReasons, rung }: SlateLogRecord) => ({
    items: items.map((item) => ({ ...item, item: cards.get(item.itemId) ?? null })),
    ruleHits: ruleHits ?? [],
    degradationReasons,
    rung,
  });
  const id = o.ruleId ?? DRAFT_ID;
  return {
    before: withCards(before),
    after: withCards(after),
    /** Items of the release that the draft is about; 0 can never do anything. */
    matchedItems: matched.find(({ ruleId }) => ruleId === id)?.items ?? 0,
    conflicts: findConflicts(rules).filter(({ rules: pair }) => pair.includes(id)),
  };
}

/** The newest logged requests served once more, without and with the draft. */
export async function replayRule(ctx: Ctx, workspace: Workspace, o: RuleDraft & { requests: number }) {
  const records = await listRecentSlates(ctx, workspace, Math.min(o.requests, REPLAY_MAX));
  const rules = await withDraft(ctx, workspace.id, o);
  const previews: RulePreviewResponse["previews"] = [];
  for (let from = 0; from < records.length; from += PREVIEW_REQUESTS_MAX) {
    const requests = records.slice(from, from + PREVIEW_REQUESTS_MAX).map(toRequest);
    previews.push(...(await askServing(ctx, workspace.slug, { rules, requests })).previews);
  }
  const cards = await findItems(
    ctx,
    workspace.id,
    previews.flatMap(({ before, after }) => [...before.items, ...after.items].map(({ itemId }) => itemId)),
  );
  return {
    ...computeImpact(previews, (itemId) => cards.get(itemId)?.brand || "no brand"),
    oldestAt: records.length === 0 ? null : new Date(Math.min(...records.map(({ atMs }) => atMs))),
  };
}

/**
 * Was an item shown after it was hidden, and to how many? Over all archived slates since the rule's first enabled
 * revision took effect; `graceSeconds` is how long replicas may take to follow.
 */
export async function auditRule(ctx: Ctx, workspace: Workspace, ruleId: string, graceSeconds = 5) {
  const rule = await getRule(ctx, workspace.id, ruleId);
  const since = rule.revisions.filter(({ isEnabled }) => isEnabled).at(-1)?.createdAt ?? null;
  const lake = await ctx.lake();
  if (since === null || !(await lake.hasRows(workspace.slug, "slates")))
    return { since, items: 0, slates: 0, shown: 0, shoppers: 0, lastShownAt: null };
  const itemIds = await listHidden(ctx, workspace.id, rule.definition.match);
  const fromMs = Math.max(
    since.getTime() + graceSeconds * 1000,
    Date.parse(rule.definition.from ?? "1970-01-01T00:00:00Z"),
  );
  const toMs = rule.definition.to === null ? Number.MAX_SAFE_INTEGER : Date.parse(rule.definition.to);
  const [row] = await lake.query(`WITH slates AS (
      SELECT request_id, shopper, at_ms, unnest(from_json(json_extract(record, '$.items'), '[{"itemId":"VARCHAR"}]')) AS shown
      FROM ${lake.scan(workspace.slug, "slates")} WHERE at_ms >= ${fromMs} AND at_ms < ${toMs}
    )
    SELECT (SELECT count(DISTINCT request_id) FROM slates)::INTEGER AS slates, count(*)::INTEGER AS shown,
      count(DISTINCT coalesce(shopper, request_id))::INTEGER AS shoppers, max(at_ms)::DOUBLE AS last_ms
    FROM slates WHERE shown.itemId IN (${itemIds.length === 0 ? "NULL" : itemIds.map(quote).join(", ")})`);
  const shown = Number(row?.shown ?? 0);
  return {
    since,
    items: itemIds.length,
    /** Slates looked at. */
    slates: Number(row?.slates ?? 0),
    /** Times a hidden item was shown in them. */
    shown,
    shoppers: Number(row?.shoppers ?? 0),
    lastShownAt: shown === 0 ? null : new Date(Number(row?.last_ms)),
  };
}

async function listHidden(ctx: Ctx, workspaceId: string, match: ItemMatch): Promise<string[]> {
  if (match.itemIds !== undefined && Object.keys(match).length === 1) return match.itemIds;
  return listMatchingItemIds(ctx, workspaceId, match);
}

async function withDraft(ctx: Ctx, workspaceId: string, draft: RuleDraft): Promise<Rule[]> {
  const id = draft.ruleId ?? DRAFT_ID;
  const enabled = (await findRuleSet(ctx.db, workspaceId))?.rules ?? [];
  const others = enabled.filter(({ ruleId }) => ruleId !== id);
  return draft.definition === null ? others : [...others, { ruleId: id, revision: 1, ...draft.definition }];
}

async function askServing(
  ctx: Ctx,
  workspace: string,
  body: { rules: readonly Rule[]; requests: readonly object[] },
): Promise<RulePreviewResponse> {
  const answer = await callServing(ctx, workspace, { path: "/v1/rules/preview", body });
  const parsed = RulePreviewResponse.safeParse(answer);
  if (parsed.success) return parsed.data;
  throw new AppError("dependency_down", "unreadable preview", {
    publicDetail: "Serving gave an answer that this version does not understand",
  });
}

/** A logged request as it can be asked again: the shopper by pseudonym, the rest as it came. */
function toRequest(record: SlateLogRecord) {
  const { region, device, itemId, sessionItems } = record.context as Record<string, never>;
  return {
    surface: record.surface,
    n: record.n,
    personalize: record.personalized,
    ...(record.filters === null ? {} : { filters: record.filters }),
    pseudonyms: record.shopper === null ? [] : [record.shopper],
    context: Object.fromEntries(
      Object.entries({ region, device, itemId, sessionItems }).filter(([, value]) => value !== undefined),
    ),
  };
}
