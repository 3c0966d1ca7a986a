import * as z from "zod";
import { ItemId } from "./ids";

/** NUL, or a surrogate without its other half (a whole pair does not match under the u flag). */
const UNSTORABLE = /\0|\p{Surrogate}/u;

/** Postgres stores neither NUL nor half of a surrogate pair; both come from broken exports, so the field is named. */
const isStorable = (value: string) => !UNSTORABLE.test(value);
const unstorable = { error: "holds a character that is not text (NUL or a broken surrogate)" };
const text = (maxLength: number) => z.string().max(maxLength).refine(isStorable, unstorable);

const CatalogItemId = ItemId.refine(isStorable, unstorable);

const Price = z.number().min(0).nullable();
const Seller = text(128);

export const CatalogItem = z.object({
  itemId: CatalogItemId,
  title: text(512),
  description: text(4000).optional(),
  /** Path from general to special, levels joined by " > ". */
  category: text(256).default(""),
  brand: text(128).default(""),
  seller: Seller.default(""),
  price: Price.default(null),
  currency: z.string().length(3).default("EUR"),
  inStock: z.boolean().default(true),
  restricted: z.boolean().default(false),
  createdAt: z.iso.datetime({ offset: true }).optional(),
});
export type CatalogItem = z.infer<typeof CatalogItem>;

export const CATALOG_BATCH_MAX = 5_000;
export const CatalogUpsertRequest = z.object({ items: z.array(CatalogItem).min(1).max(CATALOG_BATCH_MAX) });
export const CatalogUpsertResponse = z.object({ upserted: z.int() });

/** What is said of an item, as the catalogue's stream keeps it. */
export const CatalogChange = z.discriminatedUnion("op", [
  /** The item as it is from now on: what it leaves out takes its default. */
  z.object({ op: z.literal("upsert"), item: CatalogItem }),
  /** Some fields of an item that is there; one that is not is left alone. */
  z
    .object({
      op: z.literal("patch"),
      itemId: CatalogItemId,
      price: Price.optional(),
      inStock: z.boolean().optional(),
      restricted: z.boolean().optional(),
      seller: Seller.optional(),
    })
    .refine((c) => [c.price, c.inStock, c.restricted, c.seller].some((value) => value !== undefined), {
      error: "names nothing to change: send at least one of price, inStock, restricted, seller",
    }),
  z.object({ op: z.literal("delete"), itemId: CatalogItemId }),
]);
export type CatalogChange = z.infer<typeof CatalogChange>;

export const CatalogChangesRequest = z.object({
  changes: z.array(CatalogChange).min(1).max(CATALOG_BATCH_MAX),
});
/** `position` is where the stream holds the last of them: a replica that has come so far answers with all. */
export const CatalogChangesResponse = z.object({ accepted: z.int(), position: z.string() });
export type CatalogChangesResponse = z.infer<typeof CatalogChangesResponse>;

/** How far a replica has taken the catalogue's changes into its copy. */
export const CatalogStatus = z.object({
  workspace: z.string(),
  /**
   * `live`: it has all there is. `catching_up`: it is reading. `stream_away`: no Redis, so it answers with what it has.
   * `incomplete`: changes since its release are no longer in the stream; the worker brings them back within seconds.
   */
  state: z.enum(["live", "catching_up", "stream_away", "incomplete"]),
  position: z.string(),
  /** Time of the last change it has taken in; null when none came since the release. */
  appliedAtMs: z.number().nullable(),
  /** Changes taken in since it started. */
  changes: z.int(),
  /** Items that came after the release and are served. */
  added: z.int(),
  /** Items for which there was no room: they wait for the next release. */
  waiting: z.int(),
});
export type CatalogStatus = z.infer<typeof CatalogStatus>;

/** Orders two positions of a stream, `<ms>-<serial>`: below 0 when `a` comes first. */
export function comparePositions(a: string, b: string): number {
  const [aMs = "0", aSerial = "0"] = a.split("-");
  const [bMs = "0", bSerial = "0"] = b.split("-");
  return Number(aMs) - Number(bMs) || Number(aSerial) - Number(bSerial);
}

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
