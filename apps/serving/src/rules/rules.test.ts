import { RuleDefinition as Definition, Rule, type RuleDefinition } from "@shortlist/contracts";
import { beforeAll, describe, expect, test } from "vitest";
import { createRecentSlates } from "../degrade/recentSlates";
import type { ShopperStore } from "../ports/shopperStore";
import {
  createFixedStore,
  type LoadedFixture,
  loadFixture,
  NO_STATE,
  openFunnel,
  slateRequest,
} from "../testing/loadedFixture";
import { compileRules } from "./compileRules";
import { matchItems } from "./matchItems";
import { RuleHolder } from "./ruleHolder";

let base: LoadedFixture;
beforeAll(async () => {
  base = await loadFixture({ nItems: 2_000, flagsOf: () => 1 });
});

let serial = 0;
type Draft = Partial<RuleDefinition> & Pick<RuleDefinition, "effect" | "match">;
const rule = (draft: Draft): Rule =>
  Rule.parse({ ruleId: `r${serial++}`, revision: 1, ...Definition.parse({ name: "a rule", ...draft }) });

const compile = (...drafts: Draft[]) =>
  compileRules({ setId: "0".repeat(64), rules: drafts.map(rule) }, base.loaded.items);

async function serve(
  drafts: Draft[],
  o: { request?: Parameters<typeof slateRequest>[0]; store?: ShopperStore } = {},
) {
  const rules = await compile(...drafts);
  const funnel = openFunnel(base.loaded, o.store ?? createFixedStore(), { rules });
  const slate = await funnel.recommend(slateRequest(o.request));
  return { ...slate, ids: slate.response.items.map(({ itemId }) => itemId) };
}
const rowOf = (id: string) => base.loaded.items.find(id);
const categoryOf = (id: string) => base.loaded.items.categories[base.loaded.items.categoryIds[rowOf(id)]!]!;
const brandOf = (id: string) => base.loaded.items.brands[base.loaded.items.brandIds[rowOf(id)]!]!;
const shopper = { ...NO_STATE, recentItems: ["item-5", "item-9"], recentAtMs: [2, 1] };
const known = () => createFixedStore(shopper);

describe("hide", () => {
  test("takes items out wherever they come from, and the slate stays full", async () => {
    const { ids } = await serve([], { store: known() });
    const hidden = ids.slice(0, 6);
    const after = await serve([{ effect: { kind: "hide" }, match: { itemIds: hidden } }], { store: known() });
    expect(after.ids).toHaveLength(20);
    for (const id of hidden) expect(after.ids).not.toContain(id);
    expect(after.record.ruleHits).toMatchObject([{ effect: "hide" }]);
    expect(after.record.ruleHits![0]!.items).toBeGreaterThanOrEqual(6);
    expect(after.record.dropped.rule_hidden).toBeGreaterThanOrEqual(6);
  });

  test.each([
    ["all popular lists", {}, createFixedStore("down")],
    ["who opted out", {}, createFixedStore({ ...NO_STATE, isOptedOut: true })],
    ["a surface the release does not know", { surface: "unknown" }, createFixedStore()],
  ])("compliance holds on %s too, and a pin does not bring the item back", async (_where, request, store) => {
    const { ids } = await serve([], { request, store });
    const match = { itemIds: ids.slice(0, 8) };
    const after = await serve(
      [
        { class: "compliance", effect: { kind: "hide" }, match },
        { effect: { kind: "pin", position: 0 }, match, priority: 100 },
      ],
      { request, store },
    );
    expect(after.ids).toHaveLength(20);
    for (const id of match.itemIds) expect(after.ids).not.toContain(id);
    expect(after.counts.gateViolations).toBe(0);
  });

  test("compliance holds for the shopper's last slate when the store is away", async () => {
    const recentSlates = createRecentSlates();
    const before = await openFunnel(base.loaded, known(), { recentSlates }).recommend(slateRequest());
    const match = { itemIds: before.response.items.slice(0, 5).map(({ itemId }) => itemId) };
    const rules = await compile({ class: "compliance", effect: { kind: "hide" }, match });
    const away = await openFunnel(base.loaded, createFixedStore("down"), { recentSlates, rules }).recommend(
      slateRequest(),
    );
    expect(away.response.metadata.degradation.rung).toBe(2);
    for (const { itemId } of away.response.items) expect(match.itemIds).not.toContain(itemId);
  });
});

describe("pin", () => {
  test("puts items at their positions in the order named, wherever the models rank them", async () => {
    const { ids, record } = await serve(
      [{ effect: { kind: "pin", position: 2 }, match: { itemIds: ["item-1900", "item-77"] } }],
      { store: known() },
    );
    expect(ids.slice(2, 4)).toEqual(["item-1900", "item-77"]);
    expect(new Set(ids).size).toBe(20);
    expect(record.items[2]).toMatchObject({
      reason: "Featured",
      rules: [expect.stringMatching(/^pin:r\d+@1$/)],
    });
    expect(record.rung).toBe(0);
  });

  test("two pins of one position: the higher priority first, the other right behind", async () => {
    const { ids } = await serve([
      { effect: { kind: "pin", position: 0 }, match: { itemIds: ["item-1"] }, priority: 10 },
      { effect: { kind: "pin", position: 0 }, match: { itemIds: ["item-2"] }, priority: 90 },
    ]);
    expect(ids.slice(0, 2)).toEqual(["item-2", "item-1"]);
    expect(ids).toHaveLength(20);
  });

  test("shows what was bought, but nothing the shopper hid or the page shows", async () => {
    const store = createFixedStore({ ...shopper, purchased: ["item-40"], blocked: ["item-41"] });
    const { ids } = await serve(
      [{ effect: { kind: "pin", position: 0 }, match: { itemIds: ["item-40", "item-41", "item-42"] } }],
      { store, request: { contextItemId: "item-42" } },
    );
    expect(ids[0]).toBe("item-40");
    expect(ids).not.toContain("item-41");
    expect(ids).not.toContain("item-42");
  });
});

describe("boost and bury", () => {
  test("move matching candidates by deviations of the scores, up or down, and say so", async () => {
    const plain = await serve([], { store: known() });
    const brand = brandOf(plain.ids[12]!);
    const best = (ids: string[]) => ids.findIndex((id) => brandOf(id) === brand);
    const count = (ids: string[]) => ids.filter((id) => brandOf(id) === brand).length;
    const match = { brands: [brand] };
    const up = await serve([{ effect: { kind: "boost", strength: "strong" }, match }], { store: known() });
    const down = await serve([{ effect: { kind: "bury", strength: "strong" }, match }], { store: known() });
    expect(count(up.ids)).toBeGreaterThan(count(plain.ids));
    expect(count(down.ids)).toBeLessThanOrEqual(count(plain.ids));
    expect(best(up.ids)).toBeLessThanOrEqual(best(plain.ids));
    const moved = up.record.items.find(({ itemId }) => brandOf(itemId) === brand)!;
    expect(moved.rules).toEqual([expect.stringMatching(/^boost:/)]);
    expect(up.record.ruleHits![0]!.items).toBeGreaterThan(0);
  });
});

describe("only", () => {
  test("admits one shelf and fills the slate from it", async () => {
    const category = base.loaded.items.categories[3]!;
    const { ids } = await serve([{ effect: { kind: "only" }, match: { categories: [category] } }], {
      store: known(),
    });
    expect(ids).toHaveLength(20);
    for (const id of ids) expect(categoryOf(id)).toBe(category);
  });

  test("counts the candidates it kept out, not the catalogue it filled the slate from", async () => {
    const match = { itemIds: Array.from({ length: 30 }, (_, i) => `item-${1_900 + i}`) };
    const { ids, record } = await serve([{ effect: { kind: "only" }, match }], { store: known() });
    expect(ids).toHaveLength(20);
    for (const id of ids) expect(match.itemIds).toContain(id);
    expect(record.ruleHits![0]!.items).toBe(record.dropped.rule_only);
  });

  test("that would leave nothing is dropped, and the answer says so", async () => {
    const { ids, record } = await serve([{ effect: { kind: "only" }, match: { itemIds: ["no-such-item"] } }]);
    expect(ids).toHaveLength(20);
    expect(record.degradationReasons).toContain("rule_only_left_nothing");
  });
});

test("a cap holds back items beyond it, whatever list they come from", async () => {
  const plain = await serve([], { store: known() });
  const brands = [...new Set(plain.ids.map(brandOf))];
  const { ids } = await serve([{ effect: { kind: "cap", max: 2 }, match: { brands } }], { store: known() });
  expect(ids).toHaveLength(20);
  expect(ids.filter((id) => brands.includes(brandOf(id))).length).toBeLessThanOrEqual(2);
});

describe("a rule is about", () => {
  const hidden: Draft = { effect: { kind: "hide" }, match: { itemIds: ["item-3"] } };
  test.each([
    ["its surfaces", { scope: { surfaces: ["cart" as const] } }, { surface: "home_feed" }, false],
    ["its surfaces", { scope: { surfaces: ["cart" as const] } }, { surface: "cart" }, true],
    ["its regions", { scope: { regions: ["DE"] } }, { region: "DE" }, true],
    ["its regions, not unknown ones", { scope: { regions: ["DE"] } }, { region: undefined }, false],
    ["its devices", { scope: { devices: ["app" as const] } }, { device: "app" }, true],
    ["its devices", { scope: { devices: ["app" as const] } }, { device: "mobile" }, false],
    ["anonymous shoppers", { scope: { shoppers: "anonymous" as const } }, { isAnonymous: true }, true],
    ["signed-in shoppers", { scope: { shoppers: "signed_in" as const } }, { isAnonymous: true }, false],
    ["the time from its start", { from: "1970-01-01T00:00:01Z" }, { atMs: 1_000 }, true],
    ["the time before its start", { from: "1970-01-01T00:00:01Z" }, { atMs: 999 }, false],
    ["the time before its end", { to: "1970-01-01T00:00:01Z" }, { atMs: 999 }, true],
    ["not the moment of its end", { to: "1970-01-01T00:00:01Z" }, { atMs: 1_000 }, false],
  ])("%s", async (_what, part, request, applies) => {
    const active = (await compile({ ...hidden, ...part })).activate({ ...slateRequest(request) });
    expect(active !== null).toBe(applies);
  });
});

test.each([
  [
    "a pin without items",
    { effect: { kind: "pin", position: 0 }, match: { brands: ["b"] } },
    "match.itemIds",
  ],
  [
    "a compliance boost",
    { class: "compliance", effect: { kind: "boost", strength: "some" }, match: { brands: ["b"] } },
    "effect.kind",
  ],
  ["no items at all", { effect: { kind: "hide" }, match: {} }, "match"],
  [
    "an end before its start",
    {
      effect: { kind: "hide" },
      match: { brands: ["b"] },
      from: "2026-01-02T00:00:00Z",
      to: "2026-01-01T00:00:00Z",
    },
    "to",
  ],
  [
    "a price range upside down",
    { effect: { kind: "hide" }, match: { priceMin: 5, priceMax: 1 } },
    "match.priceMax",
  ],
] as const)("a rule with %s is refused by field", (_what, draft, field) => {
  const { error } = Definition.safeParse({ name: "r", ...draft });
  expect(error!.issues.map(({ path }) => path.join("."))).toEqual([field]);
});

describe("a replica's rules", () => {
  const items = () => base.loaded.items;
  const brand = () => ({ brands: [base.loaded.items.brands[0]!] });

  test("the newest set wins, also when an older one is matched for longer", async () => {
    const holder = new RuleHolder(items());
    const slow = holder.replace({
      setId: "a".repeat(64),
      rules: [rule({ effect: { kind: "hide" }, match: brand() })],
    });
    const fast = holder.replace({ setId: "b".repeat(64), rules: [] });
    await Promise.all([slow, fast]);
    expect(holder.current.setId).toBe("b".repeat(64));
    await holder.replace(null);
    expect(holder.current.setId).toBeNull();
  });

  test("what did not change is not matched anew", async () => {
    const holder = new RuleHolder(items());
    const kept = rule({ effect: { kind: "hide" }, match: brand() });
    await holder.replace({ setId: "a".repeat(64), rules: [kept] });
    const before = holder.current.matched.get(JSON.stringify(kept.match));
    const other = rule({ effect: { kind: "hide" }, match: { newerThanDays: 3 } });
    await holder.replace({ setId: "b".repeat(64), rules: [kept, other] });
    expect(holder.current.matched.get(JSON.stringify(kept.match))).toBe(before);
    expect(holder.current.matched.size).toBe(2);
  });

  test("matching a large table rests between steps", async () => {
    let rests = 0;
    const price = new Float64Array(100_000).fill(5);
    const large = { ...items(), rowCount: 100_000, capacity: 100_000, price };
    const set = await matchItems({ priceMax: 5 }, large, async () => void rests++);
    expect(set.size).toBe(100_000);
    expect(rests).toBe(3);
  });
});
