import { EVENT_RULES_DEFAULT } from "@shortlist/contracts";
import { normalizeId } from "@shortlist/ml";
import { describe, expect, it } from "vitest";
import { readEvents } from "./readEvents";

const nowMs = Date.parse("2026-11-20T10:00:00Z");
const options = {
  workspace: "shop",
  pseudonymKey: "k".repeat(32),
  receivedAtMs: nowMs,
  rules: EVENT_RULES_DEFAULT,
  isKnownItem: null,
};
const good = {
  eventId: "0197b2c4-7d1e-7c3a-9a52-3f1d2c4b5a70",
  type: "click",
  itemId: "sku-1",
  userId: "shopper-4711",
  occurredAt: "2026-11-20T09:59:00Z",
};

describe("readEvents", () => {
  it.each([
    ["no event id", { ...good, eventId: undefined }, ["eventId"]],
    ["an event id that is no UUID", { ...good, eventId: "17" }, ["eventId"]],
    ["an unknown type", { ...good, type: "look" }, ["type"]],
    ["no item", { ...good, itemId: undefined }, ["itemId"]],
    ["no shopper", { ...good, userId: undefined }, ["userId"]],
    ["a time without a zone", { ...good, occurredAt: "2026-11-20T09:59:00" }, ["occurredAt"]],
    ["a clock eleven minutes ahead", { ...good, occurredAt: "2026-11-20T10:11:00Z" }, ["occurredAt"]],
    ["a negative position", { ...good, position: -1 }, ["position"]],
    ["a currency of four letters", { ...good, currency: "EURO" }, ["currency"]],
    ["two faults at once", { ...good, type: "x", quantity: -2 }, ["type", "quantity"]],
    ["no object at all", "event", ["(body)"]],
  ])("rejects %s, naming the field, and takes the others", (_name, event, fields) => {
    const { accepted, rejected } = readEvents([good, event, good], options);
    expect(accepted).toHaveLength(2);
    expect(rejected).toHaveLength(1);
    expect(rejected[0]!.index).toBe(1);
    expect(rejected[0]!.errors.map((error) => error.field)).toEqual(fields);
  });

  it("a sign-in needs no item, a clock nine minutes ahead is taken", () => {
    const signIn = { ...good, type: "sign_in", itemId: undefined };
    expect(
      readEvents([signIn, { ...good, occurredAt: "2026-11-20T10:09:00Z" }], options).accepted,
    ).toHaveLength(2);
  });

  it("keeps unknown fields, without any raw id in them", () => {
    const event = {
      ...good,
      anonymousId: "visitor-99",
      page: "https://shop.example/u/shopper-4711?v=visitor-99",
      context: { customer: "shopper-4711", nested: [{ "visitor-99": 1 }], note: "kept" },
    };
    const [stored] = readEvents([event], options).accepted;
    const text = JSON.stringify(stored);
    expect(text).not.toMatch(/shopper-4711|visitor-99/);
    expect(stored!.context).toMatchObject({ customer: stored!.shopper, note: "kept" });
    expect(stored!.anonymousShopper).toMatch(/^[A-Za-z0-9_-]{22}$/);
  });

  it("a short id is only taken for one when it is the whole value", () => {
    const [stored] = readEvents(
      [{ ...good, userId: "7", context: { a: "7", b: 7, c: "17" } }],
      options,
    ).accepted;
    expect(stored!.context).toEqual({ a: stored!.shopper, b: stored!.shopper, c: "17" });
  });
});

describe("what is kept of a rejected event", () => {
  const keep = (event: unknown) => readEvents([event], options).quarantined[0]!;

  it("everything, with every reason, the sender's version and pseudonyms for ids", () => {
    const event = {
      ...good,
      type: "look",
      quantity: -1,
      anonymousId: "visitor-99",
      page: "/u/shopper-4711",
      context: { appVersion: "ios-4.2", color: "red" },
    };
    const kept = keep(event);
    expect(kept).toMatchObject({
      source: "collector",
      reasons: ["unknown_type", "quantity_out_of_range"],
      receivedAtMs: nowMs,
      appVersion: "ios-4.2",
      eventType: null,
      isEvent: true,
    });
    const raw = JSON.parse(kept.raw);
    const [stored] = readEvents([{ ...good, anonymousId: "visitor-99" }], options).accepted;
    expect(raw).toEqual({
      ...event,
      userId: stored!.shopper,
      anonymousId: stored!.anonymousShopper,
      page: `/u/${stored!.shopper}`,
    });
  });

  it.each([
    ["a number", { userId: 471_199, page: "/u/471199" }],
    ["a list", { userId: ["471199"], page: "/u/471199" }],
    ["an object", { userId: { id: "471199" }, page: "/u/471199" }],
    ["too long", { userId: `471199${"x".repeat(300)}` }],
    ["under another name", { userId: undefined, user_id: "471199", page: "/u/471199" }],
    ["under another name in the context", { userId: undefined, context: { customerId: "471199" } }],
    ["repeated in an item id that is too long", { userId: "471199", itemId: `471199${"x".repeat(200)}` }],
  ])("a raw shopper id is not kept when it is %s", (_name, change) => {
    expect(keep({ ...good, type: "look", ...change }).raw).not.toContain("471199");
  });

  it("an id under another name gets the pseudonym that the right name would have given", () => {
    const [right] = readEvents([good], options).accepted;
    const kept = keep({ ...good, userId: undefined, user_id: "shopper-4711" });
    expect(kept.reasons).toEqual(["missing_shopper"]);
    expect(JSON.parse(kept.raw).user_id).toBe(right!.shopper);
  });

  it("a placeholder is kept as it was sent: it is nobody's id, and says what is wrong", () => {
    const kept = keep({ ...good, userId: " NULL ", customer_id: "null" });
    expect(JSON.parse(kept.raw)).toMatchObject({ userId: " NULL ", customer_id: "null" });
  });

  it("personal data is masked, whatever the reason", () => {
    const kept = keep({ ...good, type: "look", note: "call +49 170 1234567 or jane@shop.example" });
    expect(JSON.parse(kept.raw).note).toBe("call [phone number] or [e-mail address]");
  });

  it("a bare text, which may be an id, is not kept at all", () => {
    expect(keep("shopper-4711")).toMatchObject({ reasons: ["not_an_object"], isEvent: false });
    expect(keep("shopper-4711").raw).not.toContain("4711");
  });
});

describe("a text in place of an id", () => {
  const read = (ids: object) => readEvents([{ ...good, ...ids }], options);

  it.each(["null", "0", " NULL ", "undefined", "00000000-0000-0000-0000-000000000000"])(
    "%j makes nobody, here as in the definition of identity",
    (id) => {
      expect(normalizeId(id)).toBeNull();
      expect(read({ userId: id }).quarantined[0]!.reasons).toEqual(["placeholder_shopper"]);
      const [event] = read({ userId: id, anonymousId: "v-1" }).accepted;
      expect(event).toEqual({ ...read({ userId: undefined, anonymousId: "v-1" }).accepted[0] });
    },
  );

  it("blanks around an id do not make another shopper", () => {
    const [spaced, plain] = [" shopper-4711 ", "shopper-4711"].map((userId) => read({ userId }).accepted[0]!);
    expect(spaced!.shopper).toBe(plain!.shopper);
  });
});
