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

const known = { ...NO_STATE, recentItems: ["item-5", "item-8"], recentAtMs: [2, 1] };

let base: LoadedRelease;
beforeAll(async () => {
  base = withoutDeadlines((await loadFixture()).loaded);
});

const withPreRanker = (preRanker: { model: string | null; keep: number } | null): LoadedRelease => ({
  ...base,
  surfaces: new Map([...base.surfaces].map(([name, surface]) => [name, { ...surface, preRanker }])),
});
const serve = (loaded: LoadedRelease) =>
  openFunnel(loaded, createFixedStore(known)).recommend(slateRequest({ n: 20 }));

describe("a pre-ranker", () => {
  it("that is the ranker itself changes nothing but how many the ranker sees", async () => {
    const plain = await serve(withPreRanker(null));
    const cut = await serve(withPreRanker({ model: "ranker@1", keep: 200 }));
    expect(plain.response.metadata.candidatesScored).toBeGreaterThan(300);
    expect(cut.response.metadata.candidatesScored).toBe(200);
    expect(
      cut.record.items.map(({ itemId, score, sources, rankerPosition }) => [
        itemId,
        score,
        sources,
        rankerPosition,
      ]),
    ).toEqual(
      plain.record.items.map(({ itemId, score, sources, rankerPosition }) => [
        itemId,
        score,
        sources,
        rankerPosition,
      ]),
    );
    expect(cut.record.items[0]!.features).toEqual(plain.record.items[0]!.features);
    expect(cut.record.rung).toBe(0);
    expect(cut.record.stages.map(({ name }) => name)).toContain("prerank");
  });

  it("by rank fusion keeps what several sources agree on, and the ranker orders it", async () => {
    const slate = await serve(withPreRanker({ model: null, keep: 50 }));
    expect(slate.record).toMatchObject({ rung: 0, modelVersion: "ranker@1" });
    expect(slate.response.metadata.candidatesScored).toBe(50);
    expect(slate.response.items).toHaveLength(20);
  });

  it("is not asked when there is nothing to cut", async () => {
    const slate = await serve(withPreRanker({ model: "ranker@1", keep: 5_000 }));
    expect(slate.record.stages.map(({ name }) => name)).not.toContain("prerank");
  });

  it("that fails gives way to rank fusion, and the answer says so", async () => {
    const own = base.rankers.get("ranker@1")!;
    const broken = { ...own, ref: "light@1", score: () => Promise.reject(new Error("no")) };
    const loaded = withPreRanker({ model: "light@1", keep: 50 });
    const rankers = new Map([...base.rankers, ["light@1", broken] as const]);
    const slate = await serve({ ...loaded, rankers });
    expect(slate.record).toMatchObject({ rung: 1, modelVersion: "ranker@1" });
    expect(slate.record.degradationReasons).toEqual(["pre_ranker_failed"]);
    expect(slate.response.items).toHaveLength(20);
  });
});
