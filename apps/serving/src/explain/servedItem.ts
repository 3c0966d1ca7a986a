import type { ServedItem } from "@shortlist/contracts";
import { isEligible, listBarring } from "../release/itemTable";
import type { LoadedRelease } from "../release/loadedRelease";
import type { CompiledRules } from "../rules/compileRules";

/** An item as this replica serves it: what the release says of it, and what the shop has changed since. */
export function describeServedItem(
  { items, release, catalog }: LoadedRelease,
  rules: Pick<CompiledRules, "rules">,
  { itemId }: { itemId: string },
): ServedItem {
  const row = items.find(itemId);
  const price = items.price[row];
  return {
    itemId,
    state:
      row < 0
        ? null
        : {
            title: items.titleOf(row),
            category: items.categories[items.categoryIds[row]!] ?? null,
            brand: items.brands[items.brandIds[row]!] ?? null,
            seller: items.sellers[items.sellerIds[row]!] ?? null,
            price: price === undefined || Number.isNaN(price) ? null : price,
            isEligible: isEligible(items.flags[row]!),
            barredBy: listBarring(items.flags[row]!),
            popularity: items.popularity[row]!,
            trend: items.trend[row]!,
            ageDays: items.ageDays[row]!,
            isNewSinceRelease: row >= items.nItems,
          },
    release: { releaseId: release.releaseId, number: release.number, catalogChanges: catalog.changes },
    rules:
      row < 0
        ? []
        : rules.rules
            .filter((rule) => rule.items.has(row))
            .map(({ ref, rule }) => ({ rule: ref, name: rule.name, effect: rule.effect.kind })),
  };
}
