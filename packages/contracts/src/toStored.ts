import type { InteractionEvent, StoredInteraction } from "./interaction";

const SESSION_MAX = 128;

/**
 * An accepted event as the log holds it. Unknown fields go into the context; `scrub` takes raw ids out of whatever is
 * not a field of the contract.
 */
export function toStoredInteraction(
  event: InteractionEvent,
  o: {
    readonly shopper: string;
    readonly anonymousShopper: string | null;
    readonly occurredAtMs: number;
    readonly receivedAtMs: number;
    readonly scrub?: (value: unknown) => unknown;
  },
): StoredInteraction {
  const {
    eventId,
    type,
    itemId,
    userId: _userId,
    anonymousId: _anonymousId,
    requestId,
    position,
    surface,
    occurredAt: _occurredAt,
    value,
    currency,
    quantity,
    context,
    sessionId,
    ...unknown
  } = event;
  const scrub = o.scrub ?? ((kept) => kept);
  const session = scrub(sessionId ?? context?.sessionId);
  return {
    eventId: eventId.toLowerCase(),
    type,
    itemId: itemId ?? null,
    shopper: o.shopper,
    anonymousShopper: o.anonymousShopper,
    sessionId: typeof session === "string" ? session.slice(0, SESSION_MAX) : null,
    requestId: requestId ?? null,
    position: position ?? null,
    surface: surface ?? null,
    occurredAtMs: o.occurredAtMs,
    receivedAtMs: o.receivedAtMs,
    value: value ?? null,
    currency: currency ?? null,
    quantity: quantity ?? null,
    context: scrub({ ...unknown, ...context }) as Record<string, unknown>,
  };
}
