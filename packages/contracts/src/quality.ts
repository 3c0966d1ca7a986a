import * as z from "zod";
import {
  INTERACTION_TYPES,
  InteractionType,
  type StoredInteraction,
  StoredInteractionSchema,
} from "./interaction";

// What makes an event trustworthy: rules as data, the reasons for setting one aside, and what is kept of it (D1).

/**
 * Why an event was set aside. The importer's mappings may add reasons of their own (`cancellation`), so rows carry
 * texts; these are the ones that the rules give, and the only ones that a repair can make disappear by itself.
 */
export const RULE_REASONS = {
  not_an_object: "The event is no JSON object",
  missing_event_id: "No event id, so a retry cannot be told from a second event",
  unreadable_event_id: "The event id is no UUID",
  missing_type: "No type",
  unknown_type: "A type that is not in the contract",
  missing_item: "No item, although the type is about one",
  unreadable_item: "The item id is no text of 1 to 128 characters",
  missing_shopper: "Neither a user id nor an anonymous id",
  placeholder_shopper: "A text in place of a shopper's id, such as null or 0",
  unreadable_shopper: "A shopper id that is no text of 1 to 256 characters",
  missing_time: "No time",
  unreadable_time: "The time is not ISO 8601 with a zone",
  time_in_future: "The clock of the client runs ahead",
  too_old: "Older than the rules allow",
  missing_value: "The type needs a value",
  value_not_a_number: "The value is no number",
  value_out_of_range: "The value is outside its range",
  quantity_not_a_number: "The quantity is no number",
  quantity_out_of_range: "The quantity is outside its range",
  position_not_a_number: "The position is no whole number",
  position_out_of_range: "The position is outside its range",
  unreadable_currency: "The currency is no code of three letters",
  unknown_currency: "A currency that the rules do not allow",
  unreadable_surface: "The surface is no text of up to 64 characters",
  unknown_surface: "A surface that the rules do not allow",
  unreadable_request_id: "The request id is not one that serving gave out",
  unreadable_context: "The context is no object",
  unknown_item: "The release in service has no such item",
  personal_data: "An e-mail address or phone number outside the id fields; it was masked",
} as const satisfies Record<string, string>;
export type RuleReason = keyof typeof RULE_REASONS;

/** Given by the event log, which sees the events before: a repair has to accept them as they are. */
export const STREAM_REASONS = {
  duplicate: "The same action of the same shopper a moment before, under another event id",
  velocity: "More events in a minute than a person makes",
} as const satisfies Record<string, string>;
export type StreamReason = keyof typeof STREAM_REASONS;

/** What a reason means, for a reader; a reason of a mapping speaks for itself. */
export function describeReason(reason: string): string {
  const known: Readonly<Record<string, string>> = { ...RULE_REASONS, ...STREAM_REASONS };
  return known[reason] ?? reason.replaceAll("_", " ");
}

const range = z
  .strictObject({ min: z.number(), max: z.number() })
  .refine((r) => r.min <= r.max, { path: ["max"], message: "must not be below min" });

/** The same bound as features read: larger amounts are a broken client. */
const AMOUNT_MAX = 1e12;

const typeRules = z.strictObject({
  /** Beyond what the contract asks of every event. */
  needsValue: z.boolean().default(false),
  value: range.optional(),
  quantity: range.optional(),
});
export type EventTypeRules = z.infer<typeof typeRules>;

/**
 * What the edge asks of an event beyond its shape. Every number is a default that a workspace may change through its
 * control document; 0 turns a limit off.
 */
export const EventRules = z.strictObject({
  /** A client clock may run ahead by this much; more would stay on top of the recent items. */
  clockAheadMinutes: z.number().min(0).default(10),
  /** Events older than this come from a phone that was off for a month, or from a wrong clock. */
  maxAgeDays: z.number().min(0).default(30),
  /** Off: a release knows the catalogue of its last build, and the events of newer items are not wrong. */
  knownItems: z.boolean().default(false),
  personalData: z.boolean().default(true),
  /** A double tap or a tag that fires twice comes within this; a person does not repeat an action so fast. */
  duplicateWindowMs: z.int().min(0).default(2_000),
  /** How long an action is remembered: a retry under a new event id arrives seconds after the first. */
  duplicateMemoryMs: z.int().min(1).default(10_000),
  /** Nobody looks at five things a second for a minute. */
  eventsPerMinuteMax: z.int().min(0).default(300),
  value: range.default({ min: -AMOUNT_MAX, max: AMOUNT_MAX }),
  quantity: range.default({ min: 0, max: 100_000 }),
  position: range.default({ min: 0, max: 10_000 }),
  /** Allowed texts of a field; any when absent. */
  allowed: z
    .strictObject({ surface: z.array(z.string()).optional(), currency: z.array(z.string()).optional() })
    .default({}),
  types: z.partialRecord(InteractionType, typeRules).default({
    rating: { needsValue: true },
    dwell: { needsValue: true, value: { min: 0, max: AMOUNT_MAX } },
    purchase: { needsValue: false, value: { min: 0, max: AMOUNT_MAX } },
    add_to_cart: { needsValue: false, value: { min: 0, max: AMOUNT_MAX } },
  }),
});
export type EventRules = z.infer<typeof EventRules>;

export const EVENT_RULES_DEFAULT: EventRules = EventRules.parse({});

/** How much of an event that was set aside is kept. */
export const QUARANTINE_RAW_MAX = 16_000;

/** An event that the rules of the edge set aside: `raw` is what was sent, with pseudonyms for ids. */
export const QuarantinedEvent = z.object({
  source: z.string(),
  reasons: z.array(z.string()).min(1),
  /** `field: what is wrong with it`. */
  problems: z.array(z.string()),
  receivedAtMs: z.int(),
  appVersion: z.string().nullable(),
  eventType: z.string().nullable(),
  raw: z.string(),
  /** False when `raw` was cut or is not an event at all: then it can be looked at, not repaired. */
  isEvent: z.boolean(),
});
export type QuarantinedEvent = z.infer<typeof QuarantinedEvent>;

/** An entry of a quarantine stream, field `q`; the second form is written by the event log's script. */
export const QuarantineEntry = z.union([
  QuarantinedEvent,
  z.object({ reasons: z.array(z.string()).min(1), stored: StoredInteractionSchema }),
]);

/** The version of the app that sent an event, from where the SDKs put it. */
export function readAppVersion(event: Readonly<Record<string, unknown>>): string | null {
  const context = event.context;
  const nested =
    context !== null && typeof context === "object" ? (context as Record<string, unknown>) : undefined;
  for (const found of [nested?.appVersion, nested?.app_version, event.appVersion, nested?.sdk, event.sdk])
    if (typeof found === "string" && found !== "") return found.slice(0, 64);
  return null;
}

/** A stored interaction in the shape of `POST /v1/events`, with pseudonyms where ids were. */
export function toRawEvent(stored: StoredInteraction): Record<string, unknown> {
  const optional = {
    itemId: stored.itemId,
    anonymousId: stored.anonymousShopper,
    sessionId: stored.sessionId,
    requestId: stored.requestId,
    position: stored.position,
    surface: stored.surface,
    value: stored.value,
    currency: stored.currency,
    quantity: stored.quantity,
  };
  return {
    eventId: stored.eventId,
    type: stored.type,
    userId: stored.shopper,
    occurredAt: new Date(stored.occurredAtMs).toISOString(),
    ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== null)),
    ...(Object.keys(stored.context).length === 0 ? {} : { context: stored.context }),
  };
}

/** What is remembered of an event's type although it may be anything. */
export function readEventType(event: Readonly<Record<string, unknown>>): string | null {
  return typeof event.type === "string" && (INTERACTION_TYPES as readonly string[]).includes(event.type)
    ? event.type
    : null;
}
