import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decideEvent } from "./decideEvent";
import { INTERACTION_TYPES, InteractionEvent, type StoredInteraction } from "./interaction";
import { EVENT_RULES_DEFAULT, EventRules, toRawEvent } from "./quality";

const nowMs = Date.parse("2026-11-20T10:00:00Z");
const context = { receivedAtMs: nowMs, isKnownItem: null };
const good = {
  eventId: "0197b2c4-7d1e-7c3a-9a52-3f1d2c4b5a70",
  type: "click",
  itemId: "sku-1",
  userId: "shopper-4711",
  occurredAt: "2026-11-20T09:59:00Z",
};
const reasonsOf = (change: object, rules: Partial<EventRules> = {}, known = context.isKnownItem) => {
  const decision = decideEvent(
    { ...good, ...change },
    { ...EVENT_RULES_DEFAULT, ...rules },
    { ...context, isKnownItem: known },
  );
  return decision.verdict === "accept" ? [] : decision.findings.map(({ reason }) => reason);
};

describe("an event is set aside with every reason", () => {
  it.each([
    ["nothing wrong", {}, []],
    ["no event id", { eventId: undefined }, ["missing_event_id"]],
    ["an event id that is no UUID", { eventId: 17 }, ["unreadable_event_id"]],
    ["no type", { type: undefined }, ["missing_type"]],
    ["an unknown type", { type: "look" }, ["unknown_type"]],
    ["no item", { itemId: undefined }, ["missing_item"]],
    ["an empty item", { itemId: "" }, ["missing_item"]],
    ["an item that is a number", { itemId: 7 }, ["unreadable_item"]],
    ["a sign-in without item", { type: "sign_in", itemId: undefined }, []],
    ["no shopper", { userId: undefined }, ["missing_shopper"]],
    ["a placeholder for a shopper", { userId: " NULL " }, ["placeholder_shopper"]],
    ["a placeholder beside an id", { userId: "null", anonymousId: "v-1" }, []],
    ["a shopper that is a number", { userId: 4711 }, ["unreadable_shopper"]],
    ["no time", { occurredAt: undefined }, ["missing_time"]],
    ["a time without zone", { occurredAt: "2026-11-20T09:59:00" }, ["unreadable_time"]],
    ["a day that does not exist", { occurredAt: "2026-02-30T09:59:00Z" }, ["unreadable_time"]],
    ["a clock 11 minutes ahead", { occurredAt: "2026-11-20T10:11:00Z" }, ["time_in_future"]],
    ["a clock 9 minutes ahead", { occurredAt: "2026-11-20T10:09:00Z" }, []],
    ["31 days old", { occurredAt: "2026-10-20T09:59:00Z" }, ["too_old"]],
    ["29 days old", { occurredAt: "2026-10-22T10:00:00Z" }, []],
    ["a rating without value", { type: "rating" }, ["missing_value"]],
    ["a value that is a text", { value: "9,95" }, ["value_not_a_number"]],
    ["a purchase at a negative price", { type: "purchase", value: -1 }, ["value_out_of_range"]],
    ["a rating below zero", { type: "rating", value: -1 }, []],
    ["a negative quantity", { quantity: -1 }, ["quantity_out_of_range"]],
    ["a million pieces", { quantity: 1e6 }, ["quantity_out_of_range"]],
    ["half a position", { position: 1.5 }, ["position_not_a_number"]],
    ["a position beyond any slate", { position: 10_001 }, ["position_out_of_range"]],
    ["a currency of four letters", { currency: "EURO" }, ["unreadable_currency"]],
    ["a request id with a space", { requestId: "not a request" }, ["unreadable_request_id"]],
    ["a context that is a list", { context: [] }, ["unreadable_context"]],
    ["an e-mail address in a note", { note: "jane@shop.example" }, ["personal_data"]],
    ["an e-mail address in an address", { context: { page: "/a?u=jane%40shop.example" } }, ["personal_data"]],
    ["a phone number", { context: { form: { callMe: "+49 (170) 123-4567" } } }, ["personal_data"]],
    ["a phone number by its field", { context: { phone: "0170 1234567" } }, ["personal_data"]],
    ["a phone number as a number", { context: { mobileNumber: 491701234567 } }, ["personal_data"]],
    ["a masked one", { context: { note: "[e-mail address]" } }, ["personal_data"]],
    ["an e-mail address as the user id", { userId: "jane@shop.example" }, []],
    ["and again in the page", { userId: "jane@shop.example", page: "/u/jane@shop.example" }, []],
    ["an article number", { context: { ean: "4006381333931", at: "2026-11-20 09:59" } }, []],
    ["a customer id that is an e-mail address", { context: { customer_id: "jane@shop.example" } }, []],
    [
      "three at once",
      { type: "look", quantity: -2, position: "top" },
      ["unknown_type", "quantity_out_of_range", "position_not_a_number"],
    ],
  ])("%s", (_name, change, reasons) => {
    expect(reasonsOf(change)).toEqual(reasons);
  });

  it.each([["text"], [7], [null], [["list"]]])("%j is no event", (value) => {
    expect(decideEvent(value, EVENT_RULES_DEFAULT, context)).toMatchObject({
      findings: [{ reason: "not_an_object", field: "(body)" }],
    });
  });

  it("what a workspace allows is its own", () => {
    const rules = EventRules.parse({
      maxAgeDays: 0,
      personalData: false,
      allowed: { surface: ["home_feed"], currency: ["EUR"] },
      types: { click: { needsValue: true } },
    });
    expect(reasonsOf({ occurredAt: "2001-01-01T00:00:00Z", note: "a@b.example", value: 1 }, rules)).toEqual(
      [],
    );
    expect(reasonsOf({ surface: "homefeed", currency: "USD" }, rules)).toEqual([
      "missing_value",
      "unknown_currency",
      "unknown_surface",
    ]);
  });

  it("an item is only held against a release, and only where the rules ask for it", () => {
    const known = (id: string) => id === "sku-1";
    expect(reasonsOf({ itemId: "sku-2" }, {}, known as never)).toEqual([]);
    expect(reasonsOf({ itemId: "sku-2" }, { knownItems: true }, known as never)).toEqual(["unknown_item"]);
    expect(reasonsOf({ itemId: "sku-1" }, { knownItems: true }, known as never)).toEqual([]);
    expect(reasonsOf({ itemId: "sku-2" }, { knownItems: true })).toEqual([]);
  });
});

it("the rules of shape say what the published schema says", () => {
  // Nothing but the shape: no age, no required values, no ranges beyond the schema's.
  const shapeOnly = {
    ...EVENT_RULES_DEFAULT,
    clockAheadMinutes: 1e9,
    maxAgeDays: 0,
    personalData: false,
    quantity: { min: 0, max: Number.MAX_VALUE },
    value: { min: -Number.MAX_VALUE, max: Number.MAX_VALUE },
    types: {},
  };
  const odd = fc.constantFrom<unknown>(
    undefined,
    null,
    "",
    "x",
    "EUR",
    0,
    -1,
    1.5,
    20_000,
    [],
    {},
    true,
    "a".repeat(300),
  );
  const field = (fine: unknown) =>
    fc.oneof({ weight: 8, arbitrary: fc.constant(fine) }, { weight: 1, arbitrary: odd });
  const event = fc.record({
    eventId: field(good.eventId),
    type: fc.oneof(fc.constantFrom<unknown>(...INTERACTION_TYPES), odd),
    itemId: field("sku-1"),
    userId: fc.oneof(field("u"), fc.constantFrom("null", "0")),
    anonymousId: fc.oneof(field(undefined), fc.constantFrom(" ", "undefined")),
    requestId: field("01234567"),
    position: field(3),
    surface: field("cart"),
    occurredAt: field("2026-11-20T09:59:00+01:00"),
    value: field(2),
    currency: field("EUR"),
    quantity: field(1),
    context: field({ a: 1 }),
  });
  fc.assert(
    fc.property(event, (made) => {
      const sent = JSON.parse(JSON.stringify(made));
      const verdict = decideEvent(sent, shapeOnly, context).verdict;
      expect(verdict).toBe(InteractionEvent.safeParse(sent).success ? "accept" : "set_aside");
    }),
    { numRuns: 2_000, seed: 1 },
  );
});

it("a stored interaction in the shape of a request is accepted and means the same", () => {
  const stored: StoredInteraction = {
    eventId: good.eventId,
    type: "purchase",
    itemId: "sku-1",
    shopper: "AAAAAAAAAAAAAAAAAAAAAA",
    anonymousShopper: "BBBBBBBBBBBBBBBBBBBBBB",
    sessionId: "s1",
    requestId: "01234567",
    position: 2,
    surface: "cart",
    occurredAtMs: nowMs - 5,
    receivedAtMs: nowMs,
    value: 9.95,
    currency: "EUR",
    quantity: 1,
    context: { color: "red" },
  };
  const decision = decideEvent(toRawEvent(stored), EVENT_RULES_DEFAULT, context);
  expect(decision).toMatchObject({ verdict: "accept", occurredAtMs: nowMs - 5 });
  expect(toRawEvent(stored)).toMatchObject({ userId: stored.shopper, anonymousId: stored.anonymousShopper });
});
