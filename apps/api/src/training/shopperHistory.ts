import { SHOPPER_RECENT_MAX } from "@shortlist/contracts";
import { countBefore, type InteractionLog } from "./interactionLog";

/** Events of each shopper before a moment, so that a shopper's past is a slice. */
export interface ShopperHistory {
  /** Distinct items of the shopper, most recent first, at most SHOPPER_RECENT_MAX: what the online store holds. */
  recent(shopper: number): Int32Array;
  /** Times aligned to `recent`. */
  recentTimes(shopper: number): Float64Array;
  /** All distinct items ever interacted with. */
  seen(shopper: number): ReadonlySet<number>;
  purchased(shopper: number): readonly { item: number; timeMs: number }[];
}

export function buildShopperHistory(log: InteractionLog, beforeMs: number): ShopperHistory {
  const end = countBefore(log, beforeMs);
  const ptr = new Int32Array(log.nShoppers + 1);
  for (let e = 0; e < end; e++) ptr[log.shopper[e]! + 1]!++;
  for (let s = 0; s < log.nShoppers; s++) ptr[s + 1]! += ptr[s]!;
  const events = new Int32Array(end);
  const next = ptr.slice();
  for (let e = 0; e < end; e++) events[next[log.shopper[e]!]!++] = e;

  const recentEvents = (shopper: number): number[] => {
    const taken = new Set<number>();
    const found: number[] = [];
    for (let p = ptr[shopper + 1]! - 1; p >= ptr[shopper]! && found.length < SHOPPER_RECENT_MAX; p--) {
      const event = events[p]!;
      const item = log.item[event]!;
      if (taken.has(item)) continue;
      taken.add(item);
      found.push(event);
    }
    return found;
  };
  return {
    recent: (shopper) => Int32Array.from(recentEvents(shopper), (event) => log.item[event]!),
    recentTimes: (shopper) => Float64Array.from(recentEvents(shopper), (event) => log.timeMs[event]!),
    seen(shopper) {
      const items = new Set<number>();
      for (let p = ptr[shopper]!; p < ptr[shopper + 1]!; p++) items.add(log.item[events[p]!]!);
      return items;
    },
    purchased(shopper) {
      const latest = new Map<number, number>();
      for (let p = ptr[shopper]!; p < ptr[shopper + 1]!; p++) {
        const event = events[p]!;
        if (log.isPurchase[event] === 1) latest.set(log.item[event]!, log.timeMs[event]!);
      }
      return [...latest].map(([item, timeMs]) => ({ item, timeMs }));
    },
  };
}
