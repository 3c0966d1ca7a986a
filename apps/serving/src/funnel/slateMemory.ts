import type { RecentSlates, RememberedSlate } from "../degrade/recentSlates";
import type { Assembled } from "./assemble";
import type { Exclusions } from "./screen";
import type { SlateRequest } from "./types";

/** What this replica remembers of its shoppers, in rows of one item table. */
export interface SlateMemory {
  recall(request: SlateRequest): RememberedSlate | null;
  /** Keeps a slate that was made knowing the shopper; what they bought and hid stays with it. */
  remember(request: SlateRequest, assembled: Assembled, exclusions: Exclusions): void;
}

export function createSlateMemory(recentSlates: RecentSlates, itemTableId: string): SlateMemory {
  const keyOf = (request: SlateRequest) => `${request.workspace}\n${request.shoppers[0]}\n${request.surface}`;
  return {
    recall(request) {
      if (request.shoppers.length === 0) return null;
      const held = recentSlates.get(keyOf(request), request.atMs);
      return held?.itemTableId === itemTableId ? held : null;
    },
    remember(request, assembled, exclusions) {
      if (request.shoppers.length === 0 || assembled.entries.length === 0) return;
      recentSlates.put(keyOf(request), {
        itemTableId,
        rows: Int32Array.from(assembled.entries, (entry) => entry.item),
        blocked: exclusions.blocked,
        purchased: exclusions.purchased,
        atMs: request.atMs,
      });
    },
  };
}
