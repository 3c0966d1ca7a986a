import type { CatalogItem } from "@shortlist/contracts";
import type { Db } from "@shortlist/db";
import type { ItemOutcome } from "./collapseChanges";

type Tx = Pick<Db, "$queryRaw" | "$executeRaw" | "catalogFold" | "item">;

/** How far the fold has come; nobody else folds this workspace until the transaction ends. */
export async function lockFold(db: Tx, workspaceId: string, now: Date): Promise<string> {
  await db.$executeRaw`
    INSERT INTO "CatalogFold" ("workspaceId", "foldedAt") VALUES (${workspaceId}, ${now}::timestamptz AT TIME ZONE 'UTC')
    ON CONFLICT DO NOTHING`;
  const [row] = await db.$queryRaw<{ position: string }[]>`
    SELECT position FROM "CatalogFold" WHERE "workspaceId" = ${workspaceId} FOR UPDATE`;
  return row!.position;
}

export async function writeFold(db: Tx, workspaceId: string, o: { position: string; now: Date }) {
  await db.catalogFold.update({
    where: { workspaceId },
    data: { position: o.position, foldedAt: o.now },
  });
}

export function findFold(db: Pick<Db, "catalogFold">, workspaceId: string) {
  return db.catalogFold.findUnique({ where: { workspaceId } });
}

/** Two statements whatever the number: rows travel as one JSON parameter. */
export async function writeOutcomes(
  db: Tx,
  workspaceId: string,
  outcomes: readonly ItemOutcome[],
): Promise<void> {
  const whole = outcomes.filter(({ item }) => item !== null);
  const partly = outcomes.filter(({ item }) => item === null);
  if (whole.length > 0) await upsertRows(db, workspaceId, whole);
  if (partly.length > 0) await updateRows(db, workspaceId, partly);
}

/** Absent createdAt keeps the old one: a new row is made equal to its change's time, which the update recognises. */
function upsertRows(db: Tx, workspaceId: string, outcomes: readonly ItemOutcome[]) {
  const rows = outcomes.map(({ item, isDeleted, atMs }) => ({
    ...item,
    isDeleted,
    at: new Date(atMs).toISOString(),
  }));
  return db.$executeRaw`
    INSERT INTO "Item" ("workspaceId", "itemId", title, description, category, brand, seller, price, currency,
                        "inStock", restricted, "createdAt", "updatedAt", "deletedAt")
    SELECT ${workspaceId}, r."itemId", r.title, COALESCE(r.description, ''), r.category, r.brand, r.seller, r.price,
           r.currency, r."inStock", r.restricted,
           COALESCE(r."createdAt", r.at) AT TIME ZONE 'UTC', r.at AT TIME ZONE 'UTC',
           CASE WHEN r."isDeleted" THEN r.at AT TIME ZONE 'UTC' END
      FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS r(
        "itemId" text, title text, description text, category text, brand text, seller text,
        price double precision, currency text, "inStock" boolean, restricted boolean, "createdAt" timestamptz,
        "isDeleted" boolean, at timestamptz)
    ON CONFLICT ("workspaceId", "itemId") DO UPDATE SET
      title = EXCLUDED.title, description = EXCLUDED.description, category = EXCLUDED.category,
      brand = EXCLUDED.brand, seller = EXCLUDED.seller, price = EXCLUDED.price, currency = EXCLUDED.currency,
      "inStock" = EXCLUDED."inStock", restricted = EXCLUDED.restricted, "updatedAt" = EXCLUDED."updatedAt",
      "deletedAt" = EXCLUDED."deletedAt",
      "createdAt" = CASE WHEN EXCLUDED."createdAt" = EXCLUDED."updatedAt" THEN "Item"."createdAt"
                         ELSE EXCLUDED."createdAt" END`;
}

function updateRows(db: Tx, workspaceId: string, outcomes: readonly ItemOutcome[]) {
  const rows = outcomes.map(({ itemId, patch, isDeleted, atMs }) => ({
    itemId,
    ...patch,
    hasPrice: patch.price !== undefined,
    isDeleted,
    at: new Date(atMs).toISOString(),
  }));
  return db.$executeRaw`
    UPDATE "Item" AS i SET
      price = CASE WHEN r."hasPrice" THEN r.price ELSE i.price END,
      "inStock" = COALESCE(r."inStock", i."inStock"), restricted = COALESCE(r.restricted, i.restricted),
      seller = COALESCE(r.seller, i.seller), "updatedAt" = r.at AT TIME ZONE 'UTC',
      "deletedAt" = CASE WHEN r."isDeleted" THEN r.at AT TIME ZONE 'UTC' ELSE i."deletedAt" END
      FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS r(
        "itemId" text, price double precision, "hasPrice" boolean, "inStock" boolean, restricted boolean,
        seller text, "isDeleted" boolean, at timestamptz)
     WHERE i."workspaceId" = ${workspaceId} AND i."itemId" = r."itemId"`;
}

/** Items that changed at or after a time, deleted ones among them, as changes that would make them. */
export async function listChangedItems(db: Pick<Db, "item">, workspaceId: string, since: Date) {
  const rows = await db.item.findMany({
    where: { workspaceId, updatedAt: { gte: since } },
    orderBy: { updatedAt: "asc" },
  });
  return rows.map(({ workspaceId: _own, updatedAt: _at, deletedAt, createdAt, ...item }) => ({
    item: { ...item, createdAt: createdAt.toISOString() } satisfies CatalogItem,
    isDeleted: deletedAt !== null,
  }));
}
