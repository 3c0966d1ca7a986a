import { type ReleaseSurface, RerankPolicy, type Switches } from "@shortlist/contracts";
import { describe, expect, it } from "vitest";
import { createDegrader } from "./degrader";
import { decideEffectiveSurface } from "./effectiveSurface";

const surface: ReleaseSurface = {
  surface: "home_feed",
  tier: "home",
  mode: "live",
  budgetMs: 100,
  candidateLimit: 1_000,
  sources: [
    { name: "collaborative", enabled: true, quota: 400, timeoutMs: 50 },
    { name: "content", enabled: false, quota: 300, timeoutMs: 50 },
    { name: "popular", enabled: true, quota: 12, timeoutMs: 50 },
  ],
  preRanker: { model: null, keep: 200 },
  rankers: [{ model: "ranker@1", sharePct: 100 }],
  rerank: RerankPolicy.parse({
    categoryCap: 4,
    excludePurchased: true,
    excludeRecentlySeen: 10,
    exploration: { kind: "epsilon", slotSharePct: 10 },
  }),
};
const NONE = {
  sourcesOff: [],
  rankerOff: false,
  explorationOff: false,
  listsOnly: false,
  candidateSharePct: 100,
};
const decide = (switches: Switches | null, step = 0, of = surface) =>
  decideEffectiveSurface(of, { switches, step });

describe("what a request gets", () => {
  it("is the release's own surface while nothing is switched and nothing presses", () => {
    for (const switches of [null, {}, { all: NONE }, { cart: { ...NONE, listsOnly: true } }]) {
      const effective = decide(switches);
      expect(effective).toMatchObject({ surface, isListsOnly: false, reasons: [] });
      expect(effective.surface).toBe(surface);
    }
  });

  it.each<[string, Partial<typeof NONE> & object, string[], Partial<ReleaseSurface>]>([
    ["a ranker off", { rankerOff: true }, ["ranker_switched_off"], { rankers: [], preRanker: null }],
    [
      "exploration off",
      { explorationOff: true },
      ["exploration_switched_off"],
      { rerank: { ...surface.rerank, exploration: null } },
    ],
    [
      "fewer candidates",
      { candidateSharePct: 50 },
      ["candidates_switched_to:50"],
      { candidateLimit: 500, preRanker: { model: null, keep: 100 } },
    ],
    ["very few candidates", { candidateSharePct: 5 }, ["candidates_switched_to:5"], { candidateLimit: 50 }],
  ])("%s", (_name, thrown, reasons, changes) => {
    for (const switches of [{ all: { ...NONE, ...thrown } }, { home_feed: { ...NONE, ...thrown } }]) {
      const effective = decide(switches);
      expect(effective.reasons).toEqual(reasons);
      expect(effective.surface).toMatchObject(changes);
    }
  });

  it("a source off is named once, whichever switch names it, and one that was off anyway is not", () => {
    const effective = decide({
      all: { ...NONE, sourcesOff: ["collaborative", "content", "search"] },
      home_feed: { ...NONE, sourcesOff: ["collaborative"] },
    });
    expect(effective.reasons).toEqual(["source_switched_off:collaborative"]);
    expect(effective.surface.sources.map(({ enabled }) => enabled)).toEqual([false, false, true]);
  });

  it("the smaller share counts, and quotas shrink with it but keep enough to fill a slate", () => {
    const effective = decide({ all: { ...NONE, candidateSharePct: 40 } }, 1);
    expect(effective.reasons).toEqual(["candidates_switched_to:40", "candidates_shrunk_to:75"]);
    expect(effective.surface.sources.map(({ quota }) => quota)).toEqual([160, 120, 10]);
    expect(effective.surface.candidateLimit).toBe(400);
  });

  it("lists only, by switch or by shedding", () => {
    expect(decide({ home_feed: { ...NONE, listsOnly: true, rankerOff: true } })).toMatchObject({
      surface,
      isListsOnly: true,
      reasons: ["switched_to_lists"],
    });
    expect(decide(null, 7)).toMatchObject({ isListsOnly: true, reasons: ["shed:home"] });
    expect(decide(null, 6)).toMatchObject({ isListsOnly: false, reasons: ["candidates_shrunk_to:25"] });
    expect(decide(null, 6, { ...surface, tier: "related" }).reasons).toEqual(["shed:related"]);
    expect(decide(null, 4, { ...surface, tier: "notification" }).isListsOnly).toBe(false);
    expect(decide(null, 4, { ...surface, tier: "background" }).isListsOnly).toBe(true);
  });
});

describe("the degrader", () => {
  it("follows switches and pressure, and decides anew only when one of them changes", () => {
    const load = { step: 0 };
    const degrader = createDegrader(new Map([["home_feed", surface]]), load);
    const before = degrader.find("home_feed");
    expect(degrader.find("home_feed")).toBe(before);
    expect(degrader.find("cart")).toBeNull();
    degrader.replaceSwitches({ all: { ...NONE, rankerOff: true } });
    const switched = degrader.find("home_feed");
    expect(switched!.reasons).toEqual(["ranker_switched_off"]);
    degrader.replaceSwitches({ all: { ...NONE, rankerOff: true } });
    expect(degrader.find("home_feed")).toBe(switched);
    load.step = 7;
    expect(degrader.find("home_feed")!.reasons).toEqual(["shed:home"]);
    load.step = 0;
    degrader.replaceSwitches(null);
    expect(degrader.find("home_feed")!.reasons).toEqual([]);
  });
});
