import type { Db } from "@shortlist/db";
import type { CatalogSnapshot } from "./itemSnapshot";

/** The items as they are sold now, and how much of the stream of changes they hold. */
export async function loadCatalogSnapshot(db: Db, workspaceId: string): Promise<CatalogSnapshot> {
  // Of one moment: a change between the two reads would be in neither the rows nor what replicas read after them.
  const [fold, rows] = await db.$transaction(
    [
      db.catalogFold.findUnique({ where: { workspaceId } }),
      db.item.findMany({ where: { workspaceId, deletedAt: null } }),
    ],
    { isolationLevel: "RepeatableRead" },
  );
  return {
    position: fold?.position ?? "0-0",
    rows: rows.map((row) => ({
      itemId: row.itemId,
      title: row.title,
      category: row.category,
      brand: row.brand,
      seller: row.seller,
      price: row.price,
      inStock: row.inStock,
      restricted: row.restricted,
      createdAtMs: row.createdAt.getTime(),
    })),
  };
}
