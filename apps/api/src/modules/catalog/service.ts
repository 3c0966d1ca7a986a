import type { CatalogItem, ItemMatch } from "@shortlist/contracts";
import { AppError } from "@shortlist/platform";
import type { AppContext } from "../../context";
import { keepLastPerItem } from "./decide";
import { countItems, listItemRows, listMatchingItemRows, upsertItemRows } from "./repository";

type Ctx = Pick<AppContext, "db">;

/** What the console shows of an item wherever an item id appears. */
export interface ItemCard {
  readonly itemId: string;
  readonly title: string;
  readonly category: string;
  readonly brand: string;
  readonly price: number | null;
  readonly currency: string;
  readonly inStock: boolean;
  readonly restricted: boolean;
}

/** Items by id; ids that the catalogue does not hold are absent from the map. */
export async function findItems(
  { db }: Ctx,
  workspaceId: string,
  itemIds: readonly string[],
): Promise<Map<string, ItemCard>> {
  if (itemIds.length === 0) return new Map();
  const rows = await listItemRows(db, workspaceId, [...new Set(itemIds)]);
  return new Map(rows.map((row) => [row.itemId, row]));
}

export async function getCatalogSummary({ db }: Ctx, workspaceId: string) {
  const row = await countItems(db, workspaceId);
  return {
    nItems: row.items,
    nInStock: row.in_stock,
    nRestricted: row.restricted,
    nWithoutPrice: row.without_price,
    nCategories: row.categories,
    nBrands: row.brands,
    updatedAt: row.updated_at,
  };
}

export async function getItem({ db }: Ctx, workspaceId: string, itemId: string) {
  const row = await db.item.findUnique({ where: { workspaceId_itemId: { workspaceId, itemId } } });
  if (row === null)
    throw new AppError("not_found", "no such item", {
      publicDetail: "The catalogue has no item with this id",
    });
  const { workspaceId: _own, ...item } = row;
  return item;
}

/** Creates or replaces items; repeated ids in one call count once, the last one. */
export async function upsertItems(
  ctx: Pick<AppContext, "db" | "now">,
  workspaceId: string,
  items: readonly CatalogItem[],
): Promise<{ upserted: number }> {
  const distinct = keepLastPerItem(items);
  await upsertItemRows(ctx.db, workspaceId, { items: distinct, now: ctx.now() });
  return { upserted: distinct.length };
}

/** Ids of the items a rule is about, by the catalogue as it is now. */
export async function listMatchingItemIds(
  { db, now }: Ctx & Pick<AppContext, "now">,
  workspaceId: string,
  match: ItemMatch,
) {
  const rows = await listMatchingItemRows(db, workspaceId, { match, now: now() });
  return rows.map(({ itemId }) => itemId);
}
