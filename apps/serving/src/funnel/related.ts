import type { RelatedKind, ReleaseSurface } from "@shortlist/contracts";
import { selectTopK } from "@shortlist/ml";
import type { Degrader } from "../degrade/degrader";
import type { EffectiveSurface } from "../degrade/effectiveSurface";
import type { Guards } from "../degrade/guards";
import type { Load } from "../degrade/pressureMeter";
import type { ShopperState, ShopperStore } from "../ports/shopperStore";
import type { LoadedRelease } from "../release/loadedRelease";
import type { CompiledRules } from "../rules/compileRules";
import { startRules } from "../rules/ruleRun";
import { assembleSlate, type SlateEntry } from "./assemble";
import { pickArm, type RankOutcome, replaceNonFinite } from "./rank";
import { fillRankInputs, hasScatteredInputs } from "./rankInputs";
import { RELATED_QUOTAS, retrieveRelated, SOURCE_OF } from "./relatedSources";
import { createScratchPool, type Scratch } from "./scratch";
import { viewShopper } from "./shopperView";
import { NO_EXCLUSIONS, withoutPerson } from "./slateParts";
import { createSlateWriter } from "./slateWriter";
import { StageTrace } from "./trace";
import type { Slate, SlateRequest } from "./types";

/** A slate request about the item on the page. `surface` says where the answer and its clicks are counted. */
export interface RelatedRequest extends SlateRequest {
  readonly kind: RelatedKind;
  readonly contextItemId: string;
}

const REASONS = {
  similar: "Similar to this item",
  bought_together: "Often bought together",
  alternatives: "Alternative in the same category",
} as const;

/** The relation comes first, taste second: the ranker's order counts half as much as the source's. */
const TASTE_WEIGHT = 0.5;
const RANK_OFFSET = 10;
const STATE_DEADLINE_MS = 10;

export interface RelatedFunnel {
  relate(request: RelatedRequest): Promise<Slate>;
}

export interface RelatedOptions {
  readonly loaded: LoadedRelease;
  readonly shoppers: ShopperStore;
  readonly degrader: Degrader;
  readonly load: Load;
  readonly guards: Guards;
  readonly replicaId: string;
  /** The rules in force; replaced while requests run. */
  readonly rules: { readonly current: CompiledRules };
  readonly now: () => number;
  /** Whether this request's log carries full feature vectors. */
  readonly logsFeatures: () => boolean;
}

/** Items related to one item, lightly reordered for a known shopper. An unknown item gets the popular list. */
export function createRelatedFunnel(options: RelatedOptions): RelatedFunnel {
  const { loaded, now } = options;
  const { items, release, marks } = loaded;
  const writeSlate = createSlateWriter(loaded, options.replicaId, now);
  const capacity = Math.max(...Object.values(RELATED_QUOTAS));
  const pool = createScratchPool({
    candidateLimit: capacity,
    quotaMax: capacity,
    rankWidth: loaded.rankWidth,
    rankWidthMax: loaded.rankWidthMax,
    hasScatteredInputs: hasScatteredInputs(loaded),
    factors: loaded.factors,
    covisitationCapacity: 0,
  });
  const ones = new Float32Array(1024).fill(1);

  /** Scores candidates by the surface's ranker into `scratch.scores`; null when it cannot say. */
  const scoreByTaste = async (o: {
    request: RelatedRequest;
    surface: ReleaseSurface | undefined;
    scratch: Scratch;
    count: number;
    recentCount: number;
    state: ShopperState;
  }): Promise<RankOutcome | null> => {
    const { scratch, count, recentCount, state } = o;
    const bucketKey = `related:${o.request.shoppers[0]}`;
    const ranker = o.surface === undefined ? null : pickArm(o.surface, loaded.rankers, bucketKey);
    const breaker = ranker === null ? undefined : options.guards.rankers.get(ranker.ref);
    if (ranker === null || (recentCount === 0 && state.vector === null)) return null;
    if (breaker?.admits(now()) === false) throw new Error("the breaker of the ranker is open");
    loaded.filler.prepare({
      recentItems: scratch.recentItems,
      recentCount,
      recentWeights: ones,
      userVector: state.vector?.length === loaded.factors ? state.vector : null,
    });
    scratch.covisitationScores.fill(0, 0, count);
    fillRankInputs(loaded, ranker, { scratch, count, shopperFeatures: state.features ?? null });
    try {
      await ranker.score(scratch.features, count, scratch.scores);
    } catch (error) {
      breaker?.fail(now());
      throw error;
    }
    const nonFiniteScores = replaceNonFinite(scratch.scores, count);
    if (nonFiniteScores === count) {
      breaker?.fail(now());
      return null;
    }
    breaker?.succeed(now());
    return { modelVersion: ranker.ref, usedRanker: true, reason: null, nonFiniteScores };
  };

  const serve = async (request: RelatedRequest, scratch: Scratch): Promise<Slate> => {
    const trace = new StageTrace(request.startedMs, now);
    const { kind } = request;
    const effective = options.degrader.find(request.surface);
    const reasons = effective === null ? [] : listReasons(effective, kind);
    scratch.retrieved.fill(0);
    const anchor = items.find(request.contextItemId);
    const related = retrieveRelated(loaded, {
      anchor,
      kind,
      limit: Math.ceil(RELATED_QUOTAS[kind] * (effective?.candidateShare ?? 1)),
      isOff: effective?.isListsOnly === true || effective?.sourcesOff.includes(SOURCE_OF[kind]) === true,
      scratch,
    });
    if (related.outcome.status === "error") reasons.push(`source_error:${related.outcome.name}`);
    const sourceMs = now() - request.startedMs;
    const { count } = related;
    trace.close("sources", 1, count);

    let state: ShopperState | null = null;
    let hidden: readonly string[] | undefined;
    if (request.shoppers.length > 0) {
      const wanted = { spaceId: loaded.embeddingSpaceId, viewIds: loaded.shopperViewIds };
      const read = await options.shoppers.read(request, wanted, STATE_DEADLINE_MS);
      if (read.status === "ok" && read.state.isOptedOut) return serve(withoutPerson(request), scratch);
      if (read.status === "ok") state = read.state;
      else {
        hidden = read.blocked;
        reasons.push(read.status === "late" ? "shopper_state_late" : "shopper_state_down");
      }
      trace.close("shopper_state", request.shoppers.length, state?.recentItems.length ?? 0);
    }
    // The item on the page is what the slate is about, not one of the shopper's recent items.
    const view = viewShopper(
      { ...request, contextItemId: undefined },
      state,
      items,
      marks,
      scratch.recentItems,
      hidden,
    );
    let ranking: RankOutcome = {
      modelVersion: "related",
      usedRanker: false,
      reason: null,
      nonFiniteScores: 0,
    };
    if (state !== null && count > 0) {
      const scored = await scoreByTaste({
        request,
        surface: effective?.surface ?? release.surfaces[0],
        scratch,
        count,
        recentCount: view.recentCount,
        state,
      }).catch(() => {
        reasons.push("ranker_failed");
        return null;
      });
      ranking = scored ?? ranking;
      trace.close("rank", count, count);
    }
    if (anchor < 0) reasons.push("unknown_item");
    else if (count === 0 && effective?.isListsOnly !== true) reasons.push("nothing_related");

    const rules = startRules(options.rules.current.activate(request));
    const exclusions = { ...NO_EXCLUSIONS, blocked: view.blocked, contextItem: anchor };
    const filter = rules?.screen ?? null;
    const ranked = ranking.usedRanker ? blendWithTaste(scratch, count) : inSourceOrder(scratch, count);
    const { observer } = request;
    observer?.united(scratch, count, { exclusions, filter, cutAs: "other_category" });
    if (ranking.usedRanker) observer?.ranked(scratch, count, ranking);
    observer?.ordered({ ranked, sponsored: [] });
    const assembled = assembleSlate({
      items,
      marks,
      exclusions,
      rules,
      filter,
      n: request.n,
      ranked,
      fallbacks: [{ origin: "global_popular", items: loaded.lists.popular }],
    });
    trace.close("gate", count, assembled.entries.length);
    const rung = assembled.entries[0]?.origin !== "ranked" ? 4 : reasons.length > 0 ? 1 : 0;
    return writeSlate({
      request,
      scratch,
      assembled,
      ranking,
      rung,
      reasons,
      outcomes: [{ ...related.outcome, ms: sourceMs }],
      dropped: related.dropped,
      trace,
      retrieved: count,
      scored: ranking.usedRanker ? count : 0,
      view,
      state,
      rules,
      withFeatures: ranking.usedRanker && request.isShadow !== true && options.logsFeatures(),
      reasonOfRanked: REASONS[kind],
    });
  };

  return {
    async relate(request) {
      const scratch = pool.acquire();
      options.load.enter();
      try {
        return await serve(request, scratch);
      } finally {
        options.load.leave();
        pool.release(scratch);
      }
    },
  };
}

/** Of what is switched or shrunk on the surface, what touches these items. */
function listReasons({ reasons }: EffectiveSurface, kind: RelatedKind): string[] {
  const isOfSource = (reason: string) => reason.startsWith("source_switched_off:");
  return reasons.filter(
    (reason) =>
      reason !== "exploration_switched_off" &&
      (!isOfSource(reason) || reason.endsWith(`:${SOURCE_OF[kind]}`)),
  );
}

function inSourceOrder(scratch: Scratch, count: number): SlateEntry[] {
  return Array.from({ length: count }, (_, slot) => toEntry(scratch, { slot, at: slot, position: null }));
}

/** Reorders by 1/(10 + source rank) + ½ · 1/(10 + ranker rank). */
function blendWithTaste(scratch: Scratch, count: number): SlateEntry[] {
  const order = scratch.order;
  const positions = new Int32Array(count);
  const blended = new Float32Array(count);
  selectTopK(scratch.scores, count, count, order);
  for (let rank = 0; rank < count; rank++) {
    const slot = order[rank]!;
    positions[slot] = rank;
    blended[slot] = 1 / (RANK_OFFSET + slot) + TASTE_WEIGHT / (RANK_OFFSET + rank);
  }
  selectTopK(blended, count, count, order);
  return Array.from({ length: count }, (_, at) => {
    const slot = order[at]!;
    return toEntry(scratch, { slot, at, position: positions[slot]! });
  });
}

/** The order is the only score: similarities, sums of co-visits and ranker scores have no common scale. */
function toEntry(scratch: Scratch, o: { slot: number; at: number; position: number | null }): SlateEntry {
  const { slot, position } = o;
  return {
    item: scratch.items[slot]!,
    score: 1 / (o.at + 1),
    slot,
    rankerPosition: position,
    origin: "ranked",
  };
}
