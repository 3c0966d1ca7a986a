import { type ReleaseSurface, RUNGS } from "@shortlist/contracts";
import type { RememberedSlate } from "../degrade/recentSlates";
import type { SourceQuery } from "../ports/candidateSource";
import type { ShopperState } from "../ports/shopperStore";
import type { RuleRun } from "../rules/ruleRun";
import type { Assembled, SlateEntry } from "./assemble";
import type { RankOutcome } from "./rank";
import type { Scratch } from "./scratch";
import type { Exclusions } from "./screen";
import type { ShopperView } from "./shopperView";
import type { SlateRequest } from "./types";

export const NO_EXCLUSIONS: Exclusions = {
  blocked: [],
  purchased: [],
  excluded: [],
  contextItem: -1,
  recent: new Int32Array(0),
  recentCount: 0,
};

/** What the sources are asked; before the shopper is known (`view` null) only the request itself counts. */
export function createQuery(o: {
  request: SlateRequest;
  view: ShopperView | null;
  state: ShopperState | null;
  scratch: Scratch;
  rules: RuleRun | null;
}): SourceQuery {
  const { request, view, state, scratch } = o;
  return {
    recentItems: scratch.recentItems,
    recentCount: view?.recentCount ?? 0,
    sessionCount: view?.sessionCount ?? 0,
    storedVector: state?.vector ?? null,
    contextItem: view?.contextItem ?? -1,
    region: request.region,
    device: request.device,
    queryText: request.queryText,
    suggested: o.rules?.suggested ?? null,
    userVector: scratch.userVector,
    covisitation: scratch.covisitation,
  };
}

/**
 * Who must not be shown. With the online store away, what this replica remembers of the shopper's blocks and
 * purchases stands in: better an hour old than not at all.
 */
export function createExclusions(
  view: ShopperView,
  rules: ReleaseSurface["rerank"],
  scratch: Scratch,
  remembered: RememberedSlate | null,
): Exclusions {
  const purchased = remembered?.purchased ?? view.purchased;
  return {
    blocked: remembered === null ? view.blocked : [...remembered.blocked, ...view.blocked],
    purchased: rules.excludePurchased ? purchased : [],
    excluded: view.excluded,
    contextItem: view.contextItem,
    recent: scratch.recentItems,
    // The running session is on the shopper's screen already, however long it is.
    recentCount: Math.min(view.recentCount, Math.max(view.sessionCount, rules.excludeRecentlySeen)),
  };
}

export function countRetrieved(scratch: Scratch): number {
  let sum = 0;
  for (let s = 0; s < scratch.retrieved.length; s++) sum += scratch.retrieved[s]!;
  return sum;
}

export function toEntries(
  picked: {
    slots: readonly number[];
    rankerPositions: readonly number[];
    propensities?: readonly number[];
  },
  scratch: Scratch,
  ranking: RankOutcome,
): SlateEntry[] {
  return picked.slots.map((slot, i) => ({
    item: scratch.items[slot]!,
    score: scratch.scores[slot]!,
    slot,
    rankerPosition: ranking.usedRanker ? picked.rankerPositions[i]! : null,
    origin: "ranked",
    propensity: picked.propensities?.[i] ?? 1,
  }));
}

const RUNG_OF = {
  recent_slate: 2,
  precomputed_list: 2,
  segment_list: 3,
  global_popular: 4,
  catalogue_scan: 4,
} as const;

/** The rung of the first item: what tops up a short slate is named in the reasons, it is not the slate's rung. */
export function decideRung(assembled: Assembled, isReduced: boolean): number {
  // What is pinned says nothing of how the others were found.
  const first = assembled.entries.find(({ origin }) => origin !== "pinned") ?? assembled.entries[0];
  if (first === undefined) return 4;
  if (first.origin === "ranked" || first.origin === "pinned") return isReduced ? 1 : 0;
  return RUNG_OF[first.origin];
}

export function nameTopUp(assembled: Assembled, rung: number, reasons: string[]): void {
  let lowest = rung;
  for (const entry of assembled.entries)
    if (entry.origin !== "ranked" && entry.origin !== "pinned" && RUNG_OF[entry.origin] > lowest) {
      lowest = RUNG_OF[entry.origin];
      reasons.push(`topped_up_from:${RUNGS[lowest]}`);
    }
}

/** The request as that of a stranger: the log of the slate must not name who opted out either. */
export function withoutPerson<R extends SlateRequest>(request: R): R {
  const { sessionItems: _theirs, ...logContext } = request.logContext;
  return { ...request, shoppers: [], sessionItems: [], personalize: false, logContext };
}
