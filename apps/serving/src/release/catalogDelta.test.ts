import { CatalogChange, Rule, RuleDefinition, type RuleSet } from "@shortlist/contracts";
import { createRankFeatureFiller } from "@shortlist/ml";
import { beforeEach, describe, expect, test } from "vitest";
import { shopRankFeatures } from "../adapters/shopRankFeatures";
import { RuleHolder } from "../rules/ruleHolder";
import { createFixedStore, loadFixture, NO_STATE, openFunnel, slateRequest } from "../testing/loadedFixture";
import { titleOf } from "../testing/releaseFixture";
import { isEligible } from "./itemTable";
import type { LoadedRelease } from "./loadedRelease";

const SOURCES = (["content", "new_arrivals", "popular"] as const).map((name) => ({
  name,
  enabled: true,
  quota: 300,
  timeoutMs: 100,
}));
const AT_MS = Date.parse("2026-11-20T12:00:00Z");

let loaded: LoadedRelease;
beforeEach(async () => {
  ({ loaded } = await loadFixture({
    nItems: 1_000,
    dims: 32,
    hasTexts: true,
    spareRows: 8,
    flagsOf: () => 1,
    surface: { sources: SOURCES },
  }));
});

const apply = (...changes: object[]) =>
  loaded.catalog.apply(
    changes.map((change) => CatalogChange.parse(change)),
    AT_MS,
  );
const item = (itemId: string, more: object = {}) => ({ itemId, title: titleOf(0, 5), price: 19.99, ...more });
const upsert = (itemId: string, more: object = {}) => apply({ op: "upsert", item: item(itemId, more) });

async function serve(o: { recent?: string[]; request?: object; rules?: RuleSet } = {}) {
  const recentItems = o.recent ?? [];
  const store = createFixedStore({ ...NO_STATE, recentItems, recentAtMs: recentItems.map(() => 1) });
  const rules = new RuleHolder(loaded.items);
  if (o.rules !== undefined) await rules.replace(o.rules);
  const slate = await openFunnel(loaded, store, { rules: rules.current }).recommend(slateRequest(o.request));
  return { ...slate, ids: slate.response.items.map(({ itemId }) => itemId) };
}
const ruleSet = (...drafts: object[]): RuleSet => ({
  setId: "1".repeat(64),
  rules: drafts.map((draft, i) =>
    Rule.parse({ ruleId: `r${i}`, revision: 1, ...RuleDefinition.parse({ name: "r", ...draft }) }),
  ),
});
const findSources = (slate: Awaited<ReturnType<typeof serve>>, itemId: string) =>
  slate.record.items.find((each) => each.itemId === itemId)?.sources.map(({ name }) => name);
const only = (itemId: string) => ruleSet({ effect: { kind: "only" }, match: { itemIds: [itemId] } });

describe("a new item", () => {
  test("is found by its text and among the new arrivals, with its price, and lets others be found", async () => {
    upsert("new-1");
    upsert("new-2", { title: titleOf(1, 5) });
    const slate = await serve({ recent: ["new-2"], rules: only("new-1") });
    expect(findSources(slate, "new-1")).toEqual(["content", "new_arrivals"]);
    expect(slate.response.items[0]).toMatchObject({ itemId: "new-1", price: 19.99 });
    expect(Number.isFinite(slate.response.items[0]!.score)).toBe(true);
    expect(slate.response.metadata.degradation).toMatchObject({ rung: 0, reasons: [] });
    const { items } = loaded;
    expect(items.titleOf(items.find("new-1"))).toBe(titleOf(0, 5));
    expect(items.titleOf(3)).toMatch(/ number 3$/);
  });

  test("is kept out from its first moment by a rule over its category, also a category nobody knew", async () => {
    const rules = new RuleHolder(loaded.items);
    await rules.replace(
      ruleSet(
        { class: "compliance", effect: { kind: "hide" }, match: { categories: ["Knives"] } },
        { effect: { kind: "pin", position: 0 }, match: { itemIds: ["new-3"] } },
      ),
    );
    upsert("new-1", { category: "Knives > Hunting" });
    upsert("new-2", { category: "Spoons" });
    upsert("new-3", { category: "Spoons" });
    const { record } = await openFunnel(loaded, createFixedStore(), { rules: rules.current }).recommend(
      slateRequest({ n: 100 }),
    );
    const ids = record.items.map(({ itemId }) => itemId);
    expect(ids).not.toContain("new-1");
    expect(ids).toContain("new-2");
    expect(ids[0]).toBe("new-3");
    expect(record.dropped.compliance_hidden).toBe(1);
    upsert("new-1", { category: "Spoons" });
    const after = await openFunnel(loaded, createFixedStore(), { rules: rules.current }).recommend(
      slateRequest({ n: 100 }),
    );
    expect(after.response.items.map(({ itemId }) => itemId)).toContain("new-1");
  });

  test("passes filters by its brand and price as any other", async () => {
    upsert("new-1", { brand: "Newcomer", price: 12 });
    const request = { filters: { brands: ["Newcomer"], priceMax: 15 } };
    expect((await serve({ request })).ids).toEqual(["new-1"]);
    apply({ op: "patch", itemId: "new-1", price: 16 });
    expect((await serve({ request })).ids).toEqual([]);
  });

  test("waits for the next release when there is no room, and is counted; what is there goes on changing", async () => {
    for (let i = 0; i < 10; i++) upsert(`new-${i}`);
    upsert("new-9");
    expect(loaded.catalog).toMatchObject({ added: 8, waiting: 2, changes: 11 });
    upsert("item-7", { price: 5 });
    apply({ op: "delete", itemId: "new-9" });
    expect(loaded.items.price[7]).toBe(5);
    expect(loaded.catalog.waiting).toBe(1);
  });

  test("that brings a name for which there is no room is not shown: no rule could be about it", async () => {
    for (let i = 0; i < 9; i++) upsert("new-1", { brand: `Brand new ${i}` });
    expect((await serve({ request: { n: 100 } })).ids).not.toContain("new-1");
    expect(loaded.catalog.waiting).toBe(1);
  });
});

describe("a change", () => {
  test.each([
    ["deleted", { op: "delete" }],
    ["out_of_stock", { op: "patch", inStock: false }],
    ["restricted", { op: "patch", restricted: true }],
  ])("takes an item out at once and gives it back (%s)", async (reason, change) => {
    const row = loaded.lists.popular[0]!;
    const first = loaded.items.idOf(row);
    expect((await serve({ rules: only(first) })).ids[0]).toBe(first);
    apply({ itemId: first, ...change });
    const slate = await serve({ request: { n: 100 } });
    expect(slate.ids).not.toContain(first);
    expect(slate.record.dropped[reason]).toBe(1);
    expect(slate.counts.gateViolations).toBe(0);
    upsert(first);
    expect(isEligible(loaded.items.flags[row]!)).toBe(true);
    expect((await serve({ rules: only(first) })).ids[0]).toBe(first);
  });

  test("of an item that nobody knows does nothing", () => {
    apply({ op: "delete", itemId: "unknown" }, { op: "patch", itemId: "unknown", price: 1 });
    expect(loaded.catalog).toMatchObject({ added: 0, waiting: 0, changes: 2 });
  });

  test("between the scores and the answer is seen by the gate", async () => {
    const [first] = (await serve()).ids;
    const [ref, ranker] = [...loaded.rankers][0]!;
    const slow = {
      ...ranker,
      async score(features: Float32Array, count: number, out: Float32Array) {
        await ranker.score(features, count, out);
        apply({ op: "delete", itemId: first });
      },
    };
    const altered = { ...loaded, rankers: new Map([[ref, slow]]) };
    const slate = await openFunnel(altered, createFixedStore()).recommend(slateRequest());
    expect(slate.response.items.map(({ itemId }) => itemId)).not.toContain(first);
    expect(slate.counts).toMatchObject({ gateRemoved: { deleted: 1 }, gateViolations: 0 });
  });

  test("of a text moves an item to where its new text is found", async () => {
    const far = Array.from({ length: 1_000 }, (_, row) => row).find((row) =>
      loaded.items.titleOf(row).startsWith("tent"),
    )!;
    const novel = Array.from({ length: 1_000 }, (_, row) => row).find((row) =>
      loaded.items.titleOf(row).startsWith("novel"),
    )!;
    const [id, near] = [loaded.items.idOf(far), loaded.items.idOf(novel)];
    const { category, brand } = {
      category: loaded.items.categories[loaded.items.categoryIds[novel]!]!,
      brand: loaded.items.brands[loaded.items.brandIds[novel]!]!,
    };
    upsert(id, {
      title: loaded.items.titleOf(novel),
      category,
      brand,
      price: loaded.items.price[novel] || null,
    });
    const index = loaded.indexes.content!;
    const query = index.vectors.vectors.slice(novel * 32, (novel + 1) * 32);
    const [rows, scores] = [new Int32Array(2), new Float32Array(2)];
    expect(index.index.search(query, 2, rows, scores)).toBe(2);
    expect([...rows].map((row) => loaded.items.idOf(row)).sort()).toEqual([id, near].sort());
  });

  test("reaches the ranker's features: both fillers say the same of changed and new items", () => {
    upsert("new-1", { category: "Spoons", brand: "Newcomer", createdAt: "2026-11-10T12:00:00Z" });
    apply({ op: "patch", itemId: "item-4", price: 77 });
    const { items, indexes } = loaded;
    const rows = Int32Array.of(items.find("new-1"), 4);
    const width = shopRankFeatures.names.length;
    const definition = createRankFeatureFiller({
      ...items,
      nItems: items.capacity,
      itemFactors: new Float32Array(0),
      factors: 0,
      contentVectors: indexes.content!.vectors.vectors,
      contentDims: 32,
    });
    const [fast, exact] = [new Float32Array(2 * width), new Float32Array(2 * width)];
    const shopper = {
      recentItems: Int32Array.of(items.find("new-1"), 9),
      recentCount: 2,
      recentWeights: Float32Array.of(1, 1),
      userVector: null,
    };
    loaded.filler.prepare(shopper);
    loaded.filler.fill(rows, 2, new Float32Array(2), fast);
    definition.prepare(shopper);
    definition.fill(rows, 2, new Float32Array(2), exact);
    for (let i = 0; i < fast.length; i++) expect(fast[i]).toBeCloseTo(exact[i]!, 4);
    expect(fast[shopRankFeatures.names.indexOf("category_affinity")]).toBeCloseTo(0.5, 5);
  });
});
