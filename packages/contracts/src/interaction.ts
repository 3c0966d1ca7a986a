import * as z from "zod";
import { ItemId, RawShopperId, RequestId, readShopperId, ShopperPseudonym } from "./ids";

export const INTERACTION_TYPES = [
  "view",
  "click",
  "add_to_cart",
  "purchase",
  "skip",
  "dwell",
  "share",
  "rating",
  "hide",
  "sign_in",
  "opt_out",
  "opt_in",
] as const;
export const InteractionType = z.enum(INTERACTION_TYPES);
export type InteractionType = z.infer<typeof InteractionType>;

/** How strongly a type speaks for the item when models learn from it. Zero: kept in the log, not a preference. */
export const INTERACTION_WEIGHTS: Record<InteractionType, number> = {
  view: 1,
  click: 1,
  add_to_cart: 3,
  purchase: 5,
  skip: 0,
  dwell: 0,
  share: 2,
  rating: 2,
  hide: 0,
  sign_in: 0,
  opt_out: 0,
  opt_in: 0,
};

/** Types that are about a shopper and no item. The latest of opt_out and opt_in decides about personalisation (S11, D9). */
export const ITEMLESS_TYPES: ReadonlySet<InteractionType> = new Set(["sign_in", "opt_out", "opt_in"]);

const uuid = z
  .string()
  .regex(
    /^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$/,
    "use a UUID, best a UUIDv7 made by the client",
  );

/** One event of `POST /v1/events`. Unknown fields are kept with the event, not dropped. */
export const InteractionEvent = z
  .looseObject({
    eventId: uuid,
    type: InteractionType,
    itemId: ItemId.optional(),
    userId: RawShopperId.optional(),
    anonymousId: RawShopperId.optional(),
    requestId: RequestId.optional(),
    position: z.int().min(0).max(10_000).optional(),
    surface: z.string().max(64).optional(),
    occurredAt: z.iso.datetime({ offset: true }),
    value: z.number().optional(),
    currency: z.string().length(3).optional(),
    quantity: z.number().min(0).optional(),
    context: z.record(z.string(), z.unknown()).optional(),
  })
  .refine((e) => readShopperId(e.userId) !== undefined || readShopperId(e.anonymousId) !== undefined, {
    path: ["userId"],
    message: "send userId or anonymousId",
  })
  .refine((e) => ITEMLESS_TYPES.has(e.type) || e.itemId !== undefined, {
    path: ["itemId"],
    message: "is required for every type but sign_in, opt_out and opt_in",
  });
export type InteractionEvent = z.infer<typeof InteractionEvent>;

/** At most this many events in one call: larger batches gain nothing and hold the connection. */
export const EVENTS_PER_REQUEST_MAX = 500;

export const EventsRequest = z.object({ events: z.array(z.unknown()).min(1).max(EVENTS_PER_REQUEST_MAX) });

export const EventsResponse = z.object({
  accepted: z.int(),
  rejected: z.array(
    z.object({ index: z.int(), errors: z.array(z.object({ field: z.string(), problem: z.string() })) }),
  ),
  /** Where the events are: in the event log, or on the replica's disk until the log is back. */
  durable: z.enum(["log", "spool"]).optional(),
  /**
   * Of the accepted events, how many were set aside by reason. They are kept and need no second sending, but count
   * nowhere until a person releases them. Unknown, and absent, while events wait in the spool.
   */
  setAside: z.partialRecord(z.enum(["duplicate", "velocity"]), z.int()).optional(),
});
export type EventsResponse = z.infer<typeof EventsResponse>;

/** An interaction as the event log and the lake hold it: pseudonyms only, both clocks. */
export interface StoredInteraction {
  readonly eventId: string;
  readonly type: InteractionType;
  readonly itemId: string | null;
  readonly shopper: string;
  /** Pseudonym of the anonymous id when both ids came together: evidence that they are one person. */
  readonly anonymousShopper: string | null;
  readonly sessionId: string | null;
  readonly requestId: string | null;
  readonly position: number | null;
  readonly surface: string | null;
  readonly occurredAtMs: number;
  readonly receivedAtMs: number;
  /** When a person released it from quarantine: only since then is it known. Absent for ordinary events. */
  readonly correctedAtMs?: number | null | undefined;
  readonly value: number | null;
  readonly currency: string | null;
  readonly quantity: number | null;
  readonly context: Readonly<Record<string, unknown>>;
}

export const StoredInteractionSchema = z.object({
  eventId: z.string(),
  type: InteractionType,
  itemId: z.string().nullable(),
  shopper: ShopperPseudonym,
  anonymousShopper: ShopperPseudonym.nullable(),
  sessionId: z.string().nullable(),
  requestId: z.string().nullable(),
  position: z.number().nullable(),
  surface: z.string().nullable(),
  occurredAtMs: z.number(),
  receivedAtMs: z.int(),
  correctedAtMs: z.number().nullish(),
  value: z.number().nullable(),
  currency: z.string().nullable(),
  quantity: z.number().nullable(),
  context: z.record(z.string(), z.unknown()),
}) satisfies z.ZodType<StoredInteraction>;
