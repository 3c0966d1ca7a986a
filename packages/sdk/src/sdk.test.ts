import { gzipSync } from "node:zlib";
import { InteractionEvent, RecommendRequest } from "@shortlist/contracts";
import { build } from "esbuild";
import { expect, test } from "vitest";
import { createShortlist, type RefusedEvent } from "./index";
import { createStorefront, slateAnswer } from "./sdk.test-support";
import { createUuid } from "./uuid";

const never = () => new Promise<Response>(() => undefined);
const eventsOf = (call: { body: Record<string, unknown> }) => call.body.events as Record<string, unknown>[];

test("a slate is asked for in the words of the API, under the key and one anonymous id of this browser", async () => {
  const shop = createStorefront();
  shop.serve(() => slateAnswer("a", "b"));
  const shortlist = createShortlist(shop.options);
  const slate = await shortlist.recommend({ surface: "home_feed", n: 2 });
  expect(slate).toMatchObject({ origin: "server", problem: null, requestId: "request-of-the-server" });
  expect(slate.items.map(({ itemId }) => itemId)).toEqual(["a", "b"]);
  const [call] = shop.calls;
  expect(call).toMatchObject({ path: "/v1/recommend", headers: { authorization: "Bearer slk_public" } });
  expect(RecommendRequest.safeParse(call!.body).success).toBe(true);
  await createShortlist(shop.options).recommend({ surface: "cart" });
  expect(shop.calls[1]!.body.anonymousId).toBe(call!.body.anonymousId);
});

test.each([
  ["does not answer in time", never, "no answer within 400 ms"],
  ["cannot be reached", () => Promise.reject(new Error("fetch failed")), "fetch failed"],
  ["is in trouble", () => new Response("overloaded", { status: 503 }), "the server answered 503: overloaded"],
  ["answers nonsense", () => new Response("<html>"), "Unexpected token"],
] as const)(
  "when the server %s the last slate of the surface is shown, else the fallback items",
  async (_how, broken, problem) => {
    const shop = createStorefront();
    const shortlist = createShortlist({ ...shop.options, fallbackItems: ["x", "y", "z"] });
    shop.serve(broken);
    const asked = shortlist.recommend({ surface: "cart", n: 2 });
    await shop.settle();
    await shop.pass(400);
    expect(await asked).toMatchObject({
      origin: "fallback_items",
      items: [{ itemId: "x" }, { itemId: "y" }],
    });
    shop.serve(() => slateAnswer("a", "b", "c"));
    await shortlist.recommend({ surface: "cart" });
    shop.serve(broken);
    const again = shortlist.recommend({ surface: "cart", n: 2 });
    await shop.settle();
    await shop.pass(400);
    const slate = await again;
    expect(slate).toMatchObject({ origin: "last_slate", metadata: null });
    expect(slate.items.map(({ itemId, position }) => [itemId, position])).toEqual([
      ["a", 0],
      ["b", 1],
    ]);
    expect(slate.problem).toContain(problem);
  },
);

test("a slate of yesterday is not shown", async () => {
  const shop = createStorefront();
  const shortlist = createShortlist({ ...shop.options, fallbackItems: ["x"] });
  shop.serve(() => slateAnswer("a"));
  await shortlist.recommend({ surface: "home_feed" });
  await shop.pass(25 * 3_600_000);
  shop.serve(() => new Response("", { status: 500 }));
  expect(await shortlist.recommend({ surface: "home_feed" })).toMatchObject({ origin: "fallback_items" });
});

test("events of a moment travel together, valid to the server, joined with the slate they come from", async () => {
  const shop = createStorefront();
  const shortlist = createShortlist(shop.options);
  shortlist.identify({ userId: "u-1" });
  shop.serve(() => slateAnswer("a", "b"));
  const slate = await shortlist.recommend({ surface: "home_feed" });
  shop.serve(() => Response.json({ accepted: 2, rejected: [] }));
  shortlist.trackItem(slate, "b", { type: "click" });
  shortlist.track({ type: "purchase", itemId: "b", value: 12.5, currency: "EUR" });
  await shop.pass(1_000);
  expect(shop.calls).toHaveLength(2);
  const events = eventsOf(shop.calls[1]!);
  for (const event of events) expect(InteractionEvent.safeParse(event).error).toBeUndefined();
  expect(events[0]).toMatchObject({ userId: "u-1", requestId: slate.requestId, position: 1, itemId: "b" });
  expect(events[0]!.anonymousId).toBeTypeOf("string");
  expect(shortlist.pendingEvents).toBe(0);
});

test("events wait out an outage, are sent again under the same ids, and survive a reload", async () => {
  const shop = createStorefront();
  shop.serve(() => new Response("", { status: 503 }));
  const before = createShortlist(shop.options);
  before.track({ type: "view", itemId: "a" });
  await shop.pass(1_000);
  expect(shop.calls).toHaveLength(1);
  await shop.pass(1_000);
  expect(shop.calls).toHaveLength(2);
  expect(before.pendingEvents).toBe(1);

  const reloaded = createStorefront(shop.entries);
  const after = createShortlist(reloaded.options);
  expect(after.pendingEvents).toBe(1);
  await reloaded.pass(0);
  expect(after.pendingEvents).toBe(0);
  expect(eventsOf(reloaded.calls[0]!)[0]!.eventId).toBe(eventsOf(shop.calls[0]!)[0]!.eventId);
  expect(createShortlist(reloaded.options).pendingEvents).toBe(0);
});

test("waiting between tries grows to a minute and no further; the network's return ends it", async () => {
  const shop = createStorefront();
  shop.serve(() => Promise.reject(new Error("offline")));
  const shortlist = createShortlist(shop.options);
  shortlist.track({ type: "view", itemId: "a" });
  await shop.pass(1_000);
  for (let i = 0; i < 12; i++) await shop.pass(60_000);
  expect(shop.calls.length).toBe(13);
  shop.serve(() => Response.json({ rejected: [] }));
  shop.goOnline();
  await shop.settle();
  expect(shortlist.pendingEvents).toBe(0);
});

test("what the server refuses is told and not sent again; the rest of the batch counts", async () => {
  const shop = createStorefront();
  const refused: RefusedEvent[] = [];
  const shortlist = createShortlist({ ...shop.options, onRefused: (each) => refused.push(each) });
  const errors = [{ field: "itemId", problem: "must not be empty" }];
  shop.serve(() => Response.json({ accepted: 1, rejected: [{ index: 1, errors }] }));
  shortlist.track({ type: "view", itemId: "a" });
  shortlist.track({ type: "view", itemId: "" });
  await shortlist.flush();
  expect(refused).toMatchObject([{ event: { itemId: "" }, errors }]);
  expect(shortlist.pendingEvents).toBe(0);
});

test("a wrong key is told instead of filling the storage", async () => {
  const shop = createStorefront();
  const refused: RefusedEvent[] = [];
  shop.serve(() => new Response("", { status: 401 }));
  const shortlist = createShortlist({ ...shop.options, onRefused: (each) => refused.push(each) });
  shortlist.track({ type: "view", itemId: "a" });
  await shortlist.flush();
  expect(refused[0]!.errors).toEqual([{ field: "(request)", problem: "the server answered 401" }]);
  expect(shortlist.pendingEvents).toBe(0);
});

test("a page that goes hands its events to the browser and keeps them for the next visit", async () => {
  const shop = createStorefront();
  const shortlist = createShortlist(shop.options);
  shortlist.track({ type: "add_to_cart", itemId: "a" });
  shop.leave();
  expect(JSON.parse(shop.beacons[0]!)).toMatchObject({ key: "slk_public", events: [{ itemId: "a" }] });
  expect(createShortlist(createStorefront(shop.entries).options).pendingEvents).toBe(1);
});

test("two tabs do not forget each other's events", async () => {
  const shop = createStorefront();
  const first = createShortlist(shop.options);
  const second = createShortlist(shop.options);
  shop.serve(() => new Response("", { status: 503 }));
  first.track({ type: "view", itemId: "a" });
  second.track({ type: "view", itemId: "b" });
  shop.serve(() => Response.json({ rejected: [] }));
  await second.flush();
  expect(createShortlist(createStorefront(shop.entries).options).pendingEvents).toBe(1);
});

test("a storage that is forbidden or full costs no events while the page lives", async () => {
  const shop = createStorefront();
  const full = {
    getItem: () => null,
    setItem: () => {
      throw new Error("QuotaExceededError");
    },
    removeItem: () => undefined,
  };
  const shortlist = createShortlist({ ...shop.options, store: full });
  shortlist.track({ type: "view", itemId: "a" });
  await shortlist.close();
  expect(shop.calls).toHaveLength(1);
  expect(shortlist.pendingEvents).toBe(0);
});

test("ids are UUIDv7 and sort by time", () => {
  const random = (bytes: Uint8Array) => void bytes.fill(255);
  const early = createUuid(1_700_000_000_000, random);
  expect(early).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(Number.parseInt(early.replaceAll("-", "").slice(0, 12), 16)).toBe(1_700_000_000_000);
  expect(createUuid(1_700_000_000_001, random) > early).toBe(true);
});

test("a browser loads less than 6 kB", async () => {
  const built = await build({
    entryPoints: [new URL("./index.ts", import.meta.url).pathname],
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    write: false,
  });
  expect(gzipSync(built.outputFiles[0]!.contents).length).toBeLessThan(6_000);
});
