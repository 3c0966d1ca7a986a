import type { CatalogItem, ItemMatch } from "@shortlist/contracts";
import type { Db } from "@shortlist/db";

const ITEM = {
  itemId: true,
  title: true,
  category: true,
  brand: true,
  price: true,
  currency: true,
  inStock: true,
  restricted: true,
} as const;

export function listItemRows(db: Db, workspaceId: string, itemIds: readonly string[]) {
  return db.item.findMany({ where: { workspaceId, itemId: { in: [...itemIds] } }, select: ITEM });
}

export async function countItems(db: Db, workspaceId: string) {
  const [row] = await db.$queryRaw<
    {
      items: number;
      in_stock: number;
      restricted: number;
      without_price: number;
      categories: number;
      brands: number;
      updated_at: Date | null;
    }[]
  >`SELECT count(*)::int AS items,
           count(*) FILTER (WHERE "inStock")::int AS in_stock,
           count(*) FILTER (WHERE restricted)::int AS restricted,
           count(*) FILTER (WHERE price IS NULL)::int AS without_price,
           count(DISTINCT category)::int AS categories,
           count(DISTINCT brand)::int AS brands,
           max("updatedAt") AS updated_at
      FROM "Item" WHERE "workspaceId" = ${workspaceId}`;
  return row!;
}

/** One statement whatever the size: 5,000 rows travel as one JSON parameter. Absent createdAt keeps the old one. */
export function upsertItemRows(db: Db, workspaceId: string, o: { items: readonly CatalogItem[]; now: Date }) {
  return db.$executeRaw`
    INSERT INTO "Item" ("workspaceId", "itemId", title, description, category, brand, seller, price, currency,
                        "inStock", restricted, "createdAt", "updatedAt")
    SELECT ${workspaceId}, r."itemId", r.title, COALESCE(r.description, ''), r.category, r.brand, r.seller, r.price,
           r.currency, r."inStock", r.restricted,
           COALESCE(r."createdAt" AT TIME ZONE 'UTC', ${o.now}::timestamptz AT TIME ZONE 'UTC'),
           ${o.now}::timestamptz AT TIME ZONE 'UTC'
      FROM jsonb_to_recordset(${JSON.stringify(o.items)}::jsonb) AS r(
        "itemId" text, title text, description text, category text, brand text, seller text,
        price double precision, currency text, "inStock" boolean, restricted boolean, "createdAt" timestamptz)
    ON CONFLICT ("workspaceId", "itemId") DO UPDATE SET
      title = EXCLUDED.title, description = EXCLUDED.description, category = EXCLUDED.category,
      brand = EXCLUDED.brand, seller = EXCLUDED.seller, price = EXCLUDED.price, currency = EXCLUDED.currency,
      "inStock" = EXCLUDED."inStock", restricted = EXCLUDED.restricted, "updatedAt" = EXCLUDED."updatedAt",
      "createdAt" = CASE WHEN EXCLUDED."createdAt" = EXCLUDED."updatedAt" THEN "Item"."createdAt"
                         ELSE EXCLUDED."createdAt" END`;
}

/** Items that match all given parts; a category matches with everything below it. */
export function listMatchingItemRows(
  db: Db,
  workspaceId: string,
  { match, now }: { match: ItemMatch; now: Date },
): Promise<{ itemId: string }[]> {
  const { itemIds, categories, brands, priceMin, priceMax, newerThanDays } = match;
  return db.item.findMany({
    where: {
      workspaceId,
      ...(itemIds === undefined ? {} : { itemId: { in: itemIds } }),
      ...(brands === undefined ? {} : { brand: { in: brands } }),
      ...(categories === undefined
        ? {}
        : {
            OR: categories.flatMap((path) => [
              { category: path },
              { category: { startsWith: `${path} > ` } },
            ]),
          }),
      ...(priceMin === undefined && priceMax === undefined
        ? {}
        : {
            price: {
              ...(priceMin === undefined ? {} : { gte: priceMin }),
              ...(priceMax === undefined ? {} : { lte: priceMax }),
            },
          }),
      ...(newerThanDays === undefined
        ? {}
        : { createdAt: { gte: new Date(now.getTime() - newerThanDays * 86_400_000) } }),
    },
    select: { itemId: true },
  });
}
