import { RerankPolicy } from "@shortlist/contracts";
import { beforeAll, describe, expect, it } from "vitest";
import type { LoadedRelease } from "../release/loadedRelease";
import {
  createFixedStore,
  loadFixture,
  NO_STATE,
  openFunnel,
  slateRequest,
  withoutDeadlines,
} from "../testing/loadedFixture";
import { countExploring } from "./explore";
import type { Slate } from "./types";

const PLAIN = { categoryCap: 40, excludePurchased: true, excludeRecentlySeen: 10 };
const known = { ...NO_STATE, recentItems: ["item-5", "item-8"], recentAtMs: [2, 1] };

let base: LoadedRelease;
beforeAll(async () => {
  base = withoutDeadlines((await loadFixture()).loaded);
});

const withPolicy = (change: Partial<RerankPolicy>): LoadedRelease => {
  const rerank = RerankPolicy.parse({ ...PLAIN, ...change });
  const surfaces = new Map([...base.surfaces].map(([name, surface]) => [name, { ...surface, rerank }]));
  return { ...base, surfaces };
};
const open = (change: Partial<RerankPolicy>) => openFunnel(withPolicy(change), createFixedStore(known));
const rowsOf = (slate: Slate) => [...slate.rows];
const mostOf = (rows: readonly number[], ids: ArrayLike<number>): number => {
  const counts = new Map<number, number>();
  for (const row of rows) if (ids[row]! >= 0) counts.set(ids[row]!, (counts.get(ids[row]!) ?? 0) + 1);
  return Math.max(...counts.values());
};

describe("caps", () => {
  it("at most so many of one brand and of one category", async () => {
    const free = await open({}).recommend(slateRequest());
    expect(mostOf(rowsOf(free), base.items.brandIds)).toBeGreaterThan(1);
    const slate = await open({ brandCap: 1, categoryCap: 3 }).recommend(slateRequest());
    expect(slate.rows).toHaveLength(20);
    expect(mostOf(rowsOf(slate), base.items.brandIds)).toBe(1);
    expect(mostOf(rowsOf(slate), base.items.categoryIds)).toBeLessThanOrEqual(3);
  });

  it("at most so many of one seller, and items without one are not one seller's", async () => {
    const sellerIds = Int32Array.from(base.items.flags, (_, row) => (row % 2 === 0 ? -1 : row % 3));
    const items = Object.assign(Object.create(base.items), { sellerIds });
    const slate = await openFunnel(
      { ...withPolicy({ sellerCap: 2 }), items },
      createFixedStore(known),
    ).recommend(slateRequest());
    expect(mostOf(rowsOf(slate), sellerIds)).toBeLessThanOrEqual(2);
    expect(rowsOf(slate).filter((row) => sellerIds[row] === -1).length).toBeGreaterThan(10);
  });

  it("that leave too few are given up rather than the slate", async () => {
    const slate = await open({ categoryCap: 1, brandCap: 1 }).recommend(slateRequest({ n: 60 }));
    expect(slate.rows).toHaveLength(60);
  });
});

describe("diversity", () => {
  const meanSimilarity = (rows: readonly number[]): number => {
    const { vectors, dims } = base.indexes.content!.vectors;
    let sum = 0;
    let pairs = 0;
    for (let a = 0; a < rows.length; a++)
      for (let b = 0; b < a; b++) {
        for (let d = 0; d < dims; d++) sum += vectors[rows[a]! * dims + d]! * vectors[rows[b]! * dims + d]!;
        pairs++;
      }
    return sum / pairs;
  };

  it("makes items less alike the more it is asked for, and the best stays first", async () => {
    const slates: Slate[] = [];
    for (const diversity of [0, 0.3, 0.7]) slates.push(await open({ diversity }).recommend(slateRequest()));
    const [none, some, much] = slates.map((slate) => meanSimilarity(rowsOf(slate)));
    expect(some!).toBeLessThan(none!);
    expect(much!).toBeLessThan(some!);
    for (const slate of slates) {
      expect(slate.rows).toHaveLength(20);
      expect(slate.rows[0]).toBe(slates[0]!.rows[0]);
    }
  });

  it("without content vectors the order is that of the scores", async () => {
    const loaded = withPolicy({ diversity: 0.5 });
    const plain = await open({}).recommend(slateRequest());
    const without = { ...loaded, indexes: { ...loaded.indexes, content: null } };
    const slate = await openFunnel(without, createFixedStore(known)).recommend(slateRequest());
    expect(rowsOf(slate)).toEqual(rowsOf(plain));
  });
});

describe("freshness", () => {
  it("brings newer items, and the score says by how much", async () => {
    const age = (slate: Slate) =>
      rowsOf(slate).reduce((sum, row) => sum + base.items.ageDays[row]!, 0) / slate.rows.length;
    const plain = await open({}).recommend(slateRequest());
    const fresh = await open({ freshness: { weight: 3, halfLifeDays: 14 } }).recommend(slateRequest());
    expect(age(fresh)).toBeLessThan(age(plain) / 2);
  });
});

describe("exploration", () => {
  const exploring = (kind: "epsilon" | "thompson", epsilon = 0.4) => ({
    exploration: { kind, slotSharePct: 10, epsilon, poolSize: 8 },
  });

  it.each(["epsilon", "thompson"] as const)(
    "%s: what the log says of a draw is how often it is drawn",
    async (kind) => {
      const funnel = open(exploring(kind));
      const draws = 800;
      const seen = new Map<string, { count: number; propensity: number }>();
      const kept = new Set<string>();
      for (let i = 0; i < draws; i++) {
        const { record } = await funnel.recommend(slateRequest({ requestId: `request-${i}` }));
        kept.add(
          record.items
            .slice(0, 18)
            .map(({ itemId, propensity }) => `${itemId} ${propensity}`)
            .join(),
        );
        const { itemId, propensity } = record.items[18]!;
        const held = seen.get(itemId) ?? { count: 0, propensity };
        expect(held.propensity).toBeCloseTo(propensity, 10);
        seen.set(itemId, { count: held.count + 1, propensity });
      }
      // The rest of the slate stands still.
      expect(kept.size).toBe(1);
      expect([...kept][0]).toMatch(/ 1(,|$)/);
      expect(seen.size).toBeGreaterThan(3);
      expect(seen.size).toBeLessThanOrEqual(8);
      for (const { count, propensity } of seen.values()) {
        const error = Math.sqrt((propensity * (1 - propensity)) / draws);
        expect(Math.abs(count / draws - propensity)).toBeLessThan(4 * error + 1e-4);
      }
    },
    60_000,
  );

  it("a replay of the request draws the same, another request may not", async () => {
    const idsOf = async (requestId: string) => {
      const slate = await open(exploring("epsilon", 1)).recommend(slateRequest({ requestId }));
      return slate.record.items.map(({ itemId, propensity }) => `${itemId} ${propensity}`);
    };
    expect(await idsOf("a")).toEqual(await idsOf("a"));
    const others = await Promise.all(["b", "c", "d", "e"].map(idsOf));
    const first = await idsOf("a");
    expect(others.some((ids) => ids.join() !== first.join())).toBe(true);
  });

  it("keeps to the caps, repeats nothing and fills the slate", async () => {
    for (let i = 0; i < 50; i++) {
      const slate = await open({ ...exploring("thompson"), categoryCap: 2, brandCap: 2 }).recommend(
        slateRequest({ requestId: `r${i}` }),
      );
      expect(new Set(slate.rows).size).toBe(20);
      expect(mostOf(rowsOf(slate), base.items.categoryIds)).toBeLessThanOrEqual(2);
      expect(mostOf(rowsOf(slate), base.items.brandIds)).toBeLessThanOrEqual(2);
    }
  });

  it("off: everything is shown for certain", async () => {
    const slate = await open({}).recommend(slateRequest());
    expect(slate.record.items.every(({ propensity }) => propensity === 1)).toBe(true);
  });

  it.each([
    [20, 10, 2],
    [20, 0, 0],
    [5, 10, 1],
    [4, 10, 0],
    [1, 50, 0],
    [3, 50, 2],
  ])("of %d positions %d %% explore: %d", (room, share, expected) => {
    expect(countExploring(room, share)).toBe(expected);
  });
});
