import type { StoredInteraction } from "@shortlist/contracts";
import type { Person, ShopperStore } from "../ports/shopperStore";

/** An outage of hours, at the rate at which people hide things. */
const SHOPPERS_MAX = 20_000;
const ITEMS_MAX = 200;

/**
 * What shoppers hid through this process lately. An acknowledged block may lie in the spool while Redis is away, and holds
 * on the next request all the same (S10). Bounded: the shopper who hid something longest ago is forgotten first.
 */
export class RecentBlocks {
  private readonly shoppers = new Map<string, Set<string>>();

  note(workspace: string, event: Pick<StoredInteraction, "type" | "shopper" | "itemId">): void {
    if (event.type !== "hide" || event.itemId === null) return;
    const key = keyOf(workspace, event.shopper);
    const items = this.shoppers.get(key) ?? new Set<string>();
    this.shoppers.delete(key);
    this.shoppers.set(key, items);
    if (items.size < ITEMS_MAX) items.add(event.itemId);
    if (this.shoppers.size > SHOPPERS_MAX) this.shoppers.delete(this.shoppers.keys().next().value as string);
  }

  list({ workspace, shoppers }: Person): string[] {
    return shoppers.flatMap((shopper) => [...(this.shoppers.get(keyOf(workspace, shopper)) ?? [])]);
  }
}

function keyOf(workspace: string, shopper: string): string {
  return `${workspace}\n${shopper}`;
}

/** The store, which says what was hidden here when it cannot say what was hidden anywhere. */
export function withRecentBlocks<S extends ShopperStore>(store: S, blocks: RecentBlocks): S {
  return {
    ...store,
    async read(person, wanted, deadlineMs) {
      const read = await store.read(person, wanted, deadlineMs);
      return read.status === "ok" ? read : { ...read, blocked: blocks.list(person) };
    },
  };
}
