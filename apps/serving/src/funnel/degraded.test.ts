import type { Switches } from "@shortlist/contracts";
import { beforeAll, describe, expect, it } from "vitest";
import { createDegrader } from "../degrade/degrader";
import { PressureMeter } from "../degrade/pressureMeter";
import { createRecentSlates } from "../degrade/recentSlates";
import { isEligible } from "../release/itemTable";
import { NO_RULES } from "../rules/compileRules";
import {
  createFixedStore,
  type LoadedFixture,
  loadFixture,
  NO_STATE,
  openFunnel,
  slateRequest,
} from "../testing/loadedFixture";
import { createRelatedFunnel } from "./related";
import type { Slate } from "./types";

let base: LoadedFixture;
beforeAll(async () => {
  base = await loadFixture();
});
const known = { ...NO_STATE, recentItems: ["item-5", "item-8"], recentAtMs: [2, 1] };
const NONE = {
  sourcesOff: [],
  rankerOff: false,
  explorationOff: false,
  listsOnly: false,
  candidateSharePct: 100,
};

function degraderOf(switches: Switches | null, step = 0) {
  const degrader = createDegrader(base.loaded.surfaces, { step });
  degrader.replaceSwitches(switches);
  return degrader;
}

function expectServable(slate: Slate): void {
  expect(slate.response.items.length).toBe(20);
  expect(slate.counts.gateViolations).toBe(0);
  for (const { itemId } of slate.response.items)
    expect(isEligible(base.fixture.flags[base.loaded.items.find(itemId)]!)).toBe(true);
}

describe("a kill switch is in force at once and named in the answer", () => {
  it("sources off: they are not asked, the others fill the slate", async () => {
    const degrader = degraderOf({ home_feed: { ...NONE, sourcesOff: ["collaborative", "content"] } });
    const slate = await openFunnel(base.loaded, createFixedStore(known), { degrader }).recommend(
      slateRequest(),
    );
    expectServable(slate);
    expect(slate.response.metadata.degradation).toMatchObject({
      rung: 1,
      reasons: ["source_switched_off:collaborative", "source_switched_off:content"],
    });
    for (const name of ["collaborative", "content"])
      expect(slate.record.sources).toContainEqual(
        expect.objectContaining({ name, status: "disabled", reason: "switched_off" }),
      );
  });

  it("ranker off: rank fusion orders", async () => {
    const degrader = degraderOf({ all: { ...NONE, rankerOff: true } });
    const slate = await openFunnel(base.loaded, createFixedStore(known), { degrader }).recommend(
      slateRequest(),
    );
    expectServable(slate);
    expect(slate.record).toMatchObject({ rung: 1, modelVersion: "rank-fusion" });
    expect(slate.record.degradationReasons).toContain("ranker_switched_off");
  });

  it("fewer candidates: as many as the switch leaves are scored", async () => {
    const full = await openFunnel(base.loaded, createFixedStore(known)).recommend(slateRequest());
    const degrader = degraderOf({ all: { ...NONE, candidateSharePct: 10 } });
    const slate = await openFunnel(base.loaded, createFixedStore(known), { degrader }).recommend(
      slateRequest(),
    );
    expectServable(slate);
    expect(full.response.metadata.candidatesScored).toBeGreaterThan(300);
    expect(slate.response.metadata.candidatesScored).toBeLessThanOrEqual(100);
    expect(slate.record).toMatchObject({ rung: 1, degradationReasons: ["candidates_switched_to:10"] });
  });

  it("lists only: the shopper's last slate, else a list, and nothing is searched or scored", async () => {
    const recentSlates = createRecentSlates();
    const first = await openFunnel(base.loaded, createFixedStore(known), { recentSlates }).recommend(
      slateRequest(),
    );
    const degrader = degraderOf({ home_feed: { ...NONE, listsOnly: true } });
    const funnel = openFunnel(base.loaded, createFixedStore(known), { recentSlates, degrader });
    const again = await funnel.recommend(slateRequest());
    expectServable(again);
    expect(again.record).toMatchObject({ rung: 2, degradationReasons: ["switched_to_lists"], sources: [] });
    expect(again.response.items.map((i) => i.itemId)).toEqual(first.response.items.map((i) => i.itemId));
    const stranger = await funnel.recommend(slateRequest({ shoppers: ["another"] }));
    expectServable(stranger);
    expect(stranger.record.rung).toBe(3);
    const elsewhere = await funnel.recommend(slateRequest({ shoppers: ["another"], region: undefined }));
    expectServable(elsewhere);
    expect(elsewhere.record.rung).toBe(4);
  });
});

describe("under pressure", () => {
  it("a shed tier gets a list with its reason, and what the shopper hid and their opt-out still hold", async () => {
    const degrader = degraderOf(null, 7);
    const plain = await openFunnel(base.loaded, createFixedStore(known), { degrader }).recommend(
      slateRequest(),
    );
    expectServable(plain);
    expect(plain.record).toMatchObject({ rung: 3, degradationReasons: ["shed:home"] });
    const blocked = plain.response.items.slice(0, 5).map(({ itemId }) => itemId);
    const slate = await openFunnel(base.loaded, createFixedStore({ ...known, blocked }), {
      degrader,
    }).recommend(slateRequest());
    expectServable(slate);
    for (const { itemId } of slate.response.items) expect(blocked).not.toContain(itemId);
    const out = createFixedStore({ ...known, isOptedOut: true });
    const optedOut = await openFunnel(base.loaded, out, { degrader }).recommend(slateRequest());
    expect(optedOut.record).toMatchObject({ personalized: false, degradationReasons: ["opted_out"] });
  });

  it("related items shrink, and are shed to the popular list", async () => {
    const relate = (step: number, switches: Switches | null = null) =>
      createRelatedFunnel({
        loaded: base.loaded,
        shoppers: createFixedStore(known),
        degrader: degraderOf(switches, step),
        load: new PressureMeter(() => 0),
        guards: { sources: new Map(), rankers: new Map() },
        replicaId: "test",
        rules: { current: NO_RULES },
        now: () => performance.now(),
        logsFeatures: () => false,
      }).relate({ ...slateRequest({ surface: "product_detail" }), kind: "similar", contextItemId: "item-5" });
    const shrunk = await relate(2);
    expect(shrunk.response.metadata.candidatesRetrieved).toBe(60);
    expect(shrunk.record).toMatchObject({ rung: 1, degradationReasons: ["candidates_shrunk_to:50"] });
    const shed = await relate(7);
    expectServable(shed);
    expect(shed.record).toMatchObject({ rung: 4, degradationReasons: ["shed:home"] });
    const off = await relate(0, { all: { ...NONE, sourcesOff: ["content", "trending"] } });
    expectServable(off);
    expect(off.record.degradationReasons).toEqual(["source_switched_off:content", "nothing_related"]);
  });

  it("related items whose index fails at run time are the popular ones", async () => {
    const content = base.loaded.indexes.content!;
    const search = () => {
      throw new Error("index is gone");
    };
    const indexes = { ...base.loaded.indexes, content: { ...content, index: { ...content.index, search } } };
    const slate = await createRelatedFunnel({
      loaded: { ...base.loaded, indexes },
      shoppers: createFixedStore(known),
      degrader: degraderOf(null),
      load: new PressureMeter(() => 0),
      guards: { sources: new Map(), rankers: new Map() },
      replicaId: "test",
      rules: { current: NO_RULES },
      now: () => performance.now(),
      logsFeatures: () => false,
    }).relate({ ...slateRequest({ surface: "product_detail" }), kind: "similar", contextItemId: "item-5" });
    expectServable(slate);
    expect(slate.record).toMatchObject({ rung: 4 });
    expect(slate.record.degradationReasons).toContain("source_error:content");
  });
});

describe("a part that keeps failing is not asked for a while", () => {
  it("a source", async () => {
    let asked = 0;
    const sources = new Map(base.loaded.sources);
    const retrieve = () => {
      asked++;
      throw new Error("index is gone");
    };
    sources.set("content", { ...sources.get("content")!, retrieve });
    const funnel = openFunnel({ ...base.loaded, sources }, createFixedStore(known));
    for (let i = 0; i < 5; i++) await funnel.recommend(slateRequest());
    const slate = await funnel.recommend(slateRequest());
    expectServable(slate);
    expect(asked).toBe(5);
    expect(slate.record.degradationReasons).toEqual(["source_skipped:content"]);
    expect(slate.record.sources).toContainEqual(
      expect.objectContaining({ name: "content", status: "skipped", reason: "breaker_open" }),
    );
  });

  it.each<[string, (out: Float32Array, count: number) => void]>([
    [
      "a ranker that throws",
      () => {
        throw new Error("no");
      },
    ],
    ["a ranker that gives only NaN", (out, count) => out.fill(Number.NaN, 0, count)],
  ])("%s", async (_name, write) => {
    let asked = 0;
    const score = async (_features: Float32Array, count: number, out: Float32Array) => {
      asked++;
      write(out, count);
    };
    const rankers = new Map([["ranker@1", { ...base.loaded.rankers.get("ranker@1")!, score }]]);
    const funnel = openFunnel({ ...base.loaded, rankers }, createFixedStore(known));
    for (let i = 0; i < 5; i++) await funnel.recommend(slateRequest());
    const slate = await funnel.recommend(slateRequest());
    expectServable(slate);
    expect(asked).toBe(5);
    expect(slate.record).toMatchObject({ rung: 1, degradationReasons: ["ranker_breaker_open"] });
  });
});
