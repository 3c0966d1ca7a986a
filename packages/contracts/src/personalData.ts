// A guess at personal data in free text, and at ids of shoppers under other names. Both err on the side of silence:
// article numbers and times look like phone numbers, so a phone number needs a plus sign or a field that is named so.

const EMAIL = /[a-z0-9._%+-]+(?:@|%40)(?:[a-z0-9-]+\.)+[a-z]{2,}/gi;
const PHONE = /\+\d(?:[ ()./-]*\d){7,14}(?!\d)/g;
const PHONE_DIGITS = /^[+\d](?:[ ()./-]*\d){6,14}$/;
const PHONE_NAME = /(?:phone|mobile_?(?:no|number)|telefon|msisdn|^tel)$/i;

export const EMAIL_MASK = "[e-mail address]";
export const PHONE_MASK = "[phone number]";

/** Which kind of id a field of that name holds: `user_id`, `customerNumber`, `deviceId`; null for other names. */
export function findShopperIdKind(name: string): "user" | "anonymous" | null {
  let kind = kinds.get(name);
  if (kind === undefined) {
    kind = ANONYMOUS_NAME.test(name) ? "anonymous" : USER_NAME.test(name) ? "user" : null;
    // Names come from clients; a client that invents them must not fill the memory.
    if (kinds.size < 1_000) kinds.set(name, kind);
  }
  return kind;
}
const ANONYMOUS_NAME =
  /^(?:anonymous|anon|visitor|device|cookie|guest|client)[_-]?(?:id|key|uuid|number|no)$/i;
const USER_NAME =
  /^(?:(?:user|customer|shopper|member|account|person|buyer)[_-]?(?:id|key|uuid|number|no)|uid|login|user_?name)$/i;
const kinds = new Map<string, "user" | "anonymous" | null>();

/** The text with what looks personal masked; the same text when nothing does. `name` is the field it stands in. */
export function maskPersonalText(text: string, name: string): string {
  if (PHONE_NAME.test(name) && PHONE_DIGITS.test(text)) return PHONE_MASK;
  const isSuspect = text.includes("@") || text.includes("%40") || text.includes("+");
  return isSuspect ? text.replace(EMAIL, EMAIL_MASK).replace(PHONE, PHONE_MASK) : text;
}

/** True for text that holds personal data, or held it before it was masked. */
function isPersonal(text: string, name: string): boolean {
  return text.includes(EMAIL_MASK) || text.includes(PHONE_MASK) || maskPersonalText(text, name) !== text;
}

/** A copy of a JSON value with personal text masked, except in fields named as ids; itself when there is none. */
export function maskPersonalData(value: unknown, name = ""): unknown {
  if (typeof value === "string") return maskPersonalText(value, name);
  if (typeof value === "number") return isPersonal(String(value), name) ? PHONE_MASK : value;
  if (Array.isArray(value)) return value.map((entry) => maskPersonalData(entry, name));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) => [
      maskPersonalText(key, ""),
      findShopperIdKind(key) === null ? maskPersonalData(entry, key) : entry,
    ]),
  );
}

/** Path of the first personal text inside a value; null when there is none. `ignore`: the event's own ids. */
export function findPersonalData(
  value: unknown,
  path: string,
  ignore: readonly string[] = [],
): string | null {
  return search(value, { path, name: path.slice(path.lastIndexOf(".") + 1) }, ignore);
}

function search(
  value: unknown,
  at: { path: string; name: string },
  ignore: readonly string[],
): string | null {
  if (typeof value === "string") {
    if (!isPersonal(value, at.name)) return null;
    // Ids of the event itself are replaced by their pseudonyms, also inside longer text.
    const rest = ignore.reduce(
      (text, id) => text.replaceAll(id, "").replaceAll(encodeURIComponent(id), ""),
      value,
    );
    return rest === value || isPersonal(rest, at.name) ? at.path : null;
  }
  if (typeof value === "number") return isPersonal(String(value), at.name) ? at.path : null;
  if (value === null || typeof value !== "object") return null;
  for (const [key, entry] of Object.entries(value)) {
    if (findShopperIdKind(key) !== null) continue;
    const name = Array.isArray(value) ? at.name : key;
    const found =
      isPersonal(key, "") && !Array.isArray(value)
        ? `${at.path}.(name)`
        : search(entry, { path: `${at.path}.${key}`, name }, ignore);
    if (found !== null) return found;
  }
  return null;
}
