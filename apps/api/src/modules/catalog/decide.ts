import type { CatalogItem, FieldProblem } from "@shortlist/contracts";

/** The last word on an item counts: one statement may not touch a row twice. */
export function keepLastPerItem(items: readonly CatalogItem[]): CatalogItem[] {
  return [...new Map(items.map((item) => [item.itemId, item])).values()];
}

/** NUL, or a surrogate without its other half (a whole pair does not match under the u flag). */
const UNSTORABLE = /\0|\p{Surrogate}/u;

/** Postgres stores neither NUL nor half of a surrogate pair; both come from broken exports, so the row is named. */
export function findUnstorableText(items: readonly CatalogItem[]): FieldProblem[] {
  return items.flatMap((item, i) =>
    Object.entries(item).flatMap(([name, value]) =>
      typeof value === "string" && UNSTORABLE.test(value)
        ? [
            {
              field: `items.${i}.${name}`,
              problem: "holds a character that is not text (NUL or a broken surrogate)",
            },
          ]
        : [],
    ),
  );
}
