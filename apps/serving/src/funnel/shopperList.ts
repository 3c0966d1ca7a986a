import type { PrecomputedList, ReleaseSurface, ReplicaStatus } from "@shortlist/contracts";
import type { ShopperState } from "../ports/shopperStore";
import type { SlateRequest } from "./types";

/** Whether a request may be answered from a list; what was typed is in none. */
export function wantsList({ mode }: ReleaseSurface, request: SlateRequest): boolean {
  return mode !== "live" && request.queryText === undefined && request.shoppers.length > 0;
}

/** Lists of this release alone: one that was rolled back must not live on in its lists. */
export function findList(state: ShopperState | null, releaseId: string): PrecomputedList | null {
  const list = state?.list ?? null;
  return list !== null && list.releaseId === releaseId && list.itemIds.length > 0 ? list : null;
}

/** Counts how often a shopper's precomputed list was there when it was looked for (S13). */
export class ListUse {
  private hits = 0;
  private misses = 0;

  note(isThere: boolean): void {
    if (isThere) this.hits++;
    else this.misses++;
  }
  /** The lists lie in Redis: a process holds none. */
  list(): ReplicaStatus["caches"][number] {
    return { name: "precomputed_lists", hits: this.hits, misses: this.misses, entries: 0 };
  }
}
