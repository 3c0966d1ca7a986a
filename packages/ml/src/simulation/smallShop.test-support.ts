import { generateLogs } from "./logs";
import { createMessLedger } from "./mess";
import { createShop } from "./shop";
import type { RawLogRow, ShownSlate } from "./types";

export const SMALL_SHOP = {
  seed: 7,
  nItems: 900,
  nShoppers: 500,
  days: 28,
  endMs: Date.UTC(2026, 2, 1),
} as const;

export function createSmallHistory(seed = SMALL_SHOP.seed as number) {
  const shop = createShop({ ...SMALL_SHOP, seed });
  const ledger = createMessLedger();
  const slates: ShownSlate[] = [];
  const rows: RawLogRow[] = [...generateLogs(shop, ledger, (slate) => slates.push(slate))];
  return { shop, ledger, slates, rows };
}

/** The item of a row, or null when the row names none of this shop. */
export function findItemIndex(index: ReadonlyMap<string, number>, row: RawLogRow): number | null {
  return typeof row.sku === "string" ? (index.get(row.sku) ?? null) : null;
}
