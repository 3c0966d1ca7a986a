import type { ReleaseSurface } from "@shortlist/contracts";
import type { RememberedSlate } from "../degrade/recentSlates";
import type { ShopperRead, ShopperState, ShopperStore } from "../ports/shopperStore";
import type { LoadedRelease } from "../release/loadedRelease";
import type { FunnelRun } from "./run";
import type { Exclusions } from "./screen";
import { wantsList } from "./shopperList";
import { type ShopperView, viewShopper } from "./shopperView";
import type { SlateMemory } from "./slateMemory";
import { createExclusions } from "./slateParts";
import type { SlateRequest } from "./types";

/** At most this long, and at most this share of the budget, is spent waiting for the online store. */
const STATE_DEADLINE_MS = 15;
const STATE_BUDGET_SHARE = 0.4;

/** What is known of the shopper when the sources that need one are asked. */
export interface KnownShopper {
  /** Null for a stranger, and while the online store is away. */
  readonly state: ShopperState | null;
  /** The online store was asked and did not say. */
  readonly isStateAway: boolean;
  readonly view: ShopperView;
  /** Rows of the page, the session and the history, as far as `view` counts them. */
  readonly recentItems: Int32Array;
  readonly exclusions: Exclusions;
  /** The last slate this replica gave the shopper on the surface. */
  readonly remembered: RememberedSlate | null;
}

/** Starts the one read of the online store; null when there is nobody to read. */
export function readShopper(
  loaded: LoadedRelease,
  shoppers: ShopperStore,
  { request, surface }: { request: SlateRequest; surface: ReleaseSurface },
): Promise<ShopperRead> | null {
  if (request.shoppers.length === 0) return null;
  return shoppers.read(
    request,
    {
      spaceId: loaded.embeddingSpaceId,
      viewIds: loaded.shopperViewIds,
      listSurface: wantsList(surface, request) ? surface.surface : undefined,
    },
    decideStateDeadlineMs(request, surface),
  );
}

/** Nobody waits for a list that is computed ahead, and one without the shopper is not worth storing. */
function decideStateDeadlineMs(request: SlateRequest, surface: ReleaseSurface): number {
  const share = surface.budgetMs * STATE_BUDGET_SHARE;
  return request.isPrecompute === true ? share : Math.min(STATE_DEADLINE_MS, share);
}

/** Turns what was read, if it was, into rows of the release. Runs between awaits: it borrows the marks. */
export function knowShopper(
  loaded: LoadedRelease,
  memory: SlateMemory,
  { run, read }: { run: FunnelRun; read: ShopperRead | null },
): KnownShopper {
  const { request, scratch, reasons, surface, trace } = run;
  const isStateAway = read !== null && read.status !== "ok";
  if (isStateAway) reasons.push(read.status === "late" ? "shopper_state_late" : "shopper_state_down");
  const state = read?.status === "ok" ? withFittingVector(read.state, loaded.factors) : null;
  trace.close("shopper_state", request.shoppers.length, state?.recentItems.length ?? 0);
  const hidden = read === null || read.status === "ok" ? [] : read.blocked;
  const view = viewShopper(request, state, loaded.items, loaded.marks, scratch.recentItems, hidden);
  const remembered = memory.recall(request);
  const exclusions = createExclusions(view, surface.rerank, scratch, isStateAway ? remembered : null);
  return { state, isStateAway, view, recentItems: scratch.recentItems, exclusions, remembered };
}

/** A vector of another width was written for another model under the same space id: better none than a wrong one. */
function withFittingVector(state: ShopperState, factors: number): ShopperState {
  return state.vector === null || state.vector.length === factors ? state : { ...state, vector: null };
}
