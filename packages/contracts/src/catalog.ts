import * as z from "zod";
import { ItemId } from "./ids";

export const CatalogItem = z.object({
  itemId: ItemId,
  title: z.string().max(512),
  description: z.string().max(4000).optional(),
  /** Path from general to special, levels joined by " > ". */
  category: z.string().max(256).default(""),
  brand: z.string().max(128).default(""),
  seller: z.string().max(128).default(""),
  price: z.number().min(0).nullable().default(null),
  currency: z.string().length(3).default("EUR"),
  inStock: z.boolean().default(true),
  restricted: z.boolean().default(false),
  createdAt: z.iso.datetime({ offset: true }).optional(),
});
export type CatalogItem = z.infer<typeof CatalogItem>;

export const CATALOG_BATCH_MAX = 5_000;
export const CatalogUpsertRequest = z.object({ items: z.array(CatalogItem).min(1).max(CATALOG_BATCH_MAX) });
export const CatalogUpsertResponse = z.object({ upserted: z.int() });

/** What an import did: the same object is printed by the command line, stored and shown in the console. */
export const ImportSummary = z.object({
  fileName: z.string(),
  fileSha256: z.string(),
  mappingName: z.string(),
  kind: z.enum(["interactions", "items"]),
  rowsRead: z.int(),
  rowsImported: z.int(),
  rowsSetAside: z.int(),
  /** First reason that applied to each row set aside: these sum to rowsSetAside. */
  setAsideByReason: z.record(z.string(), z.int()),
  /** Every reason that applied to any row; a row can count under several. */
  problemsByReason: z.record(z.string(), z.int()),
  /** Exact totals of the source columns that the mapping asks for. */
  totals: z.record(z.string(), z.number()),
  firstAt: z.string().nullable(),
  lastAt: z.string().nullable(),
  seconds: z.number(),
});
export type ImportSummary = z.infer<typeof ImportSummary>;
