import type { Release } from "@shortlist/contracts";
import type { ContentItem } from "@shortlist/ml";
import { createSearchSource } from "../funnel/sources/search";
import type { CandidateSource } from "../ports/candidateSource";
import type { VectorIndex } from "../ports/vectorIndex";
import { buildTextIndex, type SearchedItems } from "../search/textIndex";
import type { ItemTable } from "./itemTable";

/**
 * About 220 bytes an item and a second per 100,000 while a release is loaded: beyond this a replica would take up a
 * quarter gigabyte for suggestions. The other sources serve without it.
 */
export const SEARCH_ITEMS_MAX = 1_000_000;

export interface LoadedSearch {
  readonly source: CandidateSource | undefined;
  /** Why there is no source. */
  readonly reason: string | null;
}

/** Indexes the words of the item table, and keeps the index true while the catalogue changes. */
export function loadSearch(
  release: Pick<Release, "surfaces" | "itemTable">,
  items: ItemTable,
  content: {
    readonly index: VectorIndex;
    readonly embedder: { embedOne(item: ContentItem): Float32Array } | null;
  } | null,
  itemsMax = SEARCH_ITEMS_MAX,
): LoadedSearch {
  const quotas = release.surfaces.flatMap(({ sources }) =>
    sources.filter(({ name, enabled }) => name === "search" && enabled).map(({ quota }) => quota),
  );
  if (quotas.length === 0) return { source: undefined, reason: null };
  if (release.itemTable.texts === null) return { source: undefined, reason: "no_texts_in_release" };
  if (items.nItems > itemsMax) return { source: undefined, reason: `over_${itemsMax}_items` };
  const texts = buildTextIndex(toSearched(items));
  items.onChange((rows) => {
    for (const row of rows) texts.update(row);
  });
  const embedder = content?.embedder ?? null;
  const vectors =
    content === null || embedder === null
      ? null
      : {
          index: content.index,
          embed: (title: string) => embedder.embedOne({ title, category: "", brand: "", price: null }),
        };
  return { source: createSearchSource(texts, vectors, Math.max(...quotas)), reason: null };
}

function toSearched(items: ItemTable): SearchedItems {
  return {
    get rowCount() {
      return items.rowCount;
    },
    capacity: items.capacity,
    popularity: items.popularity,
    titleOf: (row) => items.titleOf(row),
    brandOf: (row) => items.brands[items.brandIds[row]!] ?? "",
    categoryOf: (row) => items.categories[items.categoryIds[row]!] ?? "",
  };
}
