import type { RerankPolicy } from "@shortlist/contracts";
import type { ItemTable } from "../release/itemTable";
import type { CapCounter } from "../rules/ruleRun";

/** Counts what a slate holds of each category, brand and seller, and holds back what is more than the policy allows. */
export function createAttributeCaps(policy: RerankPolicy, items: ItemTable): CapCounter {
  const caps = [createCounter(items.categoryIds, policy.categoryCap, true)];
  // Items without a brand or a seller have nothing in common.
  if (policy.brandCap !== null) caps.push(createCounter(items.brandIds, policy.brandCap, false));
  if (policy.sellerCap !== null) caps.push(createCounter(items.sellerIds, policy.sellerCap, false));
  if (caps.length === 1) return caps[0]!;
  return {
    admits: (item) => caps.every((cap) => cap.admits(item)),
    take(item) {
      for (const cap of caps) cap.take(item);
    },
  };
}

function createCounter(ids: Int32Array, max: number, countsUnknown: boolean): CapCounter {
  const held = new Map<number, number>();
  return {
    admits(item) {
      const id = ids[item]!;
      return (id < 0 && !countsUnknown) || (held.get(id) ?? 0) < max;
    },
    take(item) {
      const id = ids[item]!;
      held.set(id, (held.get(id) ?? 0) + 1);
    },
  };
}
