import * as z from "zod";

/** Slug of a workspace: part of every table, Redis key, stream and lake path, so its alphabet is safe in all of them. */
export const WorkspaceSlug = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9-]{0,39}$/,
    "use 1–40 lower-case letters, digits or hyphens, not starting with a hyphen",
  );
export type WorkspaceSlug = z.infer<typeof WorkspaceSlug>;

/** Catalogue id as the shop knows it. Printable, no spaces at the ends, at most 128 characters. */
export const ItemId = z.string().min(1).max(128);

/** Raw shopper id as the storefront sends it. It never travels past the edge: see `pseudonymise` in platform. */
export const RawShopperId = z.string().min(1).max(256);

/** Texts that clients send in place of an id. Taking one for an id would make one shopper of many strangers. */
const ID_PLACEHOLDERS: ReadonlySet<string> = new Set([
  "",
  "0",
  "null",
  "undefined",
  "none",
  "nan",
  "anonymous",
  "00000000-0000-0000-0000-000000000000",
]);

/** The id without the blanks around it; undefined for one that is missing or a placeholder, in any case. */
export function readShopperId(raw: string | undefined): string | undefined {
  const id = raw?.trim();
  return id === undefined || ID_PLACEHOLDERS.has(id.toLowerCase()) ? undefined : id;
}

/** Keyed hash of a raw shopper id: 22 characters of base64url (16 bytes). */
export const ShopperPseudonym = z.string().regex(/^[A-Za-z0-9_-]{22}$/);
export type ShopperPseudonym = z.infer<typeof ShopperPseudonym>;

export const RequestId = z.string().regex(/^[A-Za-z0-9_-]{8,64}$/, "use 8–64 letters, digits, _ or -");

export const Sha256Hex = z.string().regex(/^[0-9a-f]{64}$/);
