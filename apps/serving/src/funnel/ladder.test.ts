import { CANDIDATE_SOURCES, type CandidateSourceName } from "@shortlist/contracts";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { createRecentSlates } from "../degrade/recentSlates";
import type { CandidateSource } from "../ports/candidateSource";
import { isEligible } from "../release/itemTable";
import type { LoadedRelease } from "../release/loadedRelease";
import {
  createFixedStore,
  type LoadedFixture,
  loadFixture,
  NO_STATE,
  openFunnel,
  slateRequest,
} from "../testing/loadedFixture";
import type { Slate } from "./types";

let base: LoadedFixture;
beforeAll(async () => {
  base = await loadFixture();
});

const withSource = (name: CandidateSourceName, retrieve: CandidateSource["retrieve"]): LoadedRelease => {
  const sources = new Map(base.loaded.sources);
  sources.set(name, { needsShopper: false, ...sources.get(name), name, retrieve });
  return { ...base.loaded, sources };
};
const rowOf = (itemId: string) => base.loaded.items.find(itemId);
const known = { ...NO_STATE, recentItems: ["item-5", "item-8"], recentAtMs: [2, 1] };

function expectServable(slate: Slate): void {
  const ids = slate.response.items.map((item) => item.itemId);
  expect(ids.length).toBeGreaterThan(0);
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of ids) expect(isEligible(base.fixture.flags[rowOf(id)]!)).toBe(true);
  for (const item of slate.response.items) expect(Number.isFinite(item.score)).toBe(true);
  expect(slate.counts.gateViolations).toBe(0);
}

describe("no ineligible item is ever served from any rung", () => {
  it("whatever sources, lists, remembered slates and shoppers hold", async () => {
    const items = fc.array(fc.integer({ min: 0, max: 1999 }), { maxLength: 60 });
    const cases = fc.record({
      found: items,
      remembered: items,
      popular: fc.array(fc.integer({ min: 0, max: 1999 }), { minLength: 1, maxLength: 40 }),
      blocked: items,
      isStateAway: fc.boolean(),
      isSurfaceKnown: fc.boolean(),
      hasSources: fc.boolean(),
      isRemembered: fc.boolean(),
      hasSession: fc.boolean(),
      personalize: fc.boolean(),
      region: fc.constantFrom("DE", undefined),
      n: fc.integer({ min: 1, max: 100 }),
    });
    const seen = new Set<number>();
    await fc.assert(
      fc.asyncProperty(cases, async (c) => {
        const unique = [...new Set(c.found)];
        const sources = new Map(
          [...base.loaded.sources].map(([name, source]) => [
            name,
            {
              ...source,
              retrieve: (
                _query: unknown,
                quota: number,
                out: { items: Int32Array; scores: Float32Array },
              ) => {
                const count = c.hasSources ? Math.min(quota, unique.length) : 0;
                out.items.set(unique.slice(0, count));
                out.scores.fill(1, 0, count);
                return count;
              },
            },
          ]),
        );
        const lists = {
          ...base.loaded.lists,
          popular: Int32Array.from(c.popular),
          segment: (region: string | undefined) =>
            region === undefined ? null : Int32Array.from(c.remembered),
        };
        const surfaces = c.isSurfaceKnown ? base.loaded.surfaces : new Map();
        const loaded: LoadedRelease = { ...base.loaded, sources, lists, surfaces };
        const slates = createRecentSlates();
        if (c.isRemembered)
          slates.put("shop\nshopper\nhome_feed", {
            itemTableId: base.loaded.items.id,
            rows: Int32Array.from(c.remembered),
            blocked: c.blocked,
            purchased: [],
            atMs: 0,
          });
        const blocked = c.blocked.map((row) => `item-${row}`);
        const store = createFixedStore(c.isStateAway ? "down" : { ...known, blocked });
        const slate = await openFunnel(loaded, store, { recentSlates: slates }).recommend(
          slateRequest({
            n: c.n,
            personalize: c.personalize,
            region: c.region,
            sessionItems: c.hasSession ? ["item-5"] : [],
          }),
        );
        expectServable(slate);
        seen.add(slate.record.rung);
        const knowsBlocks = c.personalize && c.isSurfaceKnown && (!c.isStateAway || c.isRemembered);
        if (!knowsBlocks) return;
        for (const item of slate.response.items) expect(blocked).not.toContain(item.itemId);
      }),
      { numRuns: 300 },
    );
    expect([...seen].sort()).toEqual([0, 1, 2, 3, 4]);
  });
});

describe("a source that is down or slow is left out and named", () => {
  it.each(CANDIDATE_SOURCES)("%s down", async (name) => {
    const loaded = withSource(name, () => {
      throw new Error("index is gone");
    });
    const slate = await openFunnel(loaded, createFixedStore(known)).recommend(slateRequest());
    expectServable(slate);
    expect(slate.response.items).toHaveLength(20);
    expect(slate.response.metadata.degradation).toMatchObject({ rung: 1, reasons: [`source_error:${name}`] });
    expect(slate.record.sources).toContainEqual(
      expect.objectContaining({ name, status: "error", reason: "index is gone" }),
    );
  });

  it.each(CANDIDATE_SOURCES)("%s slow", async (name) => {
    const loaded = withSource(name, () => new Promise(() => undefined));
    const startedMs = performance.now();
    const slate = await openFunnel(loaded, createFixedStore(known)).recommend(slateRequest());
    expect(performance.now() - startedMs).toBeLessThan(1_000);
    expectServable(slate);
    expect(slate.response.metadata.degradation.reasons).toContain(`source_late:${name}`);
  });

  it("all of them at once still give a full slate", async () => {
    const sources = new Map(
      [...base.loaded.sources].map(([name, source]) => [
        name,
        {
          ...source,
          retrieve: () => {
            throw new Error("down");
          },
        },
      ]),
    );
    const slate = await openFunnel({ ...base.loaded, sources }).recommend(
      slateRequest({ region: undefined }),
    );
    expectServable(slate);
    expect(slate.response.items).toHaveLength(20);
    expect(slate.record.rung).toBe(4);
  });
});

describe("with the online store away", () => {
  const away = () => createFixedStore("down");

  it("the session alone gives rung 1, without the ranker", async () => {
    const slate = await openFunnel(base.loaded, away()).recommend(slateRequest({ sessionItems: ["item-5"] }));
    expectServable(slate);
    expect(slate.record.rung).toBe(1);
    expect(slate.record.modelVersion).toBe("rank-fusion");
    expect(slate.record.degradationReasons).toContain("shopper_state_down");
  });

  it("a shopper served within the hour gets that slate, rung 2, and what they hid stays hidden", async () => {
    const slates = createRecentSlates();
    const first = await openFunnel(base.loaded, createFixedStore({ ...known, blocked: ["item-40"] }), {
      recentSlates: slates,
    }).recommend(slateRequest());
    const again = await openFunnel(base.loaded, away(), { recentSlates: slates }).recommend(
      slateRequest({ atMs: 3_600_000 }),
    );
    expect(again.record.rung).toBe(2);
    expect(again.response.items.map((i) => i.itemId)).toEqual(first.response.items.map((i) => i.itemId));
    const late = await openFunnel(base.loaded, away(), { recentSlates: slates }).recommend(
      slateRequest({ atMs: 3_602_000 }),
    );
    expect(late.record.rung).toBe(3);
  });

  it("a stranger gets the list of their region, rung 3, and without a region fused lists, rung 1", async () => {
    const regional = await openFunnel(base.loaded, away()).recommend(slateRequest());
    expectServable(regional);
    expect(regional.record.rung).toBe(3);
    expect(regional.response.items[0]!.reason).toBe("Popular in DE");
    const nowhere = await openFunnel(base.loaded, away()).recommend(slateRequest({ region: undefined }));
    expectServable(nowhere);
    expect(nowhere.record.rung).toBe(1);
  });
});

describe("a ranker that misbehaves", () => {
  const withScores = (write: (out: Float32Array, count: number) => void): LoadedRelease => {
    const own = base.loaded.rankers.get("ranker@1")!;
    const score = (_features: Float32Array, count: number, out: Float32Array) =>
      Promise.resolve().then(() => write(out, count));
    return { ...base.loaded, rankers: new Map([["ranker@1", { ...own, score }]]) };
  };

  it("some NaN and infinite scores are replaced below the finite ones and counted", async () => {
    const loaded = withScores((out, count) => {
      for (let i = 0; i < count; i++)
        out[i] = i % 3 === 0 ? Number.NaN : i % 3 === 1 ? Number.POSITIVE_INFINITY : i;
    });
    const slate = await openFunnel(loaded, createFixedStore(known)).recommend(slateRequest());
    expectServable(slate);
    expect(slate.record.rung).toBe(0);
    expect(slate.counts.nonFiniteScores).toBeGreaterThan(100);
    for (const item of slate.response.items) expect(item.score).toBeGreaterThanOrEqual(2);
  });

  it("only NaN scores: rank fusion orders instead, rung 1", async () => {
    const slate = await openFunnel(
      withScores((out, count) => out.fill(Number.NaN, 0, count)),
      createFixedStore(known),
    ).recommend(slateRequest());
    expectServable(slate);
    expect(slate.record).toMatchObject({ rung: 1, modelVersion: "rank-fusion" });
    expect(slate.record.degradationReasons).toContain("ranker_not_finite");
    expect(slate.counts.nonFiniteScores).toBe(slate.response.metadata.candidatesScored);
  });

  it("one that throws: rank fusion, rung 1", async () => {
    const slate = await openFunnel(
      withScores(() => {
        throw new Error("no");
      }),
      createFixedStore(known),
    ).recommend(slateRequest());
    expectServable(slate);
    expect(slate.record.degradationReasons).toContain("ranker_failed");
  });
});

describe("what shoppers and requests rule out", () => {
  it("an opted-out shopper gets popular items and nothing of theirs is read or logged", async () => {
    const store = createFixedStore(known);
    const slate = await openFunnel(base.loaded, store).recommend(
      slateRequest({ personalize: false, shoppers: [], sessionItems: [] }),
    );
    expectServable(slate);
    expect(store.reads).toBe(0);
    expect(slate.record).toMatchObject({ shopper: null, personalized: false });
    expect(slate.response.items.every((item) => item.reason === "Popular right now")).toBe(true);
  });

  it("blocked, purchased, recently seen, session and excluded items never come back", async () => {
    const store = createFixedStore({
      ...NO_STATE,
      recentItems: ["item-5", "item-8", "unknown-item"],
      recentAtMs: [3, 2, 1],
      purchased: ["item-20"],
      blocked: ["item-21"],
    });
    const first = await openFunnel(base.loaded, store).recommend(slateRequest({ n: 100 }));
    const shown = first.response.items.map((item) => item.itemId);
    const banned = shown.slice(0, 4);
    const second = await openFunnel(
      base.loaded,
      createFixedStore({
        ...NO_STATE,
        purchased: [banned[0]!],
        blocked: [banned[1]!],
        recentItems: ["item-5"],
      }),
    ).recommend(
      slateRequest({
        n: 100,
        sessionItems: [banned[2]!],
        filters: { excludeItems: [banned[3]!, "unknown"] },
      }),
    );
    const again = second.response.items.map((item) => item.itemId);
    for (const id of [...banned, "item-5"]) expect(again).not.toContain(id);
    expect(shown).not.toContain("item-20");
    expect(shown).not.toContain("item-21");
  });

  it("filters hold on every item, and the narrowest is still met from the whole catalogue", async () => {
    const filters = { categories: ["Department 3"], brands: ["Brand 4"], priceMin: 20, priceMax: 60 };
    const slate = await openFunnel(base.loaded, createFixedStore(known)).recommend(slateRequest({ filters }));
    const { items } = base.loaded;
    expect(slate.response.items.length).toBeGreaterThan(0);
    for (const item of slate.response.items) {
      const row = rowOf(item.itemId);
      expect(items.categories[items.categoryIds[row]!]).toMatch(/^Department 3 > /);
      expect(items.brands[items.brandIds[row]!]).toBe("Brand 4");
      expect(items.price[row]).toBeGreaterThanOrEqual(20);
      expect(items.price[row]).toBeLessThanOrEqual(60);
    }
  });

  it("a stored vector of another width is taken for none", async () => {
    const store = createFixedStore({ ...known, vector: new Float32Array(7).fill(1) });
    const slate = await openFunnel(base.loaded, store).recommend(slateRequest());
    expectServable(slate);
    expect(slate.record).toMatchObject({ rung: 0, shopperState: { hasUserVector: false } });
  });

  it("at most so many of one category while there are others", async () => {
    const slate = await openFunnel(base.loaded, createFixedStore(known)).recommend(slateRequest());
    const counts = new Map<number, number>();
    for (const item of slate.response.items) {
      const category = base.loaded.items.categoryIds[rowOf(item.itemId)]!;
      counts.set(category, (counts.get(category) ?? 0) + 1);
    }
    expect(Math.max(...counts.values())).toBeLessThanOrEqual(5);
  });

  it("the log tells the whole story of the slate", async () => {
    const slate = await openFunnel(base.loaded, createFixedStore(known)).recommend(slateRequest());
    expect(slate.record.stages.map((stage) => stage.name)).toEqual([
      "admit",
      "independent_sources",
      "shopper_state",
      "sources",
      "unite_filter",
      "features",
      "rank",
      "rerank",
      "gate",
    ]);
    expect(slate.record.sources.map((source) => source.name).sort()).toEqual([...CANDIDATE_SOURCES].sort());
    const [first] = slate.record.items;
    expect(first).toMatchObject({ rankerPosition: 0, propensity: 1 });
    expect(first!.features).toHaveLength(base.loaded.rankWidth);
    expect(first!.sources.length).toBeGreaterThan(0);
  });
});
