import { CANDIDATE_SOURCES } from "@shortlist/contracts";
import type { LoadedRelease } from "../release/loadedRelease";
import type { ActiveRules } from "../rules/compileRules";
import { startRules } from "../rules/ruleRun";
import { assembleSlate } from "./assemble";
import type { Scratch } from "./scratch";
import { combineScreens, createFilterCompiler, type Exclusions } from "./screen";
import { viewShopper } from "./shopperView";
import { NO_EXCLUSIONS } from "./slateParts";
import type { SlateWriter } from "./slateWriter";
import { StageTrace } from "./trace";
import type { Slate, SlateRequest } from "./types";

export interface PopularAnswer {
  readonly rung: number;
  readonly reason: string;
  /** Rows the shopper has hidden, as far as that is known without asking. */
  readonly blocked?: readonly number[];
}
export type PopularServer = (request: SlateRequest, scratch: Scratch, answer: PopularAnswer) => Slate;

/**
 * Popular items, and nothing personal is read: for who opted out, for surfaces the release does not know, and when
 * everything else failed.
 */
export function createPopularServer(
  loaded: LoadedRelease,
  {
    writeSlate,
    activate,
    now,
  }: {
    writeSlate: SlateWriter;
    activate: (request: SlateRequest) => ActiveRules | null;
    now: () => number;
  },
): PopularServer {
  const { items, lists, marks } = loaded;
  const filters = createFilterCompiler(items);
  return (request, scratch, { rung, reason, blocked = [] }) => {
    const trace = new StageTrace(request.startedMs, now);
    const view = viewShopper({ ...request, sessionItems: [] }, null, items, marks, scratch.recentItems);
    const exclusions: Exclusions = {
      ...NO_EXCLUSIONS,
      blocked,
      excluded: view.excluded,
      contextItem: view.contextItem,
    };
    const rules = startRules(activate(request));
    const assembled = assembleSlate({
      items,
      marks,
      exclusions,
      rules,
      filter: combineScreens(filters.compile(request.filters), rules?.screen ?? null),
      n: request.n,
      ranked: [],
      fallbacks: [{ origin: "global_popular", items: lists.popular }],
    });
    trace.close("gate", lists.popular.length, assembled.entries.length);
    return writeSlate({
      request,
      scratch,
      assembled,
      ranking: { modelVersion: "list", usedRanker: false, reason: null, nonFiniteScores: 0 },
      rung,
      reasons: [reason],
      outcomes: CANDIDATE_SOURCES.map((name) =>
        name === "popular"
          ? { name, status: "ok", retrieved: assembled.entries.length, ms: 0, reason: null }
          : { name, status: "skipped", retrieved: 0, ms: 0, reason },
      ),
      dropped: {},
      trace,
      retrieved: assembled.entries.length,
      scored: 0,
      view: { ...view, blocked },
      rules,
      state: null,
      withFeatures: false,
    });
  };
}
