import { PRECOMPUTED_SIZE } from "@shortlist/contracts";
import type { Degrader } from "../degrade/degrader";
import type { EffectiveSurface } from "../degrade/effectiveSurface";
import type { Guards } from "../degrade/guards";
import type { Load } from "../degrade/pressureMeter";
import type { RecentSlates } from "../degrade/recentSlates";
import type { ShopperStore } from "../ports/shopperStore";
import type { LoadedRelease } from "../release/loadedRelease";
import type { CompiledRules } from "../rules/compileRules";
import { startRules } from "../rules/ruleRun";
import { createAnswerer, NOTHING_PICKED, type Picked, type Screens } from "./answer";
import { type KnownShopper, knowShopper, readShopper } from "./knowShopper";
import { orderCandidates } from "./order";
import { createPopularServer } from "./popularSlate";
import { createListServer } from "./precomputed";
import { createPrecomputeSurfaces } from "./precomputeSurface";
import { rankByFusion } from "./rank";
import { hasScatteredInputs } from "./rankInputs";
import { type FunnelRun, startRun } from "./run";
import { createSourceRunner } from "./runSources";
import { createScorer } from "./score";
import { createScratchPool, type Scratch } from "./scratch";
import { combineScreens, createFilterCompiler, markExclusions } from "./screen";
import { type ListUse, wantsList } from "./shopperList";
import { repeatSlate, type SlateCache } from "./slateCache";
import { createSlateMemory } from "./slateMemory";
import { countRetrieved, createQuery, withoutPerson } from "./slateParts";
import { createSlateWriter } from "./slateWriter";
import { leadWithTextMatches } from "./textMatches";
import type { Slate, SlateRequest } from "./types";
import { uniteCandidates } from "./unite";

export interface FunnelOptions {
  readonly loaded: LoadedRelease;
  readonly shoppers: ShopperStore;
  readonly recentSlates: RecentSlates;
  readonly degrader: Degrader;
  readonly load: Load;
  readonly guards: Guards;
  readonly cache: SlateCache;
  /** Told whether precomputed lists were there. */
  readonly listUse: ListUse;
  readonly replicaId: string;
  /** The rules in force; replaced while requests run. */
  readonly rules: { readonly current: CompiledRules };
  /** Monotonic clock, ms. */
  readonly now: () => number;
  /** Whether this request's log carries full feature vectors. */
  readonly logsFeatures: () => boolean;
}

export interface Funnel {
  /** May throw what nobody foresaw; see `answerAnyway`. */
  recommend(request: SlateRequest): Promise<Slate>;
  /** Popular items that the shopper is not known to have hidden, by the shortest path there is. */
  serveLastResort(request: SlateRequest, reason: string): Slate;
}

const QUOTA_FLOOR = 50;
/** Room for a whole precomputed list. */
const CANDIDATES_FLOOR = PRECOMPUTED_SIZE;

/**
 * The path of one request: shopper state and sources, union and filters, rank, re-rank, gate, answer. Here is the order
 * of the stages; each has a file of its own.
 */
export function createFunnel(options: FunnelOptions): Funnel {
  const { loaded, now, shoppers, cache, replicaId, logsFeatures } = options;
  const { items, marks, release } = loaded;
  const filters = createFilterCompiler(items);
  const pool = createScratchPool({
    candidateLimit: Math.max(CANDIDATES_FLOOR, ...release.surfaces.map((s) => s.candidateLimit)),
    quotaMax: Math.max(QUOTA_FLOOR, ...release.surfaces.flatMap((s) => s.sources.map((q) => q.quota))),
    rankWidth: loaded.rankWidth,
    rankWidthMax: loaded.rankWidthMax,
    hasScatteredInputs: hasScatteredInputs(loaded),
    factors: loaded.factors,
    covisitationCapacity: loaded.covisitationCapacity,
  });
  const runner = createSourceRunner(loaded.sources, pool, now, options.guards.sources, loaded.unavailable);
  const score = createScorer(loaded, now, options.guards.rankers);
  const writeSlate = createSlateWriter(loaded, replicaId, now);
  const activate = (request: SlateRequest) => (request.rules ?? options.rules.current).activate(request);
  const servePopular = createPopularServer(loaded, { writeSlate, activate, now });
  const memory = createSlateMemory(options.recentSlates, items.id);
  const lists = createListServer(loaded, options.listUse);
  const answer = createAnswerer({
    loaded,
    memory,
    listRows: lists.listRows,
    recordList: lists.record,
    writeSlate,
    logsFeatures,
  });
  const toPrecompute = createPrecomputeSurfaces();

  const retrieve = (run: FunnelRun, shopper: KnownShopper | null, { rules }: Screens) => {
    const { request, scratch, surface, outcomes, deadlineMs } = run;
    const view = shopper?.view ?? null;
    return runner.run({
      configs: surface.sources,
      needsShopper: shopper !== null,
      query: createQuery({ request, view, state: shopper?.state ?? null, scratch, rules }),
      scratch,
      outcomes,
      deadlineMs,
    });
  };

  const unite = (run: FunnelRun, shopper: KnownShopper, { own, rules }: Screens): number => {
    const { scratch, surface, dropped } = run;
    marks.begin();
    markExclusions(marks, shopper.exclusions);
    const count = uniteCandidates(scratch, {
      flags: items.flags,
      marks,
      filter: combineScreens(own, rules?.countingScreen ?? null),
      limit: Math.min(surface.candidateLimit, scratch.items.length),
      dropped,
    });
    run.request.observer?.united(scratch, count, {
      exclusions: shopper.exclusions,
      filter: combineScreens(own, rules?.screen ?? null),
    });
    run.trace.close("unite_filter", countRetrieved(scratch), count);
    return count;
  };

  const pick = async (run: FunnelRun, shopper: KnownShopper, screens: Screens): Promise<Picked> => {
    const { scratch, trace } = run;
    const { rules } = screens;
    const united = unite(run, shopper, screens);
    if (united === 0) return NOTHING_PICKED;
    const { count, ranking } = shopper.isStateAway
      ? { count: united, ranking: rankByFusion(scratch, united, "shopper_state_away") }
      : await score(run, shopper, united);
    const { observer } = run.request;
    observer?.ranked(scratch, count, ranking);
    trace.close("rank", count, count);
    if (rules !== null) {
      rules.shift(scratch.scores, scratch.items, count);
      trace.close("rules", count, count);
      observer?.shifted(scratch, count);
    }
    // After the rules: they move by the spread of the scores, which a lead would widen.
    if (run.request.queryText !== undefined) leadWithTextMatches(scratch, count);
    const ordered = orderCandidates(loaded, run, { count, rules, ranking });
    observer?.ordered(ordered);
    trace.close("rerank", count, ordered.ranked.length);
    return { count, ranking, ...ordered };
  };

  const serve = async (
    request: SlateRequest,
    effective: EffectiveSurface,
    scratch: Scratch,
  ): Promise<Slate> => {
    const { surface, isListsOnly } = effective;
    const run = startRun({ request, effective, scratch, now });
    const reading = readShopper(loaded, shoppers, { request, surface });
    const isListFirst = surface.mode === "precomputed" && wantsList(surface, request);
    // While the read is on its way: what does not depend on the shopper.
    const active = activate(request);
    const screens = { own: filters.compile(request.filters), rules: startRules(active) };
    let early = isListsOnly || isListFirst ? null : retrieve(run, null, screens);
    run.trace.close("independent_sources", 0, countRetrieved(scratch));
    const read = reading === null ? null : await reading;
    if (read?.status === "ok" && read.state.isOptedOut) {
      if (early !== null) await early;
      return servePopular(withoutPerson(request), scratch, { rung: 0, reason: "opted_out" });
    }
    const shopper = knowShopper(loaded, memory, { run, read });
    if (isListsOnly || !isListFirst) lists.note(run, shopper);
    if (isListsOnly || isListBetter(request, shopper))
      return answer(run, shopper, { ...NOTHING_PICKED, ...screens });
    if (isListFirst) {
      const fromList = lists.pick(run, shopper, screens);
      if (fromList !== null) return answer(run, shopper, { ...fromList, ...screens });
      early = retrieve(run, null, screens);
    }
    if (early !== null) await early;
    const { state, isStateAway } = shopper;
    const catalogRevision = loaded.catalog.changes;
    const question = { request, effective, state, rules: active, catalogRevision };
    const held = isStateAway ? null : cache.find(question);
    if (held !== null) return repeatSlate(held, request, { now, replicaId });
    const late = retrieve(run, shopper, screens);
    if (late !== null) await late;
    run.trace.close("sources", surface.sources.length, countRetrieved(scratch));
    const picked = await pick(run, shopper, screens);
    const slate = answer(run, shopper, { ...picked, ...screens });
    const written = isStateAway ? null : cache.put(question, slate);
    return written === null ? slate : { ...slate, written };
  };

  /**
   * Without state and without a session nothing personal is known: the shopper's last slate, or their segment's list,
   * beats fusing two impersonal sources.
   */
  const isListBetter = (request: SlateRequest, { isStateAway, view, remembered }: KnownShopper): boolean =>
    isStateAway &&
    view.recentCount === 0 &&
    (remembered !== null || loaded.lists.segment(request.region, request.device) !== null);

  return {
    async recommend(request) {
      const scratch = pool.acquire();
      options.load.enter();
      try {
        if (!request.personalize) return servePopular(request, scratch, { rung: 0, reason: "opted_out" });
        const found = options.degrader.find(request.surface);
        const effective = found !== null && request.isPrecompute === true ? toPrecompute(found) : found;
        if (effective === null)
          return servePopular(request, scratch, { rung: 4, reason: "surface_not_in_release" });
        return await serve(request, effective, scratch);
      } finally {
        options.load.leave();
        pool.release(scratch);
      }
    },
    serveLastResort(request, reason) {
      // Of its own: a stage that failed may have left anything in the one it worked in.
      const scratch = pool.acquire();
      const blocked = memory.recall(request)?.blocked ?? [];
      return servePopular(request, scratch, { rung: 4, reason, blocked });
    },
  };
}
