import {
  type EventFinding,
  maskPersonalData,
  QUARANTINE_RAW_MAX,
  type QuarantinedEvent,
  readAppVersion,
  readEventType,
  readShopperId,
} from "@shortlist/contracts";
import type { ShopperIdKind } from "@shortlist/platform";
import { collectIds, scrubIds } from "./scrubIds";

/** Fields that hold no id while nothing is wrong with them: an id that happens to equal one stays unharmed. */
const STRUCTURE = [
  "eventId",
  "type",
  "itemId",
  "requestId",
  "position",
  "occurredAt",
  "value",
  "currency",
  "quantity",
] as const;

/** What is kept of an event that the rules refused: everything, but no id and nothing personal. */
export function toQuarantined(
  value: unknown,
  o: {
    findings: readonly EventFinding[];
    receivedAtMs: number;
    pseudonymOf: (kind: ShopperIdKind, id: string) => string;
  },
): QuarantinedEvent {
  const reasons = [...new Set(o.findings.map(({ reason }) => reason))];
  const problems = o.findings.map(({ field, problem }) => `${field}: ${problem}`);
  const kept = { source: "collector", reasons, problems, receivedAtMs: o.receivedAtMs };
  if (value === null || typeof value !== "object" || Array.isArray(value)) {
    // A bare text may be an id, and there is no field to say so.
    const kind = Array.isArray(value) ? "list" : value === null ? "null" : typeof value;
    return { ...kept, appVersion: null, eventType: null, raw: `(a ${kind}, not kept)`, isEvent: false };
  }
  const event = scrubEvent(value as Record<string, unknown>, o);
  const raw = JSON.stringify(event);
  return {
    ...kept,
    appVersion: readAppVersion(event),
    eventType: readEventType(event),
    raw: raw.slice(0, QUARANTINE_RAW_MAX),
    isEvent: raw.length <= QUARANTINE_RAW_MAX,
  };
}

function scrubEvent(
  event: Record<string, unknown>,
  o: { findings: readonly EventFinding[]; pseudonymOf: (kind: ShopperIdKind, id: string) => string },
): Record<string, unknown> {
  const ids = new Map<string, string>();
  const { userId, anonymousId, ...rest } = event;
  const own: Record<string, unknown> = {};
  for (const [name, kind, id] of [
    ["userId", "user", userId],
    ["anonymousId", "anonymous", anonymousId],
  ] as const) {
    if (id === undefined) continue;
    // Null and empty text say nothing about anybody. Of a list or an object the whole is taken for the id.
    const text =
      typeof id === "string"
        ? id
        : id === null
          ? ""
          : typeof id === "object"
            ? JSON.stringify(id)
            : String(id);
    // A placeholder is nobody's id, and says what is wrong.
    const known = readShopperId(text);
    own[name] = known === undefined ? id : o.pseudonymOf(kind, known);
    if (known !== undefined) ids.set(text, own[name] as string).set(known, own[name] as string);
    if (id !== null && typeof id === "object")
      for (const part of Object.values(id).flat(3))
        if (typeof part === "string" || typeof part === "number")
          ids.set(String(part), o.pseudonymOf(kind, String(part)));
  }
  collectIds(rest, ids, o.pseudonymOf);
  const wrong = new Set(o.findings.map(({ field }) => field));
  const intact: Record<string, unknown> = {};
  for (const field of STRUCTURE)
    if (field in rest && !wrong.has(field)) {
      intact[field] = rest[field];
      delete rest[field];
    }
  return { ...own, ...intact, ...(maskPersonalData(scrubIds(rest, ids)) as Record<string, unknown>) };
}
