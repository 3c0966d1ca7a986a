import { randomUUID } from "node:crypto";
import type { StoredInteraction } from "@shortlist/contracts";

/** A text of the shape of a pseudonym, equal for equal names. */
export function toPseudonym(name: string): string {
  return name.replaceAll("-", "").padEnd(22, "_").slice(0, 22);
}

/** An archived view of `sku-1`, with what the test says instead. */
export function createInteraction(o: Partial<StoredInteraction> = {}): StoredInteraction {
  return {
    eventId: randomUUID(),
    type: "view",
    itemId: "sku-1",
    shopper: toPseudonym("ann"),
    anonymousShopper: null,
    sessionId: null,
    requestId: null,
    position: null,
    surface: null,
    occurredAtMs: Date.UTC(2026, 0, 1),
    receivedAtMs: Date.UTC(2026, 0, 1),
    value: null,
    currency: null,
    quantity: null,
    context: {},
    ...o,
  };
}
