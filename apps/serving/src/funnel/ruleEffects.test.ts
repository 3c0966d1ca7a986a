import { RuleDefinition, type RuleSet } from "@shortlist/contracts";
import { beforeAll, describe, expect, it } from "vitest";
import type { LoadedRelease } from "../release/loadedRelease";
import { compileRules } from "../rules/compileRules";
import {
  createFixedStore,
  loadFixture,
  NO_STATE,
  openFunnel,
  slateRequest,
  withoutDeadlines,
} from "../testing/loadedFixture";
import type { Slate } from "./types";

const known = { ...NO_STATE, recentItems: ["item-5", "item-8"], recentAtMs: [2, 1] };

let base: LoadedRelease;
/** Every third item is sold by one of five; the rest has no seller. */
let sellerIds: Int32Array;
beforeAll(async () => {
  const loaded = withoutDeadlines((await loadFixture()).loaded);
  sellerIds = Int32Array.from(loaded.items.flags, (_, row) => (row % 3 === 0 ? (row / 3) % 5 : -1));
  const sellers = ["s0", "s1", "s2", "s3", "s4"];
  base = { ...loaded, items: Object.assign(Object.create(loaded.items), { sellerIds, sellers }) };
});

type Draft = Pick<RuleDefinition, "effect" | "match"> & Partial<RuleDefinition>;
async function serve(
  rules: readonly Draft[],
  change: Parameters<typeof slateRequest>[0] = {},
  loaded = base,
) {
  const set: RuleSet = {
    setId: "0".repeat(64),
    rules: rules.map((rule, i) => ({
      ...RuleDefinition.parse({ name: `rule ${i}`, ...rule }),
      ruleId: `r${i}`,
      revision: 1,
    })),
  };
  const compiled = await compileRules(set, loaded.items);
  return openFunnel(loaded, createFixedStore(known), { rules: compiled }).recommend(slateRequest(change));
}
const brandOf = (row: number) => base.items.brands[base.items.brandIds[row]!]!;
const count = (slate: Slate, test: (row: number) => boolean) => [...slate.rows].filter(test).length;
const ids = (slate: Slate) => slate.response.items.map(({ itemId }) => itemId);

describe("a sponsored slot", () => {
  const sponsor = (position: number, brand: string): Draft => ({
    effect: { kind: "sponsor", position },
    match: { brands: [brand] },
  });

  it("goes to the best-ranked matching candidate, which is marked, and the others close up", async () => {
    const plain = await serve([], { n: 100 });
    const best = plain.response.items.find(({ itemId }) => brandOf(base.items.find(itemId)) === "Brand 7")!;
    const slate = await serve([sponsor(2, "Brand 7")]);
    expect(slate.response.items[2]).toMatchObject({ itemId: best.itemId, isSponsored: true });
    expect(slate.response.items.filter(({ isSponsored }) => isSponsored)).toHaveLength(1);
    expect(new Set(ids(slate)).size).toBe(20);
    expect(ids(slate).slice(0, 2)).toEqual(
      ids(plain)
        .filter((id) => id !== best.itemId)
        .slice(0, 2),
    );
    expect(slate.record.items[2]!.rules).toEqual(["sponsor:r0@1"]);
    expect(slate.record.ruleHits).toEqual([{ rule: "r0@1", effect: "sponsor", items: 1 }]);
    expect(slate.counts.gateRemoved).toEqual({});
  });

  it("stays empty of sponsors when no candidate matches: nothing is shown that nobody would want", async () => {
    const slate = await serve([sponsor(0, "no such brand")]);
    expect(slate.rows).toHaveLength(20);
    expect(slate.response.items.some(({ isSponsored }) => isSponsored)).toBe(false);
  });

  it("never shows what is hidden, and gives way to a pin and to a higher priority", async () => {
    const hidden = await serve([
      sponsor(0, "Brand 7"),
      { effect: { kind: "hide" }, match: { brands: ["Brand 7"] } },
    ]);
    expect(count(hidden, (row) => brandOf(row) === "Brand 7")).toBe(0);
    const both = await serve([
      { ...sponsor(0, "Brand 7"), priority: 10 },
      { ...sponsor(0, "Brand 8"), priority: 90 },
      { effect: { kind: "pin", position: 0 }, match: { itemIds: ["item-40"] } },
    ]);
    expect(ids(both)[0]).toBe("item-40");
    expect([1, 2].map((at) => brandOf(both.rows[at]!))).toEqual(["Brand 8", "Brand 7"]);
    expect(both.rows).toHaveLength(20);
  });
});

describe("spread", () => {
  it.each([
    ["brand", (row: number) => base.items.brandIds[row]!],
    ["category", (row: number) => base.items.categoryIds[row]!],
    ["seller", (row: number) => sellerIds[row]!],
  ] as const)("at most so many of each %s, in whatever list the items come from", async (by, groupOf) => {
    const rule: Draft = { effect: { kind: "spread", by, max: 1 }, match: { priceMin: 0 } };
    for (const change of [{}, { personalize: false, shoppers: [] }]) {
      const slate = await serve([rule], { ...change, n: 15 });
      const groups = [...slate.rows]
        .filter((row) => base.items.price[row]! >= 0 && groupOf(row) >= 0)
        .map((row) => groupOf(row));
      expect(new Set(groups).size).toBe(groups.length);
      expect(slate.rows).toHaveLength(15);
    }
  });
});

describe("at least", () => {
  it("lifts the best matching candidates, as many as are missing", async () => {
    const isSold = (row: number) => sellerIds[row] === 3;
    const before = count(await serve([]), isSold);
    const slate = await serve([
      { effect: { kind: "at_least", min: before + 3 }, match: { sellers: ["s3"] } },
    ]);
    expect(count(slate, isSold)).toBe(before + 3);
    expect(slate.rows).toHaveLength(20);
    expect(new Set(slate.rows).size).toBe(20);
    expect(slate.record.ruleHits).toEqual([{ rule: "r0@1", effect: "at_least", items: 3 }]);
    expect(slate.record.items.filter(({ rules }) => rules?.includes("at_least:r0@1"))).toHaveLength(3);
  });

  it("does nothing where it holds already, and shows no stranger where candidates are few", async () => {
    const plain = await serve([]);
    const brand = brandOf(plain.rows[0]!);
    const held = await serve([{ effect: { kind: "at_least", min: 1 }, match: { brands: [brand] } }]);
    expect(ids(held)).toEqual(ids(plain));
    const none = await serve([{ effect: { kind: "at_least", min: 5 }, match: { itemIds: ["item-3"] } }]);
    expect(ids(none)).toEqual(ids(plain));
  });

  it("two floors and exploration leave each other alone", async () => {
    const surfaces = new Map(
      [...base.surfaces].map(([name, surface]) => [
        name,
        {
          ...surface,
          rerank: {
            ...surface.rerank,
            exploration: { kind: "epsilon" as const, slotSharePct: 10, epsilon: 1, poolSize: 20 },
          },
        },
      ]),
    );
    const floors: Draft[] = ["s3", "s4"].map((seller) => ({
      effect: { kind: "at_least", min: 4 },
      match: { sellers: [seller] },
    }));
    for (let i = 0; i < 20; i++) {
      const slate = await serve(floors, { requestId: `r${i}` }, { ...base, surfaces });
      expect(count(slate, (row) => sellerIds[row] === 3)).toBeGreaterThanOrEqual(4);
      expect(count(slate, (row) => sellerIds[row] === 4)).toBeGreaterThanOrEqual(4);
      expect(slate.record.items.filter(({ propensity }) => propensity < 1)).toHaveLength(2);
    }
  });
});
