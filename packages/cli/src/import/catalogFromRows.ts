import type { CatalogItem } from "@shortlist/contracts";

/** Collects what transaction rows say about items: most frequent title, latest positive price. */
export interface CatalogFromRows {
  add(item: CatalogItem, atMs: number): void;
  finish(): CatalogItem[];
}

interface Known {
  item: CatalogItem;
  titles: Map<string, number>;
  priceAtMs: number;
  firstAtMs: number;
}

export function createCatalogFromRows(): CatalogFromRows {
  const known = new Map<string, Known>();
  return {
    add(item, atMs) {
      let entry = known.get(item.itemId);
      if (entry === undefined) {
        entry = { item, titles: new Map(), priceAtMs: Number.NEGATIVE_INFINITY, firstAtMs: atMs };
        known.set(item.itemId, entry);
      }
      // A title equal to the id stands for a row without description.
      if (item.title !== item.itemId) entry.titles.set(item.title, (entry.titles.get(item.title) ?? 0) + 1);
      entry.firstAtMs = Math.min(entry.firstAtMs, atMs);
      if (item.price !== null && item.price > 0 && atMs >= entry.priceAtMs) {
        entry.item = { ...entry.item, price: item.price };
        entry.priceAtMs = atMs;
      }
    },
    finish: () =>
      [...known.values()].map(({ item, titles, firstAtMs }) => ({
        ...item,
        title: [...titles].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))[0]?.[0] ?? item.itemId,
        createdAt: new Date(firstAtMs).toISOString(),
      })),
  };
}
