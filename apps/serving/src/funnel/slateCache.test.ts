import { RerankPolicy } from "@shortlist/contracts";
import { beforeAll, describe, expect, it } from "vitest";
import { createDegrader } from "../degrade/degrader";
import type { ShopperState } from "../ports/shopperStore";
import {
  createFixedStore,
  type LoadedFixture,
  loadFixture,
  NO_STATE,
  openFunnel,
  slateRequest,
} from "../testing/loadedFixture";
import { createSlateCache } from "./slateCache";
import type { SlateRequest } from "./types";

let base: LoadedFixture;
beforeAll(async () => {
  base = await loadFixture();
});
const known = { ...NO_STATE, recentItems: ["item-5", "item-8"], recentAtMs: [2, 1] };

/** Asks twice and says whether the second answer came from the first. */
async function askTwice(
  o: {
    first?: Partial<SlateRequest>;
    second?: Partial<SlateRequest>;
    state?: ShopperState;
    laterState?: ShopperState;
    laterMs?: number;
    loaded?: LoadedFixture["loaded"];
    between?: () => void;
    degrader?: ReturnType<typeof createDegrader>;
  } = {},
) {
  const cache = createSlateCache(10);
  const states = [o.state ?? known, o.laterState ?? o.state ?? known];
  const store = {
    read: () =>
      createFixedStore(states.shift()).read(
        { workspace: "shop", shoppers: [] },
        { spaceId: "", viewIds: [] },
        10,
      ),
  };
  const degrader = o.degrader;
  const loaded = o.loaded ?? base.loaded;
  const funnel = openFunnel(loaded, store, { cache, ...(degrader === undefined ? {} : { degrader }) });
  const startedMs = performance.now();
  const first = await funnel.recommend(slateRequest({ startedMs, ...o.first }));
  o.between?.();
  const second = await funnel.recommend(
    slateRequest({
      requestId: "request-2",
      atMs: 2_000,
      startedMs: startedMs + (o.laterMs ?? 1),
      ...o.first,
      ...o.second,
    }),
  );
  return { first, second, isRepeated: second.record.stages[0]!.name === "identical_request", cache };
}

describe("the same question within a minute", () => {
  it("gets the same slate, under its own id and with its own log record", async () => {
    const { first, second, isRepeated, cache } = await askTwice({
      second: { logContext: { traceparent: "t" } },
    });
    expect(isRepeated).toBe(true);
    expect(second.response.items).toEqual(first.response.items);
    expect(second.response.metadata).toMatchObject({ requestId: "request-2", degradation: { rung: 0 } });
    expect(second.record).toMatchObject({
      requestId: "request-2",
      atMs: 2_000,
      context: { traceparent: "t" },
    });
    expect(second.record.items.map((i) => i.itemId)).toEqual(first.record.items.map((i) => i.itemId));
    expect([second.rows, second.counts]).toEqual([first.rows, first.counts]);
    expect(first.record.items[0]!.features).not.toBeNull();
    expect(second.record.items[0]!.features).toBeNull();
    expect(cache.list()).toEqual({ name: "identical_requests", hits: 1, misses: 1, entries: 1 });
  });

  it("holds on to no object of the answer it repeats", async () => {
    const cache = createSlateCache(10);
    const funnel = openFunnel(base.loaded, createFixedStore(known), { cache });
    const first = await funnel.recommend(slateRequest());
    const itemId = first.response.items[0]!.itemId;
    first.response.items[0]!.itemId = "changed";
    first.record.items.length = 0;
    const second = await funnel.recommend(slateRequest({ requestId: "request-2" }));
    expect(second.record.stages[0]!.name).toBe("identical_request");
    expect([second.response.items[0]!.itemId, second.record.items[0]!.itemId]).toEqual([itemId, itemId]);
  });

  it.each<[string, Parameters<typeof askTwice>[0]]>([
    ["a minute has passed", { laterMs: 60_001 }],
    ["another shopper asks", { second: { shoppers: ["another"] } }],
    ["another number is asked for", { second: { n: 21 } }],
    ["the session went on", { second: { sessionItems: ["item-30"] } }],
    ["a filter is set", { second: { filters: { priceMin: 5 } } }],
    ["another region asks", { second: { region: "FR" } }],
    ["the shopper blocked an item", { laterState: { ...known, blocked: ["item-1"] } }],
    ["the shopper looked at an item again", { laterState: { ...known, recentAtMs: [3, 1] } }],
    ["the shopper has another vector", { laterState: { ...known, vector: new Float32Array(16).fill(0.1) } }],
  ])("is another one when %s", async (_name, o) => {
    expect((await askTwice(o)).isRepeated).toBe(false);
  });

  it("is another one when the catalogue changed", async () => {
    let changes = 0;
    const catalog = {
      ...base.loaded.catalog,
      get changes() {
        return changes;
      },
    };
    const loaded = { ...base.loaded, catalog };
    expect((await askTwice({ loaded })).isRepeated).toBe(true);
    expect((await askTwice({ loaded, between: () => changes++ })).isRepeated).toBe(false);
  });

  it("is answered anew where slates explore, while anything is degraded, and for previews", async () => {
    const surface = base.loaded.surfaces.get("home_feed")!;
    const rerank = RerankPolicy.parse({
      ...surface.rerank,
      exploration: { kind: "epsilon", slotSharePct: 10 },
    });
    const exploring = createDegrader(new Map([["home_feed", { ...surface, rerank }]]));
    expect((await askTwice({ degrader: exploring })).isRepeated).toBe(false);
    const pressed = createDegrader(base.loaded.surfaces, { step: 1 });
    expect((await askTwice({ degrader: pressed })).isRepeated).toBe(false);
    expect((await askTwice({ first: { isPreview: true } })).isRepeated).toBe(false);
  });

  it("of someone who opted out meanwhile is not answered from what was theirs", async () => {
    const { second } = await askTwice({ laterState: { ...known, isOptedOut: true } });
    expect(second.record).toMatchObject({ personalized: false, shopper: null });
  });
});
