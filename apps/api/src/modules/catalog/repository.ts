import type { ItemMatch } from "@shortlist/contracts";
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

export function searchItemRows(
  db: Db,
  workspaceId: string,
  { text, limit }: { text: string; limit: number },
) {
  return db.item.findMany({
    where: {
      workspaceId,
      OR: [{ itemId: { startsWith: text } }, { title: { contains: text, mode: "insensitive" } }],
    },
    select: ITEM,
    orderBy: { itemId: "asc" },
    take: limit,
  });
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
      FROM "Item" WHERE "workspaceId" = ${workspaceId} AND "deletedAt" IS NULL`;
  return row!;
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
      deletedAt: null,
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
