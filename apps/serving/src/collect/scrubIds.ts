import { findShopperIdKind, readShopperId } from "@shortlist/contracts";

/** Below this an id turns up inside ordinary words and numbers; then only a whole value is taken for it. */
const SUBSTRING_LENGTH_MIN = 5;

/**
 * Pseudonyms of ids that stand in fields named as such (`customer_id`, `deviceId`) anywhere in a value, added to
 * those already known. A storefront that misnames a field has still sent an id.
 */
export function collectIds(
  value: unknown,
  pseudonyms: Map<string, string>,
  pseudonymOf: (kind: "user" | "anonymous", id: string) => string,
): void {
  if (value === null || typeof value !== "object") return;
  for (const [name, entry] of Object.entries(value)) {
    const kind = findShopperIdKind(name);
    if (kind !== null && (typeof entry === "string" || typeof entry === "number") && entry !== "") {
      const id = readShopperId(String(entry));
      if (id !== undefined && !pseudonyms.has(String(entry)))
        pseudonyms.set(String(entry), pseudonymOf(kind, id));
    } else collectIds(entry, pseudonyms, pseudonymOf);
  }
}

/**
 * A copy of a JSON value with every raw shopper id replaced by its pseudonym, in keys and values, also inside longer
 * text such as a page address. Returns the value itself when there is nothing to replace.
 */
export function scrubIds(value: unknown, pseudonyms: ReadonlyMap<string, string>): unknown {
  if (pseudonyms.size === 0) return value;
  if (typeof value === "string") return scrubText(value, pseudonyms);
  if (typeof value === "number") return pseudonyms.get(String(value)) ?? value;
  if (Array.isArray(value)) return value.map((entry) => scrubIds(entry, pseudonyms));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) => [scrubText(key, pseudonyms), scrubIds(entry, pseudonyms)]),
  );
}

function scrubText(text: string, pseudonyms: ReadonlyMap<string, string>): string {
  let scrubbed = text;
  for (const [raw, pseudonym] of pseudonyms) {
    if (scrubbed === raw) return pseudonym;
    if (raw.length < SUBSTRING_LENGTH_MIN) continue;
    scrubbed = scrubbed.replaceAll(raw, pseudonym).replaceAll(encodeURIComponent(raw), pseudonym);
  }
  return scrubbed;
}
