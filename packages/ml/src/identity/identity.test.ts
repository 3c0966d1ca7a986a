import { describe, expect, it } from "vitest";
import { dedupeEvents } from "./dedupeEvents";
import { normalizeId, resolveIdentities } from "./resolveIdentities";

const on = (atMs: number, anonymousId: string | null, userId: string | null) => ({
  atMs,
  anonymousId,
  userId,
});

describe("resolveIdentities", () => {
  const sharedTablet = [
    on(1, "t", null),
    on(2, "t", "u1"),
    on(3, "t", null),
    on(4, "t", "u2"),
    on(5, "t", null),
  ];

  it("never merges two people who sign in on one device", () => {
    expect(resolveIdentities(sharedTablet, "all")).toEqual(["u1", "u1", "u1", "u2", "u2"]);
  });

  it("as of the event uses no later sign-in", () => {
    expect(resolveIdentities(sharedTablet, "as_of_event")).toEqual(["anon:t", "u1", "u1", "u2", "u2"]);
  });

  it("gives the same answers whatever the order of the events", () => {
    expect(resolveIdentities(sharedTablet.toReversed(), "all")).toEqual(
      resolveIdentities(sharedTablet, "all").toReversed(),
    );
  });

  it("does not join strangers through a text that is no id", () => {
    const events = [on(1, "undefined", "u1"), on(2, "undefined", null), on(3, "NULL ", "0")];
    expect(resolveIdentities(events, "all")).toEqual(["u1", null, null]);
    expect(normalizeId(" A1 ")).toBe("a1");
  });
});

describe("dedupeEvents", () => {
  const event = (eventId: string | null, payload: string, receivedAtMs: number) => ({
    eventId,
    payload,
    receivedAtMs,
  });

  it("keeps the copy received first, whatever the order", () => {
    expect(dedupeEvents([event("a", "p", 9), event("a", "p", 1)])).toEqual([
      { kind: "natural", of: 1 },
      { kind: "kept" },
    ]);
  });

  it("gives another event under a used id an id of its own and a link; its own retry is dropped", () => {
    expect(dedupeEvents([event("a", "p", 1), event("a", "q", 2), event("a", "q", 3)])).toEqual([
      { kind: "kept" },
      { kind: "synthetic", of: 0, eventId: "a~q" },
      { kind: "natural", of: 1 },
    ]);
  });

  it("without an id goes by shopper, item, type, page and second; without those everything is kept", () => {
    const at = (occurredAtMs: number, itemId: string) => ({
      ...event(null, "", 1),
      fingerprint: { user: "u", itemId, type: "view", occurredAtMs, pageId: null },
    });
    const kinds = (events: Parameters<typeof dedupeEvents>[0]) =>
      dedupeEvents(events).map(({ kind }) => kind);
    expect(kinds([at(1000, "i"), at(1999, "i"), at(2000, "i"), at(1000, "j")])).toEqual([
      "kept",
      "natural",
      "kept",
      "kept",
    ]);
    expect(kinds([event(null, "", 1), event(null, "", 1)])).toEqual(["kept", "kept"]);
  });
});
