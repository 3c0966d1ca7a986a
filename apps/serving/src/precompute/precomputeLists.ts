import { setImmediate as nextTurn } from "node:timers/promises";
import {
  PRECOMPUTED_SIZE,
  type PrecomputedList,
  type PrecomputeRequest,
  type PrecomputeResponse,
} from "@shortlist/contracts";
import type { Funnel } from "../funnel/recommend";
import type { SlateRequest } from "../funnel/types";
import type { PrecomputedLists } from "../ports/precomputedLists";
import { NO_RULES } from "../rules/compileRules";
import { decideList } from "./decideList";

export interface PrecomputeOptions {
  readonly workspace: string;
  readonly releaseId: string;
  readonly funnel: Funnel;
  readonly lists: PrecomputedLists;
  /** True while the process has begun to hurry: shoppers who wait come first. */
  readonly isBusy: () => boolean;
  /** Monotonic and wall clock, ms. */
  readonly now: () => number;
  readonly wallClock: () => number;
}

/** Enough for one to compute while others wait for Redis; more would stand in the way of requests. */
const AT_ONCE = 4;

/**
 * Runs the funnel for each shopper and stores what it ranks best. After each one the requests that came meanwhile are
 * answered; under the first sign of pressure the rest is left for another time. Nothing is logged or remembered.
 */
export async function precomputeLists(
  { surface, shoppers }: PrecomputeRequest,
  o: PrecomputeOptions,
): Promise<PrecomputeResponse> {
  const lists = new Map<string, PrecomputedList | null>();
  const skipped: PrecomputeResponse["skipped"] = [];
  const waiting = [...new Set(shoppers)];
  const work = async () => {
    for (let shopper = waiting.shift(); shopper !== undefined; shopper = waiting.shift()) {
      await nextTurn();
      if (o.isBusy()) {
        skipped.push({ shopper, reason: "busy" });
        continue;
      }
      const outcome = decideList(await o.funnel.recommend(createRequest(shopper, surface, o)));
      if (outcome.kind === "list") lists.set(shopper, outcome.list);
      else {
        skipped.push({ shopper, reason: outcome.reason });
        // Who opted out since the last run has no list either, though none would be read.
        if (outcome.reason === "opted_out") lists.set(shopper, null);
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  const bytes = lists.size === 0 ? 0 : await o.lists.write({ workspace: o.workspace, surface }, lists);
  const written = [...lists.values()].filter((list) => list !== null).length;
  return { releaseId: o.releaseId, written, bytes, skipped };
}

function createRequest(shopper: string, surface: string, o: PrecomputeOptions): SlateRequest {
  return {
    workspace: o.workspace,
    requestId: `precompute-${shopper}`,
    surface,
    n: PRECOMPUTED_SIZE,
    shoppers: [shopper],
    isAnonymous: false,
    personalize: true,
    region: undefined,
    device: undefined,
    contextItemId: undefined,
    sessionItems: [],
    filters: undefined,
    logContext: {},
    // Rules are applied when the list is served: they change within the day.
    rules: NO_RULES,
    isPreview: true,
    isPrecompute: true,
    startedMs: o.now(),
    atMs: Math.round(o.wallClock()),
  };
}
