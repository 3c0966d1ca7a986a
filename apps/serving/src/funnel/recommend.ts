import type { ReleaseSurface } from "@shortlist/contracts";
import type { RecentSlates, RememberedSlate } from "../degrade/recentSlates";
import type { ShopperRead, ShopperState, ShopperStore } from "../ports/shopperStore";
import type { LoadedRelease } from "../release/loadedRelease";
import type { CompiledRules } from "../rules/compileRules";
import { startRules } from "../rules/ruleRun";
import { assembleSlate, type FallbackList, type SlateEntry } from "./assemble";
import { createPopularServer } from "./popularSlate";
import { createRankStage, type RankOutcome, rankByFusion } from "./rank";
import { fillRankInputs, hasViewInputs } from "./rankInputs";
import { rerank } from "./rerank";
import { createSourceRunner, type SourceOutcome } from "./runSources";
import { createScratchPool, type Scratch } from "./scratch";
import { combineScreens, createFilterCompiler, markExclusions } from "./screen";
import { type ShopperView, viewShopper } from "./shopperView";
import { createSlateMemory } from "./slateMemory";
import {
  countRetrieved,
  createExclusions,
  createQuery,
  decideRung,
  nameTopUp,
  toEntries,
  withoutPerson,
} from "./slateParts";
import { createSlateWriter } from "./slateWriter";
import { StageTrace } from "./trace";
import type { Slate, SlateRequest } from "./types";
import { uniteCandidates } from "./unite";

export interface FunnelOptions {
  readonly loaded: LoadedRelease;
  readonly shoppers: ShopperStore;
  readonly recentSlates: RecentSlates;
  readonly replicaId: string;
  /** The rules in force; replaced while requests run. */
  readonly rules: { readonly current: CompiledRules };
  /** Monotonic clock, ms. */
  readonly now: () => number;
  /** Whether this request's log carries full feature vectors. */
  readonly logsFeatures: () => boolean;
}

export interface Funnel {
  recommend(request: SlateRequest): Promise<Slate>;
}

/** At most this long, and at most this share of the budget, is spent waiting for the online store. */
const STATE_DEADLINE_MS = 15;
const STATE_BUDGET_SHARE = 0.4;
const QUOTA_FLOOR = 50;

/** The path of one request: shopper state and sources, union and filters, rank, re-rank, gate, answer. */
export function createFunnel(options: FunnelOptions): Funnel {
  const { loaded, now } = options;
  const { items, lists, release } = loaded;
  const { marks } = loaded;
  const filters = createFilterCompiler(items);
  const pool = createScratchPool({
    candidateLimit: Math.max(QUOTA_FLOOR, ...release.surfaces.map((s) => s.candidateLimit)),
    quotaMax: Math.max(QUOTA_FLOOR, ...release.surfaces.flatMap((s) => s.sources.map((q) => q.quota))),
    rankWidth: loaded.rankWidth,
    rankWidthMax: loaded.rankWidthMax,
    hasViewInputs: hasViewInputs(loaded),
    factors: loaded.factors,
    covisitationCapacity: loaded.covisitationCapacity,
  });
  const runner = createSourceRunner(loaded.sources, pool, now);
  const rankStage = createRankStage(loaded, now);
  const writeSlate = createSlateWriter(loaded, options.replicaId, now);
  const activate = (request: SlateRequest) => (request.rules ?? options.rules.current).activate(request);
  const servePopular = createPopularServer(loaded, { writeSlate, activate, now });
  const memory = createSlateMemory(options.recentSlates, items.id);
  const ones = new Float32Array(1024).fill(1);

  const readState = (request: SlateRequest, budgetMs: number): Promise<ShopperRead> | null =>
    request.shoppers.length === 0
      ? null
      : options.shoppers.read(
          request,
          { spaceId: loaded.embeddingSpaceId, viewIds: loaded.shopperViewIds },
          Math.min(STATE_DEADLINE_MS, budgetMs * STATE_BUDGET_SHARE),
        );

  const serve = async (request: SlateRequest, surface: ReleaseSurface, scratch: Scratch): Promise<Slate> => {
    const trace = new StageTrace(request.startedMs, now);
    trace.close("admit", 0, 0);
    const deadlineMs = request.startedMs + surface.budgetMs;
    const reasons: string[] = [];
    const outcomes: SourceOutcome[] = [];
    scratch.retrieved.fill(0);
    scratch.covisitation.count = 0;

    const reading = readState(request, surface.budgetMs);
    // While the read is on its way: what does not depend on the shopper.
    const early = runner.run({
      configs: surface.sources,
      needsShopper: false,
      query: createQuery(request, null, null, scratch),
      scratch,
      outcomes,
      deadlineMs,
    });
    trace.close("independent_sources", 0, countRetrieved(scratch));
    const read = reading === null ? null : await reading;
    if (read?.status === "ok" && read.state.isOptedOut) {
      if (early !== null) await early;
      return servePopular(withoutPerson(request), scratch, 0, "opted_out");
    }
    const isStateAway = read !== null && read.status !== "ok";
    if (isStateAway) reasons.push(read.status === "late" ? "shopper_state_late" : "shopper_state_down");
    const state = read?.status === "ok" ? withFittingVector(read.state, loaded.factors) : null;
    trace.close("shopper_state", request.shoppers.length, state?.recentItems.length ?? 0);

    const view = viewShopper(request, state, items, marks, scratch.recentItems);
    const remembered = memory.recall(request);
    const exclusions = createExclusions(view, surface.rerank, scratch, isStateAway ? remembered : null);
    const rules = startRules(activate(request));
    const ownFilter = filters.compile(request.filters);
    const filter = combineScreens(ownFilter, rules?.screen ?? null);
    const dropped: Record<string, number> = {};

    // Without state and without a session nothing personal is known: the shopper's last slate, or their
    // segment's list, beats fusing two impersonal sources.
    const isBlind = isStateAway && view.recentCount === 0;
    const skipsCandidates = isBlind && (remembered !== null || lists.segment(request.region) !== null);
    let count = 0;
    let ranking: RankOutcome = { modelVersion: "list", usedRanker: false, reason: null, nonFiniteScores: 0 };
    let ranked: SlateEntry[] = [];
    if (!skipsCandidates) {
      const late = runner.run({
        configs: surface.sources,
        needsShopper: true,
        query: createQuery(request, view, state, scratch),
        scratch,
        outcomes,
        deadlineMs,
      });
      if (early !== null) await early;
      if (late !== null) await late;
      trace.close("sources", surface.sources.length, countRetrieved(scratch));

      marks.begin();
      markExclusions(marks, exclusions);
      count = uniteCandidates(scratch, {
        flags: items.flags,
        marks,
        filter: combineScreens(ownFilter, rules?.countingScreen ?? null),
        limit: Math.min(surface.candidateLimit, scratch.items.length),
        dropped,
      });
      trace.close("unite_filter", countRetrieved(scratch), count);
      if (count > 0) {
        ranking = isStateAway
          ? rankByFusion(scratch, count, "shopper_state_away")
          : await scoreCandidates({
              request,
              surface,
              scratch,
              count,
              view,
              state,
              outcomes,
              trace,
              deadlineMs,
            });
        trace.close("rank", count, count);
        if (rules !== null) {
          rules.shift(scratch.scores, scratch.items, count);
          trace.close("rules", count, count);
        }
        ranked = toEntries(
          rerank({
            scratch,
            count,
            // A few more than asked, so that the gate has something to put in place of what it takes out.
            n: Math.min(count, request.n + 5),
            categoryIds: items.categoryIds,
            categoryCap: surface.rerank.categoryCap,
            ...(rules === null ? {} : { createCaps: rules.createCaps }),
          }),
          scratch,
          ranking,
        );
        trace.close("rerank", count, ranked.length);
      }
    }
    if (ranking.reason !== null && !isStateAway) reasons.push(ranking.reason);
    for (const o of outcomes)
      if (o.status === "error" || o.status === "late" || o.status === "skipped")
        reasons.push(`source_${o.status}:${o.name}`);

    const parts = {
      items,
      marks,
      exclusions,
      n: request.n,
      ranked,
      fallbacks: listFallbacks(request, remembered),
    };
    let assembled = assembleSlate({ ...parts, filter, rules });
    if (assembled.entries.length === 0 && rules?.hasOnly === true) {
      // Better what the rule did not mean than an empty list.
      const without = { ...rules, screen: rules.screenWithoutOnly, hasOnly: false };
      assembled = assembleSlate({
        ...parts,
        filter: combineScreens(ownFilter, without.screen),
        rules: without,
      });
      reasons.push("rule_only_left_nothing");
    }
    trace.close("gate", ranked.length, assembled.entries.length);
    const rung = decideRung(assembled, reasons.length > 0);
    if (assembled.entries.length === 0) reasons.push("nothing_passes_filters");
    nameTopUp(assembled, rung, reasons);
    if (rung <= 1 && !isStateAway && request.isPreview !== true)
      memory.remember(request, assembled, exclusions);
    return writeSlate({
      request,
      scratch,
      assembled,
      ranking,
      rung,
      reasons,
      outcomes,
      dropped,
      trace,
      retrieved: countRetrieved(scratch),
      scored: count,
      view,
      state,
      rules,
      withFeatures: ranking.usedRanker && options.logsFeatures(),
    });
  };

  const scoreCandidates = async (o: {
    request: SlateRequest;
    surface: ReleaseSurface;
    scratch: Scratch;
    count: number;
    view: ShopperView;
    state: ShopperState | null;
    outcomes: readonly SourceOutcome[];
    trace: StageTrace;
    deadlineMs: number;
  }): Promise<RankOutcome> => {
    const { scratch, count, view, outcomes } = o;
    const isFolded = outcomes.some((s) => s.name === "collaborative" && s.status === "ok");
    loaded.filler.prepare({
      recentItems: scratch.recentItems,
      recentCount: view.recentCount,
      recentWeights: ones,
      userVector: isFolded ? scratch.userVector : (o.state?.vector ?? null),
    });
    return rankStage.rank({
      surface: o.surface,
      bucketKey: `${o.surface.surface}:${o.request.shoppers[0] ?? o.request.requestId}`,
      scratch,
      count,
      remainingMs: () => o.deadlineMs - now(),
      fill(ranker) {
        fillRankInputs(loaded, ranker, { scratch, count, shopperFeatures: o.state?.features ?? null });
        o.trace.close("features", count, count);
      },
    });
  };

  const listFallbacks = (request: SlateRequest, remembered: RememberedSlate | null): FallbackList[] => {
    const fallbacks: FallbackList[] = [];
    if (remembered !== null) fallbacks.push({ origin: "recent_slate", items: remembered.rows });
    const segment = lists.segment(request.region);
    if (segment !== null) fallbacks.push({ origin: "segment_list", items: segment });
    fallbacks.push({ origin: "global_popular", items: lists.popular });
    return fallbacks;
  };

  return {
    async recommend(request) {
      const scratch = pool.acquire();
      try {
        if (!request.personalize) return servePopular(request, scratch, 0, "opted_out");
        const surface = loaded.surfaces.get(request.surface);
        if (surface === undefined) return servePopular(request, scratch, 4, "surface_not_in_release");
        return await serve(request, surface, scratch);
      } finally {
        pool.release(scratch);
      }
    },
  };
}

/** A vector of another width was written for another model under the same space id: better none than a wrong one. */
function withFittingVector(state: ShopperState, factors: number): ShopperState {
  return state.vector === null || state.vector.length === factors ? state : { ...state, vector: null };
}
