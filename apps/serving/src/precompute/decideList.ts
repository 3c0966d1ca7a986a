import { CANDIDATE_SOURCES, type ListSkipReason, type PrecomputedList } from "@shortlist/contracts";
import type { Slate } from "../funnel/types";

export type ListOutcome =
  | { readonly kind: "list"; readonly list: PrecomputedList }
  | { readonly kind: "skip"; readonly reason: ListSkipReason };

const SOURCES: ReadonlySet<string> = new Set(CANDIDATE_SOURCES);

/** What is kept of a slate that was computed ahead: its ranked items, or why there is nothing worth keeping. */
export function decideList({ record }: Slate): ListOutcome {
  const skip = (reason: ListSkipReason): ListOutcome => ({ kind: "skip", reason });
  if (!record.personalized) return skip("opted_out");
  if (record.degradationReasons.some((reason) => reason.startsWith("shopper_state_")))
    return skip("state_away");
  const { recentItems, hasUserVector } = record.shopperState;
  if (recentItems.length === 0 && !hasUserVector) return skip("nothing_known");
  // What tops a short slate up from lists is the same for everybody, and is there at serving time anyway.
  const ranked = record.items.filter(({ sources }) => sources.some(({ name }) => SOURCES.has(name)));
  if (record.rung > 1 || ranked.length === 0) return skip("degraded");
  return {
    kind: "list",
    list: {
      releaseId: record.releaseId,
      madeAtMs: record.atMs,
      itemIds: ranked.map(({ itemId }) => itemId),
      scores: ranked.map(({ score }) => score),
    },
  };
}
