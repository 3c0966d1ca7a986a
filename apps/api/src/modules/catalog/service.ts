import type { CatalogItem, CatalogStatus, ItemMatch } from "@shortlist/contracts";
import { AppError, appendCatalogChanges } from "@shortlist/platform";
import { foldCatalog } from "../../catalog/foldCatalog";
import { findFold } from "../../catalog/repository";
import type { AppContext } from "../../context";
import { listLiveStatuses } from "../serving/service";
import { keepLastPerItem } from "./decide";
import { countItems, listItemRows, listMatchingItemRows, searchItemRows } from "./repository";

type Ctx = Pick<AppContext, "db">;
type FleetCtx = Parameters<typeof listLiveStatuses>[0];

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

/** How far the catalogue's changes have come: into the database, and into each replica. */
export interface CatalogFlow {
  /** When the database last took in a change; null before the first. */
  readonly foldedAt: Date | null;
  /** Null when the heartbeats could not be read: no data, not an empty fleet. */
  readonly replicas: readonly (CatalogStatus & { readonly replicaId: string })[] | null;
}

export async function getCatalogFlow(
  ctx: Ctx & FleetCtx,
  workspace: { id: string; slug: string },
): Promise<CatalogFlow> {
  const fold = await findFold(ctx.db, workspace.id);
  const statuses = await listLiveStatuses(ctx);
  return {
    foldedAt: fold === null || fold.position === "0-0" ? null : fold.foldedAt,
    replicas:
      statuses?.flatMap(({ replicaId, catalogs }) =>
        catalogs
          .filter((catalog) => catalog.workspace === workspace.slug)
          .map((catalog) => ({ ...catalog, replicaId })),
      ) ?? null,
  };
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

const SEARCH_MAX = 10;

/** Items whose id begins with a text or whose title holds it; an id that is the very text comes first. */
export async function searchItems({ db }: Ctx, workspaceId: string, text: string): Promise<ItemCard[]> {
  const rows = await searchItemRows(db, workspaceId, { text, limit: SEARCH_MAX });
  return rows.sort((a, b) => Number(b.itemId === text) - Number(a.itemId === text));
}

/**
 * Creates or replaces items; repeated ids in one call count once, the last one. They go the way of every change,
 * through the stream, so that replicas and the database hold the same; then the database is waited for, because who
 * imports may train next.
 */
export async function upsertItems(
  ctx: Pick<AppContext, "db" | "now" | "redis" | "logger">,
  workspace: { id: string; slug: string },
  items: readonly CatalogItem[],
): Promise<{ upserted: number }> {
  const distinct = keepLastPerItem(items);
  await appendCatalogChanges(
    ctx.redis,
    workspace.slug,
    distinct.map((item) => ({ op: "upsert", item })),
  );
  await foldCatalog(ctx, workspace);
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
