import type { SlateReplayInputs } from "@shortlist/contracts";
import type { LoadedRelease } from "../release/loadedRelease";
import type { RuleRun } from "../rules/ruleRun";
import {
  type Assembled,
  assembleSlate,
  type FallbackList,
  type PlacedEntry,
  type SlateEntry,
} from "./assemble";
import type { KnownShopper } from "./knowShopper";
import type { RankOutcome } from "./rank";
import type { FunnelRun } from "./run";
import { combineScreens, type FilterScreen } from "./screen";
import type { SlateMemory } from "./slateMemory";
import { countRetrieved, decideRung, nameTopUp } from "./slateParts";
import type { SlateWriter } from "./slateWriter";
import type { Slate, SlateRequest } from "./types";

/** What the funnel made of a request before the last gate. */
export interface Picked {
  /** Candidates that were scored. */
  readonly count: number;
  readonly ranking: RankOutcome;
  /** Best first; empty when only lists may answer. */
  readonly ranked: readonly SlateEntry[];
  /** Candidates that have a position of their own. */
  readonly sponsored: readonly PlacedEntry[];
}

export const NOTHING_PICKED: Picked = {
  count: 0,
  ranking: { modelVersion: "list", usedRanker: false, reason: null, nonFiniteScores: 0 },
  ranked: [],
  sponsored: [],
};

/** Filters of the request and rules in force. */
export interface Screens {
  readonly own: FilterScreen | null;
  readonly rules: RuleRun | null;
}

export interface AnswerOptions {
  readonly loaded: LoadedRelease;
  readonly memory: SlateMemory;
  /** The shopper's precomputed list, when the surface has such and there is one. */
  readonly recordList: (shopper: KnownShopper) => SlateReplayInputs["list"] | null;
  readonly listRows: (run: FunnelRun, shopper: KnownShopper) => Int32Array | null;
  readonly writeSlate: SlateWriter;
  readonly logsFeatures: () => boolean;
}

export type Answerer = (run: FunnelRun, shopper: KnownShopper, made: Picked & Screens) => Slate;

function isListed({ listed, origin }: SlateEntry): boolean {
  return listed !== undefined || origin === "precomputed_list";
}

function isLogged({ isPrecompute, isShadow }: SlateRequest): boolean {
  return isPrecompute !== true && isShadow !== true;
}

/** Whether the slate begins with the shopper's precomputed list. */
function isFromList({ entries }: Assembled): boolean {
  return entries.find(({ origin }) => origin !== "pinned")?.origin === "precomputed_list";
}

/** The last gate, the rungs below, the name of the rung, and the answer with its log record. */
export function createAnswerer(options: AnswerOptions): Answerer {
  const { loaded, memory, writeSlate, logsFeatures } = options;
  const { items, marks, lists } = loaded;

  const listFallbacks = (run: FunnelRun, shopper: KnownShopper, made: Picked): FallbackList[] => {
    const { request } = run;
    const fallbacks: FallbackList[] = [];
    const { remembered } = shopper;
    if (remembered !== null) fallbacks.push({ origin: "recent_slate", items: remembered.rows });
    const own = made.ranked.length < request.n ? options.listRows(run, shopper) : null;
    if (own !== null) fallbacks.push({ origin: "precomputed_list", items: own });
    const segment = lists.segment(request.region, request.device);
    if (segment !== null) fallbacks.push({ origin: "segment_list", items: segment });
    fallbacks.push({ origin: "global_popular", items: lists.popular });
    return fallbacks;
  };

  const assemble = (run: FunnelRun, shopper: KnownShopper, made: Picked & Screens): Assembled => {
    const { request, reasons } = run;
    const { own, rules } = made;
    const parts = {
      items,
      marks,
      exclusions: shopper.exclusions,
      n: request.n,
      ranked: made.ranked,
      sponsored: made.sponsored,
      fallbacks: listFallbacks(run, shopper, made),
    };
    const filter = combineScreens(own, rules?.screen ?? null);
    const assembled = assembleSlate({ ...parts, filter, rules });
    if (assembled.entries.length > 0 || rules?.hasOnly !== true) return assembled;
    // Better what the rule did not mean than an empty list.
    reasons.push("rule_only_left_nothing");
    const without = { ...rules, screen: rules.screenWithoutOnly, hasOnly: false };
    return assembleSlate({ ...parts, filter: combineScreens(own, without.screen), rules: without });
  };

  return (run, shopper, made) => {
    const { request, scratch, trace, reasons, outcomes, dropped } = run;
    const { view, state, isStateAway } = shopper;
    const { ranking, rules } = made;
    if (ranking.reason !== null && !isStateAway) reasons.push(ranking.reason);
    for (const o of outcomes)
      if (o.status === "error" || o.status === "late" || o.status === "skipped")
        reasons.push(`source_${o.status}:${o.name}`);
    const assembled = assemble(run, shopper, made);
    trace.close("gate", made.ranked.length, assembled.entries.length);
    const rung = decideRung(assembled, reasons.length > 0);
    if (assembled.entries.length === 0) reasons.push("nothing_passes_filters");
    nameTopUp(assembled, rung, reasons);
    if (rung === 2 && isFromList(assembled)) reasons.push("precomputed_list");
    if (rung <= 1 && !isStateAway && request.isPreview !== true)
      memory.remember(request, assembled, shopper.exclusions);
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
      scored: made.count,
      view,
      state,
      rules,
      remembered:
        isStateAway || assembled.entries.some(({ origin }) => origin === "recent_slate")
          ? shopper.remembered
          : null,
      list: assembled.entries.some(isListed) ? options.recordList(shopper) : null,
      withFeatures: ranking.usedRanker && isLogged(request) && logsFeatures(),
    });
  };
}
