import {
  type CandidateSourceName,
  RerankPolicy,
  type Rule,
  RuleDefinition,
  Rule as RuleSchema,
  SlateLogRecord,
  SURFACES,
} from "@shortlist/contracts";
import { createRandom, type Random } from "@shortlist/ml";
import { beforeAll, describe, expect, it } from "vitest";
import { createDegrader } from "../degrade/degrader";
import { createRecentSlates } from "../degrade/recentSlates";
import type { SlateRequest } from "../funnel/types";
import type { ShopperState } from "../ports/shopperStore";
import type { LoadedRelease } from "../release/loadedRelease";
import { type CompiledRules, compileRules, NO_RULES } from "../rules/compileRules";
import {
  slateRequest as anyRequest,
  createFixedStore,
  type LoadedFixture,
  loadFixture,
  NO_STATE,
  openFunnel,
  withoutDeadlines,
} from "../testing/loadedFixture";
import { replaySlate } from "./replaySlate";

let base: LoadedFixture;
let loaded: LoadedRelease;
let rules: CompiledRules;
const slateRequest = (changes: Partial<SlateRequest> = {}) =>
  anyRequest({ logContext: { region: "DE" }, ...changes });
const now = () => performance.now();

const rule = (ruleId: string, draft: object): Rule =>
  RuleSchema.parse({ ruleId, revision: 1, ...RuleDefinition.parse({ name: ruleId, ...draft }) });
const SET = [
  rule("hide", { effect: { kind: "hide" }, match: { itemIds: ["item-11", "item-12", "item-13"] } }),
  rule("boost", { effect: { kind: "boost", strength: "some" }, match: { brands: ["brand-3", "brand-4"] } }),
  rule("bury", { effect: { kind: "bury", strength: "strong" }, match: { itemIds: ["item-20", "item-21"] } }),
  rule("pin", { effect: { kind: "pin", position: 2 }, match: { itemIds: ["item-101"] } }),
  rule("cap", { effect: { kind: "cap", max: 2 }, match: { priceMin: 100 } }),
];

beforeAll(async () => {
  base = await loadFixture({ nItems: 1_500, hasTexts: true });
  loaded = withoutDeadlines(base.loaded);
  rules = await compileRules({ setId: "a".repeat(64), rules: SET }, loaded.items);
});

const holder = (current: CompiledRules) => ({
  current,
  compile: (set: Parameters<typeof compileRules>[0]) => compileRules(set, loaded.items),
});
/** As it comes back from the log. */
const logged = (record: SlateLogRecord) => SlateLogRecord.parse(JSON.parse(JSON.stringify(record)));
const pickItems = (random: Random, n: number) => Array.from({ length: n }, () => `item-${random.int(1_500)}`);

function randomState(random: Random): ShopperState {
  const recentItems = [...new Set(pickItems(random, random.int(30)))];
  return {
    ...NO_STATE,
    recentItems,
    recentAtMs: recentItems.map((_, i) => 1_000 - i),
    purchased: pickItems(random, random.int(6)),
    blocked: pickItems(random, random.int(4)),
    vector: random.next() < 0.5 ? Float32Array.from({ length: 16 }, () => random.normal()) : null,
  };
}

function randomRequest(random: Random, at: number): SlateRequest {
  const sessionItems = pickItems(random, random.int(5));
  const queryText =
    random.next() < 0.2 ? base.loaded.items.titleOf(random.int(1_500)).toLowerCase() : undefined;
  const itemId = random.next() < 0.3 ? `item-${random.int(1_500)}` : undefined;
  const region = ["DE", "FR", undefined][random.int(3)];
  const device = random.next() < 0.3 ? "app" : undefined;
  return slateRequest({
    requestId: `r-${at}`,
    surface: SURFACES[random.int(SURFACES.length)]!,
    n: 1 + random.int(40),
    shoppers: random.next() < 0.8 ? [`shopper-${random.int(30)}`] : [],
    isAnonymous: random.next() < 0.5,
    personalize: random.next() < 0.95,
    region,
    device,
    contextItemId: itemId,
    sessionItems,
    queryText,
    filters: random.next() < 0.3 ? { priceMin: 20, excludeItems: pickItems(random, 3) } : undefined,
    logContext: { region, device, itemId, sessionItems, queryText },
    atMs: 1_000 + at,
  });
}

const POLICIES: Partial<Parameters<typeof RerankPolicy.parse>[0] & object>[] = [
  {},
  { exploration: { kind: "epsilon", slotSharePct: 40 } },
  { exploration: { kind: "thompson", slotSharePct: 50 }, diversity: 0.3 },
  { freshness: { weight: 1, halfLifeDays: 30 }, brandCap: 2, diversity: 0.5 },
];

/** The release with another policy, and with parts that fail. */
function alter(random: Random): LoadedRelease {
  const policy = POLICIES[random.int(POLICIES.length)]!;
  const isCut = random.next() < 0.4;
  const surfaces = new Map(
    [...loaded.surfaces].map(([name, surface]) => [
      name,
      {
        ...surface,
        candidateLimit: 300,
        preRanker: isCut ? { model: random.next() < 0.5 ? "ranker@1" : null, keep: 80 } : null,
        rerank: RerankPolicy.parse({ ...surface.rerank, ...policy }),
      },
    ]),
  );
  return { ...loaded, surfaces };
}
function breakParts(release: LoadedRelease, random: Random): LoadedRelease {
  const sources = new Map(release.sources);
  if (random.next() < 0.3) {
    const name = (["content", "collaborative", "covisitation", "popular"] as CandidateSourceName[])[
      random.int(4)
    ]!;
    sources.set(name, {
      ...sources.get(name)!,
      retrieve() {
        throw new Error("index is gone");
      },
    });
  }
  const rankers = new Map(release.rankers);
  if (random.next() < 0.15)
    rankers.set("ranker@1", { ...rankers.get("ranker@1")!, score: () => Promise.reject(new Error("no")) });
  return { ...release, sources, rankers };
}

describe("a replay", () => {
  it("gives the identical slate for 400 random requests: every surface, explored, ruled and degraded ones", async () => {
    const random = createRandom(11);
    const recentSlates = createRecentSlates();
    const rungs = new Set<number>();
    let degraded = 0;
    let ruled = 0;
    let drawn = 0;
    for (let at = 0; at < 400; at++) {
      const release = alter(random);
      const isRuled = random.next() < 0.4;
      const switches =
        random.next() < 0.2
          ? {
              all: {
                sourcesOff: ["content" as const],
                rankerOff: random.next() < 0.5,
                explorationOff: random.next() < 0.5,
                listsOnly: random.next() < 0.3,
                candidateSharePct: 40,
              },
            }
          : null;
      const degrader = createDegrader(release.surfaces, { step: random.next() < 0.2 ? random.int(8) : 0 });
      degrader.replaceSwitches(switches);
      const inForce = isRuled ? rules : NO_RULES;
      const state = randomState(random);
      const store =
        random.next() < 0.15
          ? { read: () => Promise.resolve({ status: "late" as const, blocked: state.blocked }) }
          : createFixedStore(state);
      const slate = await openFunnel(breakParts(release, random), store, {
        rules: inForce,
        degrader,
        recentSlates,
      }).recommend(randomRequest(random, at));
      rungs.add(slate.record.rung);
      if (slate.record.degradationReasons.length > 0) degraded++;
      if (slate.record.ruleSetId !== undefined) ruled++;
      if (slate.record.items.some(({ propensity }) => propensity < 1)) drawn++;
      const replay = await replaySlate(
        { loaded: release, rules: holder(inForce), now },
        { record: logged(slate.record) },
      );
      expect(replay, `${at} ${slate.record.degradationReasons}`).toMatchObject({
        identical: true,
        causes: [],
      });
      expect(replay.scoreDifferenceMax).toBeLessThan(1e-6);
    }
    expect([...rungs].sort()).toEqual([0, 1, 2, 3, 4]);
    expect(Math.min(degraded, ruled, drawn)).toBeGreaterThan(50);
  });

  it("is identical for the list of last resort, blocks included", async () => {
    const recentSlates = createRecentSlates();
    const [first] = openFunnel(loaded).serveLastResort(slateRequest(), "funnel_failed").record.items;
    const state = { ...NO_STATE, blocked: [first!.itemId] };
    const funnel = openFunnel(loaded, createFixedStore(state), { recentSlates });
    await funnel.recommend(slateRequest());
    const { record } = funnel.serveLastResort(slateRequest(), "funnel_failed");
    expect(record.items.map(({ itemId }) => itemId)).not.toContain(first!.itemId);
    const replay = await replaySlate({ loaded, rules: holder(NO_RULES), now }, { record: logged(record) });
    expect(replay).toMatchObject({ identical: true, causes: [] });
  });

  it("is identical with rules that were given, when the replica holds others by now", async () => {
    const { record } = await openFunnel(loaded, createFixedStore(), { rules }).recommend(slateRequest());
    const options = { loaded, rules: holder(NO_RULES), now };
    expect(await replaySlate(options, { record, givenRules: SET })).toMatchObject({ identical: true });
    const without = await replaySlate(options, { record, givenRules: SET.slice(1) });
    expect(without).toMatchObject({ identical: false, causes: ["rules_not_held"] });
  });

  it("names why it differs: another release, a catalogue that changed, a record of an older replica", async () => {
    const state = randomState(createRandom(3));
    const { record } = await openFunnel(loaded, createFixedStore(state)).recommend(slateRequest());
    const [first] = record.items;
    const changed = { ...logged(record), items: record.items.slice(1) };
    const causesOf = async (given: SlateLogRecord, release = loaded) =>
      (await replaySlate({ loaded: release, rules: holder(NO_RULES), now }, { record: given })).causes;
    expect(await causesOf({ ...changed, releaseId: "f".repeat(64) })).toEqual(["another_release"]);
    expect(await causesOf({ ...changed, replay: undefined })).toEqual(["not_enough_recorded"]);
    const soldOut = await loadFixture({ nItems: 1_500, hasTexts: true });
    soldOut.loaded.catalog.apply([{ op: "patch", itemId: first!.itemId, inStock: false }], 0);
    expect(await causesOf(logged(record), withoutDeadlines(soldOut.loaded))).toEqual(["catalogue_changed"]);
    expect(await causesOf(changed)).toEqual(["unexplained"]);
  });

  it("leaves no trace: neither a remembered slate nor a cached one", async () => {
    const recentSlates = createRecentSlates();
    const { record } = await openFunnel(loaded, createFixedStore(), { recentSlates }).recommend(
      slateRequest(),
    );
    const held = recentSlates.get("shop\nshopper\nhome_feed", 1_000);
    await replaySlate({ loaded, rules: holder(NO_RULES), now }, { record });
    expect(recentSlates.get("shop\nshopper\nhome_feed", 1_000)).toBe(held);
  });

  it("adds less than a tenth to a record of a known shopper with feature vectors, and next to nothing to a stranger's", async () => {
    const bytesOf = ({ replay, ...record }: SlateLogRecord) => ({
      added: JSON.stringify(replay).length + 10,
      record: JSON.stringify(record).length,
    });
    const random = createRandom(5);
    const state = {
      ...randomState(random),
      vector: Float32Array.from({ length: 16 }, () => random.normal()),
      purchased: pickItems(random, 10),
    };
    const known = bytesOf(
      (await openFunnel(loaded, createFixedStore(state)).recommend(slateRequest())).record,
    );
    const stranger = bytesOf((await openFunnel(loaded).recommend(slateRequest({ shoppers: [] }))).record);
    expect(known.added).toBeLessThan(0.1 * known.record);
    expect(stranger.added).toBeLessThan(50);
  });
});

describe("the trace of a replay", () => {
  it("holds every candidate once, with ranks that are those of the record, and the ranker's inputs", async () => {
    const { record } = await openFunnel(loaded, createFixedStore(randomState(createRandom(8))), {
      rules,
    }).recommend(slateRequest());
    const { trace } = await replaySlate({ loaded, rules: holder(rules), now }, { record });
    const byId = new Map(trace.items.map((item) => [item.itemId, item]));
    expect(byId.size).toBe(trace.items.length);
    for (const { itemId, position, sources } of record.items) {
      const seen = byId.get(itemId)!;
      expect(seen.position).toBe(position);
      if (sources[0]!.name !== "pinned")
        expect(seen.sources.map(({ name, rank }) => [name, rank])).toEqual(
          sources.map(({ name, rank }) => [name, rank]),
        );
    }
    const ranked = trace.items.filter(({ rankerRank }) => rankerRank !== null);
    expect(ranked.map(({ rankerRank }) => rankerRank).sort((a, b) => a! - b!)).toEqual(
      ranked.map((_, i) => i + 1),
    );
    expect(trace.features!.itemIds).toHaveLength(ranked.length);
    const { width, rows, itemIds } = trace.features!;
    const values = new Float32Array(Uint8Array.from(Buffer.from(rows, "base64")).buffer);
    expect(values).toHaveLength(width * itemIds.length);
    const item = record.items.find(({ features }) => features !== null)!;
    const at = itemIds.indexOf(item.itemId) * width;
    item.features!.forEach((value, f) => {
      expect(values[at + f]!).toBeCloseTo(value, 5);
    });
    const drops: Record<string, number> = {};
    for (const { drop } of trace.items) if (drop !== null) drops[drop] = (drops[drop] ?? 0) + 1;
    expect(drops).toMatchObject(
      Object.fromEntries(
        Object.entries(record.dropped).filter(
          ([name]) => !name.startsWith("gate_") && name !== "over_candidate_limit",
        ),
      ),
    );
  });
});

describe("why an item is not in the slate", () => {
  const ask = async (itemId: string, o: { rules?: CompiledRules; state?: ShopperState } = {}) => {
    const inForce = o.rules ?? NO_RULES;
    const { record } = await openFunnel(loaded, createFixedStore(o.state), { rules: inForce }).recommend(
      slateRequest(),
    );
    return (await replaySlate({ loaded, rules: holder(inForce), now }, { record, itemId })).whyNot;
  };

  it("is told by the first stage where it fell out", async () => {
    const state = { ...NO_STATE, recentItems: ["item-30"], recentAtMs: [1], blocked: [] as string[] };
    const { record } = await openFunnel(loaded, createFixedStore(state)).recommend(slateRequest());
    const { trace } = await replaySlate({ loaded, rules: holder(NO_RULES), now }, { record });
    const [first] = record.items;
    expect(await ask("item-none")).toEqual({ stage: "unknown_item" });
    const barred = base.fixture.flags.indexOf(0);
    expect(await ask(`item-${barred}`)).toEqual({ stage: "not_eligible", reason: "out_of_stock" });
    expect(await ask(first!.itemId, { state })).toEqual({ stage: "shown", position: 0 });
    expect(await ask(first!.itemId, { state: { ...state, blocked: [first!.itemId] } })).toMatchObject({
      stage: "dropped",
      reason: "user_blocked",
    });
    const hiding = await compileRules(
      {
        setId: "b".repeat(64),
        rules: [rule("h", { effect: { kind: "hide" }, match: { itemIds: [first!.itemId] } })],
      },
      loaded.items,
    );
    expect(await ask(first!.itemId, { state, rules: hiding })).toEqual({
      stage: "dropped",
      reason: "rule_hidden",
      rule: "h@1",
    });
    const burying = await compileRules(
      {
        setId: "c".repeat(64),
        rules: [
          rule("b", { effect: { kind: "bury", strength: "strong" }, match: { itemIds: [first!.itemId] } }),
        ],
      },
      loaded.items,
    );
    const buried = await ask(first!.itemId, { state, rules: burying });
    if (buried?.stage !== "shown") expect(buried).toMatchObject({ stage: "rules_moved", rules: ["b@1"] });
    const low = trace.items.find(({ rankerRank }) => rankerRank === 200)!;
    expect(await ask(low.itemId, { state })).toMatchObject({ stage: "ranked_too_low", rank: 200 });
    const named = new Set(trace.items.map(({ itemId }) => itemId));
    const unnamed = Array.from({ length: 1_500 }, (_, i) => i).find(
      (i) => !named.has(`item-${i}`) && base.fixture.flags[i] === 1,
    );
    expect(await ask(`item-${unnamed}`, { state })).toMatchObject({ stage: "not_found" });
  });
});
