import type { CatalogItem } from "@shortlist/contracts";

/** The last word on an item counts: one statement may not touch a row twice. */
export function keepLastPerItem(items: readonly CatalogItem[]): CatalogItem[] {
  return [...new Map(items.map((item) => [item.itemId, item])).values()];
}
