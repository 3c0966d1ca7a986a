import * as z from "zod";
import { readShopperId } from "./ids";
import {
  INTERACTION_TYPES,
  type InteractionEvent,
  type InteractionType,
  ITEMLESS_TYPES,
} from "./interaction";
import { findPersonalData, findShopperIdKind } from "./personalData";
import type { EventRules, RuleReason } from "./quality";

// One event against the rules, all reasons at once. Written by hand instead of by the schema: the schema stops at the
// shape, and this runs for every event of the hot path. A property test holds the two to the same verdict.

export interface EventFinding {
  readonly reason: RuleReason;
  readonly field: string;
  /** What is wrong and what to send instead; never holds what was sent. */
  readonly problem: string;
}

export interface EventContext {
  readonly receivedAtMs: number;
  /** Null while there is no release to ask. */
  readonly isKnownItem: ((itemId: string) => boolean) | null;
}

export type EventDecision =
  | { readonly verdict: "accept"; readonly event: InteractionEvent; readonly occurredAtMs: number }
  | { readonly verdict: "set_aside"; readonly findings: readonly EventFinding[] };

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const REQUEST_ID = /^[A-Za-z0-9_-]{8,64}$/;
const ISO_TIME = z.core.regexes.datetime({ offset: true });
const TYPES: ReadonlySet<unknown> = new Set(INTERACTION_TYPES);
const DAY_MS = 86_400_000;

export function decideEvent(value: unknown, rules: EventRules, context: EventContext): EventDecision {
  if (value === null || typeof value !== "object" || Array.isArray(value))
    return {
      verdict: "set_aside",
      findings: [{ reason: "not_an_object", field: "(body)", problem: "send a JSON object" }],
    };
  const event = value as Record<string, unknown>;
  const findings: EventFinding[] = [];
  const found = (reason: RuleReason, field: string, problem: string) =>
    void findings.push({ reason, field, problem });
  checkIdentity(event, found);
  const type = TYPES.has(event.type) ? (event.type as InteractionType) : null;
  if (type === null)
    if (event.type === undefined) found("missing_type", "type", `is one of ${INTERACTION_TYPES.join(", ")}`);
    else found("unknown_type", "type", `must be one of ${INTERACTION_TYPES.join(", ")}`);
  checkItem(event.itemId, { type, rules, context, found });
  const occurredAtMs = checkTime(event.occurredAt, { rules, context, found });
  checkAmounts(event, { type, rules, found });
  checkTexts(event, { rules, found });
  if (rules.personalData) checkPersonalData(event, found);
  return findings.length > 0
    ? { verdict: "set_aside", findings }
    : { verdict: "accept", event: event as InteractionEvent, occurredAtMs };
}

type Found = (reason: RuleReason, field: string, problem: string) => void;

function checkIdentity(event: Record<string, unknown>, found: Found): void {
  const { eventId } = event;
  if (eventId === undefined || eventId === "")
    found("missing_event_id", "eventId", "use a UUID, best a UUIDv7 made by the client");
  else if (typeof eventId !== "string" || !UUID.test(eventId))
    found("unreadable_event_id", "eventId", "use a UUID, best a UUIDv7 made by the client");
  const { userId, anonymousId } = event;
  if (userId === undefined && anonymousId === undefined)
    found("missing_shopper", "userId", "send userId or anonymousId");
  // What is no text is told so below.
  else if (isUnusable(userId) && isUnusable(anonymousId))
    found("placeholder_shopper", "userId", "is no id of anybody; send userId or anonymousId");
  for (const field of ["userId", "anonymousId"]) {
    const id = event[field];
    if (id !== undefined && !isText(id, 1, 256))
      found("unreadable_shopper", field, "must be a text of 1 to 256 characters");
  }
}

function isUnusable(id: unknown): boolean {
  return id === undefined || (typeof id === "string" && id !== "" && readShopperId(id) === undefined);
}

function checkItem(
  itemId: unknown,
  {
    type,
    rules,
    context,
    found,
  }: {
    type: InteractionType | null;
    rules: EventRules;
    context: EventContext;
    found: Found;
  },
): void {
  if (itemId === undefined) {
    if (type !== null && !ITEMLESS_TYPES.has(type))
      found("missing_item", "itemId", `is required for every type but ${[...ITEMLESS_TYPES].join(", ")}`);
  } else if (itemId === "") found("missing_item", "itemId", "must not be empty");
  else if (!isText(itemId, 1, 128))
    found("unreadable_item", "itemId", "must be a text of 1 to 128 characters");
  else if (rules.knownItems && context.isKnownItem !== null && !context.isKnownItem(itemId))
    found("unknown_item", "itemId", "is not in the catalogue that is served; send the catalogue first");
}

/** Milliseconds, or NaN when a finding says why not. */
function checkTime(
  occurredAt: unknown,
  { rules, context, found }: { rules: EventRules; context: EventContext; found: Found },
): number {
  if (occurredAt === undefined || occurredAt === "") {
    found("missing_time", "occurredAt", "send the time as ISO 8601 with a zone");
    return Number.NaN;
  }
  if (typeof occurredAt !== "string" || !ISO_TIME.test(occurredAt)) {
    found("unreadable_time", "occurredAt", "must be ISO 8601 with a zone, such as 2026-11-20T09:59:00Z");
    return Number.NaN;
  }
  const atMs = Date.parse(occurredAt);
  if (atMs - context.receivedAtMs > rules.clockAheadMinutes * 60_000)
    found(
      "time_in_future",
      "occurredAt",
      `lies more than ${rules.clockAheadMinutes} minutes in the future; check the client's clock`,
    );
  if (rules.maxAgeDays > 0 && context.receivedAtMs - atMs > rules.maxAgeDays * DAY_MS)
    found(
      "too_old",
      "occurredAt",
      `lies more than ${rules.maxAgeDays} days back; import history with shortlist import`,
    );
  return atMs;
}

function checkAmounts(
  event: Record<string, unknown>,
  { type, rules, found }: { type: InteractionType | null; rules: EventRules; found: Found },
): void {
  const own = type === null ? undefined : rules.types[type];
  if (event.value === undefined) {
    if (own?.needsValue === true) found("missing_value", "value", `is required for ${type}`);
  } else checkNumber("value", event.value, { range: own?.value ?? rules.value, isWhole: false, found });
  if (event.quantity !== undefined)
    checkNumber("quantity", event.quantity, {
      range: own?.quantity ?? rules.quantity,
      isWhole: false,
      found,
    });
  if (event.position !== undefined)
    checkNumber("position", event.position, { range: rules.position, isWhole: true, found });
}

function checkNumber(
  field: "value" | "quantity" | "position",
  value: unknown,
  o: { range: { min: number; max: number }; isWhole: boolean; found: Found },
): void {
  if (typeof value !== "number" || !Number.isFinite(value) || (o.isWhole && !Number.isSafeInteger(value)))
    o.found(`${field}_not_a_number`, field, o.isWhole ? "must be a whole number" : "must be a number");
  else if (value < o.range.min || value > o.range.max)
    o.found(`${field}_out_of_range`, field, `must be from ${o.range.min} to ${o.range.max}`);
}

function checkTexts(
  event: Record<string, unknown>,
  { rules, found }: { rules: EventRules; found: Found },
): void {
  const { currency, surface, requestId, context } = event;
  if (currency !== undefined)
    if (!isText(currency, 3, 3)) found("unreadable_currency", "currency", "must be a code of three letters");
    else if (rules.allowed.currency?.includes(currency) === false)
      found("unknown_currency", "currency", `must be one of ${rules.allowed.currency.join(", ")}`);
  if (surface !== undefined)
    if (!isText(surface, 0, 64))
      found("unreadable_surface", "surface", "must be a text of up to 64 characters");
    else if (rules.allowed.surface?.includes(surface) === false)
      found("unknown_surface", "surface", `must be one of ${rules.allowed.surface.join(", ")}`);
  if (requestId !== undefined && (typeof requestId !== "string" || !REQUEST_ID.test(requestId)))
    found("unreadable_request_id", "requestId", "use 8–64 letters, digits, _ or -");
  if (context !== undefined && (context === null || typeof context !== "object" || Array.isArray(context)))
    found("unreadable_context", "context", "must be an object");
}

/** Fields whose text is checked above, or is an id that gets a pseudonym. */
const CHECKED: ReadonlySet<string> = new Set([
  "eventId",
  "type",
  "userId",
  "anonymousId",
  "requestId",
  "occurredAt",
  "value",
  "currency",
  "quantity",
  "position",
]);

function checkPersonalData(event: Record<string, unknown>, found: Found): void {
  let ids: string[] | null = null;
  for (const field in event) {
    if (CHECKED.has(field) || findShopperIdKind(field) !== null) continue;
    ids ??= [event.userId, event.anonymousId].filter(
      (id): id is string => typeof id === "string" && id !== "",
    );
    const path = findPersonalData(event[field], field, ids);
    if (path !== null)
      found(
        "personal_data",
        path,
        "holds an e-mail address or a phone number; send a userId, or leave it out",
      );
  }
}

function isText(value: unknown, min: number, max: number): value is string {
  return typeof value === "string" && value.length >= min && value.length <= max;
}
