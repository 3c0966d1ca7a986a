import type { ReplayCause, ReplayResponse, Rule, SlateLogRecord } from "@shortlist/contracts";
import { Breakers } from "../degrade/breakers";
import type { EffectiveSurface } from "../degrade/effectiveSurface";
import { createGuards } from "../degrade/guards";
import type { RememberedSlate } from "../degrade/recentSlates";
import { createFunnel } from "../funnel/recommend";
import { createRelatedFunnel } from "../funnel/related";
import { RELATED_QUOTAS } from "../funnel/relatedSources";
import { ListUse } from "../funnel/shopperList";
import { createSlateCache } from "../funnel/slateCache";
import { normaliseQuery } from "../funnel/sources/search";
import type { Slate, SlateRequest } from "../funnel/types";
import { listBarring } from "../release/itemTable";
import type { LoadedRelease } from "../release/loadedRelease";
import { type ActiveRules, type CompiledRules, NO_RULES } from "../rules/compileRules";
import type { RuleHolder } from "../rules/ruleHolder";
import { decideWhyNot } from "./decideWhyNot";
import { decideReplayRead, decideReplaySurface, findRelation, isFullyRecorded } from "./replayConditions";
import { createTraceObserver, type SeenStages } from "./traceObserver";

export interface ReplayOptions {
  readonly loaded: LoadedRelease;
  readonly rules: Pick<RuleHolder, "current" | "compile">;
  /** Monotonic clock, ms. */
  readonly now: () => number;
}

/**
 * Makes a logged slate once more: the same funnel with a shopper, a surface and rules that are fixed to what the record
 * says. No store is read and nothing is logged, cached or remembered.
 */
export async function replaySlate(
  { loaded, rules, now }: ReplayOptions,
  {
    record,
    givenRules,
    itemId,
  }: { record: SlateLogRecord; givenRules?: readonly Rule[] | undefined; itemId?: string | undefined },
): Promise<ReplayResponse> {
  const held = await findRules(record, rules, givenRules);
  const inForce = held ?? NO_RULES;
  const effective = decideReplaySurface(loaded.surfaces.get(record.surface), record);
  const request = toReplayRequest(record, now());
  const active = inForce.activate(request);
  const observer = createTraceObserver(loaded, active);
  const slate = await runFixed(
    { loaded, now },
    { request: { ...request, observer }, record, effective, rules: inForce },
  );
  const items = observer.list(slate.rows);
  const difference = compare(record, slate.record);
  const relation = findRelation(record);
  const quotaOf = (source: string) =>
    relation === null
      ? (effective?.surface.sources.find(({ name }) => name === source)?.quota ?? 0)
      : Math.ceil(RELATED_QUOTAS[relation] * (effective?.candidateShare ?? 1));
  const sources = slate.record.sources.map((source) => ({ ...source, quota: quotaOf(source.name) }));
  const preRankKeep = effective?.surface.preRanker?.keep ?? null;
  const trace = {
    sources,
    candidateLimit: effective?.surface.candidateLimit ?? 0,
    preRankKeep: items.some(({ preRank }) => preRank !== null) ? preRankKeep : null,
    items,
    features: observer.features,
  };
  return {
    ...difference,
    causes: difference.identical ? [] : listCauses(record, { loaded, hasRules: held !== null }),
    releaseId: loaded.release.releaseId,
    slate: slate.record,
    trace,
    whyNot: itemId === undefined ? null : explainItem(itemId, { loaded, observer, active, slate, trace }),
  };
}

/** Null: neither does the replica hold the rules of the record, nor were they given. */
async function findRules(
  { ruleSetId, ruleHits }: SlateLogRecord,
  rules: ReplayOptions["rules"],
  given: readonly Rule[] | undefined,
): Promise<CompiledRules | null> {
  if (ruleSetId === undefined) return NO_RULES;
  if (rules.current.setId === ruleSetId) return rules.current;
  const refs = new Set(given?.map(({ ruleId, revision }) => `${ruleId}@${revision}`));
  if (given === undefined || ruleHits?.some(({ rule }) => !refs.has(rule)) !== false) return null;
  return rules.compile({ setId: ruleSetId, rules: [...given] });
}

function toReplayRequest(record: SlateLogRecord, startedMs: number): SlateRequest {
  const { context } = record;
  const text = (name: string) => (typeof context[name] === "string" ? (context[name] as string) : undefined);
  return {
    workspace: record.workspace,
    requestId: record.requestId,
    surface: record.surface,
    n: record.n,
    shoppers: record.shopper === null ? [] : [record.shopper],
    isAnonymous: record.isAnonymous,
    personalize: record.personalized,
    region: text("region"),
    device: text("device"),
    queryText: normaliseQuery(text("queryText")),
    contextItemId: text("itemId"),
    sessionItems: Array.isArray(context.sessionItems) ? context.sessionItems.map(String) : [],
    filters: (record.filters ?? undefined) as SlateRequest["filters"],
    logContext: context,
    isPreview: true,
    startedMs,
    atMs: record.atMs,
  };
}

/** The funnel that made the slate, the one of related items included. */
function runFixed(
  { loaded, now }: Pick<ReplayOptions, "loaded" | "now">,
  o: {
    request: SlateRequest;
    record: SlateLogRecord;
    effective: EffectiveSurface | null;
    rules: CompiledRules;
  },
): Promise<Slate> {
  const remembered = findRemembered(loaded, o.record);
  const read = decideReplayRead(o.record, loaded.release.releaseId);
  const fixed = {
    loaded,
    shoppers: { read: () => Promise.resolve(read) },
    degrader: { find: () => o.effective, replaceSwitches: () => undefined },
    load: { enter: () => undefined, leave: () => undefined },
    // Fresh ones: a part that was away is switched off already, and what is left is asked whatever became of it lately.
    guards: createGuards(loaded, new Breakers(now, now)),
    replicaId: "replay",
    rules: { current: o.rules },
    now,
    logsFeatures: () => true,
  };
  const funnel = createFunnel({
    ...fixed,
    recentSlates: { get: () => remembered, put: () => undefined },
    cache: createSlateCache(0),
    listUse: new ListUse(),
  });
  // What failed then was no part of the answer.
  if (o.record.degradationReasons.includes("funnel_failed"))
    return Promise.resolve(funnel.serveLastResort(o.request, "funnel_failed"));
  const kind = findRelation(o.record);
  const { contextItemId } = o.request;
  return kind === null || contextItemId === undefined
    ? funnel.recommend(o.request)
    : createRelatedFunnel(fixed).relate({ ...o.request, kind, contextItemId });
}

function findRemembered({ items }: LoadedRelease, record: SlateLogRecord): RememberedSlate | null {
  const { replay, atMs, degradationReasons } = record;
  // The last resort knows of the shopper's blocks only what it remembers.
  const kept = degradationReasons.includes("funnel_failed")
    ? { items: [], purchased: [], blocked: replay?.blocked ?? [] }
    : replay?.remembered;
  if (kept === undefined) return null;
  const toRows = (ids: readonly string[]) => ids.map((id) => items.find(id)).filter((row) => row >= 0);
  return {
    itemTableId: items.id,
    rows: Int32Array.from(toRows(kept.items)),
    purchased: toRows(kept.purchased),
    blocked: toRows(kept.blocked),
    atMs,
  };
}

function compare(a: SlateLogRecord, b: SlateLogRecord): { identical: boolean; scoreDifferenceMax: number } {
  let isSame = a.items.length === b.items.length;
  let scoreDifferenceMax = 0;
  a.items.forEach(({ itemId, score }, i) => {
    const other = b.items[i];
    if (other?.itemId !== itemId) isSame = false;
    else scoreDifferenceMax = Math.max(scoreDifferenceMax, Math.abs(score - other.score));
  });
  return { identical: isSame, scoreDifferenceMax };
}

function listCauses(
  record: SlateLogRecord,
  { loaded, hasRules }: { loaded: LoadedRelease; hasRules: boolean },
): ReplayCause[] {
  const causes: ReplayCause[] = [];
  if (record.releaseId !== loaded.release.releaseId) causes.push("another_release");
  if (!hasRules) causes.push("rules_not_held");
  if (record.replay !== undefined && record.replay.catalogChanges !== loaded.catalog.changes)
    causes.push("catalogue_changed");
  if (!isFullyRecorded(record)) causes.push("not_enough_recorded");
  return causes.length > 0 ? causes : ["unexplained"];
}

function explainItem(
  itemId: string,
  o: {
    loaded: LoadedRelease;
    observer: SeenStages;
    active: ActiveRules | null;
    slate: Slate;
    trace: ReplayResponse["trace"];
  },
): ReplayResponse["whyNot"] {
  const { items } = o.loaded;
  const row = items.find(itemId);
  const shown = o.slate.record.items;
  const nPinned = shown.filter(({ rules }) => rules?.some((note) => note.startsWith("pin:"))).length;
  const scores = o.trace.items
    .filter(({ position }) => position !== null)
    .flatMap(({ rulesScore }) => rulesScore ?? []);
  return decideWhyNot(
    {
      isKnown: row >= 0,
      barredBy: row < 0 ? [] : listBarring(items.flags[row]!),
      seen: o.trace.items.find((item) => item.itemId === itemId) ?? null,
      drop: row < 0 ? null : (o.observer.findDrop(row)?.reason ?? null),
      rules: row < 0 || o.active === null ? [] : listMovers(o.active, row),
    },
    {
      rung: o.slate.record.rung,
      wasUnited: o.observer.wasUnited,
      n: o.slate.record.n - nPinned,
      lastShownScore: scores.length === 0 ? null : Math.min(...scores),
      isRelated: findRelation(o.slate.record) !== null,
      trace: o.trace,
    },
  );
}

/** Rules that lower an item or hold it back. */
function listMovers({ shifts, caps, spreads }: ActiveRules, row: number): string[] {
  return [...shifts.filter(({ deviations }) => deviations < 0), ...caps, ...spreads]
    .filter(({ items }) => items.has(row))
    .map(({ ref }) => ref);
}
