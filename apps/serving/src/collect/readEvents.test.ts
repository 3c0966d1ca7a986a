import { describe, expect, it } from "vitest";
import { readEvents } from "./readEvents";

const nowMs = Date.parse("2026-11-20T10:00:00Z");
const options = { workspace: "shop", pseudonymKey: "k".repeat(32), receivedAtMs: nowMs };
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
