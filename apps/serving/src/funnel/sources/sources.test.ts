import { CatalogChange, RuleDefinition, type RuleSet } from "@shortlist/contracts";
import { beforeAll, describe, expect, it } from "vitest";
import type { CandidateBuffer, SourceQuery } from "../../ports/candidateSource";
import { loadSearch } from "../../release/loadSearch";
import { compileRules } from "../../rules/compileRules";
import {
  createFixedStore,
  type LoadedFixture,
  loadFixture,
  openFunnel,
  slateRequest,
} from "../../testing/loadedFixture";
import { createEditorialSource } from "./editorial";
import { createGraphWalkSource } from "./graphWalk";
import { normaliseQuery } from "./search";

const query = (changes: Partial<SourceQuery> = {}): SourceQuery => ({
  recentItems: new Int32Array(50),
  recentCount: 0,
  sessionCount: 0,
  storedVector: null,
  contextItem: -1,
  region: undefined,
  device: undefined,
  queryText: undefined,
  suggested: null,
  userVector: new Float32Array(0),
  covisitation: { items: new Int32Array(0), scores: new Float32Array(0), count: 0 },
  ...changes,
});
const buffer = (size = 10): CandidateBuffer => ({
  items: new Int32Array(size),
  scores: new Float32Array(size),
});

describe("graph walk", () => {
  const walks = {
    nItems: 4,
    offsets: Int32Array.of(0, 2, 3, 3, 3),
    items: Int32Array.of(1, 2, 2),
    scores: Float32Array.of(0.4, 0.2, 0.5),
  };

  it("adds up where walks from the last items end, the latest counting most", () => {
    const out = buffer();
    const source = createGraphWalkSource(walks);
    const asked = query({ recentItems: Int32Array.of(1, 0), recentCount: 2 });
    expect(source.retrieve(asked, 10, out)).toBe(2);
    expect([...out.items.subarray(0, 2)]).toEqual([2, 1]);
    expect(out.scores[0]).toBeCloseTo(0.5 + 0.8 * 0.2);
    // Nothing of one request is left for the next.
    expect(source.retrieve(asked, 10, out)).toBe(2);
    expect(out.scores[0]).toBeCloseTo(0.66);
  });

  it("has nothing for items that came after training, and nothing for nobody", () => {
    const source = createGraphWalkSource(walks);
    expect(source.retrieve(query({ recentItems: Int32Array.of(9), recentCount: 1 }), 10, buffer())).toBe(0);
    expect(source.retrieve(query(), 10, buffer())).toBe(0);
  });

  it("keeps to its quota", () => {
    const asked = query({ recentItems: Int32Array.of(0), recentCount: 1 });
    expect(createGraphWalkSource(walks).retrieve(asked, 1, buffer())).toBe(1);
  });
});

describe("editorial lists", () => {
  it("take turns and name no item twice", () => {
    const out = buffer();
    const suggested = [Int32Array.of(5, 6), Int32Array.of(6, 7, 8)];
    expect(createEditorialSource().retrieve(query({ suggested }), 10, out)).toBe(4);
    expect([...out.items.subarray(0, 4)]).toEqual([5, 6, 7, 8]);
    expect(createEditorialSource().retrieve(query({ suggested }), 2, out)).toBe(2);
  });
});

describe("in the funnel", () => {
  let base: LoadedFixture;
  beforeAll(async () => {
    base = await loadFixture();
  });

  it("a list in force brings items that no other source names, in its scope only, and the log says so", async () => {
    const { items } = base.loaded;
    const plain = await openFunnel(base.loaded).recommend(slateRequest({ n: 100 }));
    const named = new Set(plain.record.items.map(({ itemId }) => itemId));
    const own = Array.from({ length: 400 }, (_, i) => items.idOf(i * 5)).filter(
      (id) => !named.has(id) && items.flags[items.find(id)] === 1,
    );
    const rule = RuleDefinition.parse({
      name: "Autumn",
      effect: { kind: "suggest" },
      match: { itemIds: own.slice(0, 30) },
      scope: { surfaces: ["home_feed"] },
    });
    const set: RuleSet = { setId: "0".repeat(64), rules: [{ ...rule, ruleId: "r1", revision: 1 }] };
    const funnel = openFunnel(base.loaded, createFixedStore(), { rules: await compileRules(set, items) });
    const home = await funnel.recommend(slateRequest({ n: 100 }));
    expect(home.record.sources).toContainEqual(
      expect.objectContaining({ name: "editorial", status: "ok", retrieved: 30 }),
    );
    const listed = home.record.items.filter(({ sources }) =>
      sources.some(({ name }) => name === "editorial"),
    );
    expect(listed.length).toBeGreaterThan(0);
    expect(listed[0]!.rules).toEqual(["suggest:r1@1"]);
    expect(home.record.ruleHits).toEqual([{ rule: "r1@1", effect: "suggest", items: listed.length }]);
    const cart = await funnel.recommend(slateRequest({ surface: "cart" }));
    expect(cart.record.sources).toContainEqual(
      expect.objectContaining({ name: "editorial", status: "empty" }),
    );
  });

  it("what is typed finds items by their titles, new ones too, and nothing typed is no failure", async () => {
    const { loaded } = await loadFixture({ hasTexts: true });
    const { items } = loaded;
    const asked = Array.from({ length: 100 }, (_, i) => i + 40).find((row) => items.flags[row] === 1)!;
    const title = items.titleOf(asked);
    const typed = slateRequest({ surface: "search_suggestions", queryText: title, n: 50 });
    const slate = await openFunnel(loaded).recommend(typed);
    const found = slate.record.items.find(({ itemId }) => itemId === items.idOf(asked));
    expect(found?.sources.find(({ name }) => name === "search")).toMatchObject({ rank: 1 });
    loaded.catalog.apply(
      [CatalogChange.parse({ op: "upsert", item: { itemId: "new-1", title: "Quokka plush toy", price: 5 } })],
      1_000,
    );
    const plush = slateRequest({ surface: "search_suggestions", queryText: "quok" });
    const afterwards = await openFunnel(loaded).recommend(plush);
    const added = afterwards.record.items.find(({ itemId }) => itemId === "new-1");
    expect(added?.sources.find(({ name }) => name === "search")).toMatchObject({ rank: 1 });
    const untyped = await openFunnel(loaded).recommend(slateRequest());
    expect(untyped.record.rung).toBe(0);
    expect(untyped.record.sources).toContainEqual(
      expect.objectContaining({ name: "search", status: "empty" }),
    );
  });

  it("without texts, or above the size it is made for, search is disabled and says why", async () => {
    const slate = await openFunnel(base.loaded).recommend(slateRequest({ queryText: "shoes" }));
    expect(slate.record.rung).toBe(0);
    expect(slate.record.sources).toContainEqual(
      expect.objectContaining({ name: "search", status: "disabled", reason: "no_texts_in_release" }),
    );
    const { loaded } = await loadFixture({ hasTexts: true });
    const content = { index: loaded.indexes.content!.index, embedder: loaded.embedder };
    expect(loadSearch(loaded.release, loaded.items, content, 100).reason).toBe("over_100_items");
  });

  it.each([
    ["  Ｒunning   SHOES ", "running shoes"],
    ["   ", undefined],
    [undefined, undefined],
  ])("%j is looked for as %j", (typed, normal) => {
    expect(normaliseQuery(typed)).toBe(normal);
  });

  it("the closest segment is the one that answers", () => {
    const { lists } = base.loaded;
    const both = lists.segment("DE", "app");
    expect(both).not.toEqual(lists.segment("DE"));
    expect(lists.segment("FR", "app")).toEqual(lists.segment("FR"));
    expect(lists.segment(undefined, "app")).toEqual(lists.segment("elsewhere", "app"));
    expect(lists.segment(undefined, "tablet")).toBeNull();
  });
});
