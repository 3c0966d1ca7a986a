import type { PrecomputedList, SurfaceMode } from "@shortlist/contracts";
import { beforeAll, describe, expect, it } from "vitest";
import { createDegrader } from "../degrade/degrader";
import { replaySlate } from "../explain/replaySlate";
import type { ShopperState } from "../ports/shopperStore";
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
import { ListUse } from "./shopperList";

const fixtures = new Map<SurfaceMode, LoadedFixture>();
beforeAll(async () => {
  for (const mode of ["live", "precomputed", "live_with_precomputed"] as const)
    fixtures.set(mode, await loadFixture({ surface: { mode } }));
});
const of = (mode: SurfaceMode) => fixtures.get(mode)!;
const KNOWN: ShopperState = { ...NO_STATE, recentItems: ["item-5", "item-8"], recentAtMs: [20, 10] };
const MADE_AT = 500;

/** Every third item of the table, eligible or not, that the shopper has not seen. */
function listOf({ loaded }: LoadedFixture, changes: Partial<PrecomputedList> = {}): PrecomputedList {
  const itemIds = Array.from({ length: 100 }, (_, i) => `item-${1_000 + 3 * i}`);
  const scores = itemIds.map((_, i) => 1 - i / 100);
  return { releaseId: loaded.release.releaseId, madeAtMs: MADE_AT, itemIds, scores, ...changes };
}
const eligibleOf = ({ fixture, loaded }: LoadedFixture, list: PrecomputedList) =>
  list.itemIds.filter((id) => isEligible(fixture.flags[loaded.items.find(id)]!));

async function serve(
  mode: SurfaceMode,
  state: ShopperState | "down",
  o: { request?: Parameters<typeof slateRequest>[0]; isShed?: boolean; listUse?: ListUse } = {},
) {
  const { loaded } = of(mode);
  const degrader = createDegrader(loaded.surfaces, { step: o.isShed === true ? 7 : 0 });
  const listUse = o.listUse ?? new ListUse();
  const funnel = openFunnel(loaded, createFixedStore(state), { degrader, listUse });
  const slate = await funnel.recommend(slateRequest({ n: 10, ...o.request }));
  expect(slate.response.items).toHaveLength(10);
  expect(slate.counts.gateViolations).toBe(0);
  return { slate, ids: slate.response.items.map(({ itemId }) => itemId) };
}

describe("a surface that is precomputed", () => {
  it("answers from the shopper's list without searching or ranking, and says so", async () => {
    const list = listOf(of("precomputed"));
    const listUse = new ListUse();
    const { slate, ids } = await serve("precomputed", { ...KNOWN, list }, { listUse });
    for (const id of ids) expect(eligibleOf(of("precomputed"), list)).toContain(id);
    expect(slate.record).toMatchObject({
      rung: 0,
      modelVersion: "precomputed",
      sources: [],
      degradationReasons: [],
    });
    expect(slate.record.items[0]!.sources).toEqual([{ name: "precomputed_list", rank: 1, score: 1 }]);
    expect(slate.record.stages.map(({ name }) => name)).toContain("precomputed_list");
    expect(slate.response.items[0]!.reason).toBe("Picked for you");
    expect(listUse.list()).toMatchObject({ hits: 1, misses: 0 });
  });

  it("leaves out what was bought, hidden, seen in the session, filtered or excluded since", async () => {
    const fixture = of("precomputed");
    const list = listOf(fixture);
    const [a, b, c, d, ...rest] = eligibleOf(fixture, list);
    const { slate, ids } = await serve(
      "precomputed",
      { ...KNOWN, list, purchased: [a!], blocked: [b!] },
      { request: { sessionItems: [c!], filters: { excludeItems: [d!] } } },
    );
    for (const id of [a, b, c, d]) expect(ids).not.toContain(id);
    for (const id of ids) expect(rest).toContain(id);
    expect(slate.record.dropped).toMatchObject({ purchased: 1, user_blocked: 1, recently_seen: 1 });
  });

  it("moves up what is like the running session", async () => {
    const fixture = of("precomputed");
    const list = listOf(fixture, {});
    const eligible = eligibleOf(fixture, list);
    const clusterOf = (id: string) => fixture.fixture.clusterOf[fixture.loaded.items.find(id)]!;
    const last = eligible.at(-1)!;
    const session = Array.from({ length: 2_000 }, (_, i) => `item-${i}`).filter(
      (id) => clusterOf(id) === clusterOf(last) && !list.itemIds.includes(id),
    );
    const plain = await serve("precomputed", { ...KNOWN, list }, { request: { n: 10 } });
    const { ids } = await serve(
      "precomputed",
      { ...KNOWN, list },
      { request: { sessionItems: session.slice(0, 3) } },
    );
    expect(ids).not.toEqual(plain.ids);
    const likes = (all: string[]) => all.filter((id) => clusterOf(id) === clusterOf(last)).length;
    expect(likes(ids)).toBeGreaterThan(likes(plain.ids));
    // What the online store has seen since the list was made counts like the session, what it had seen before does not.
    const since = { ...KNOWN, list, recentItems: session.slice(0, 3), recentAtMs: [900, 800, 700] };
    expect((await serve("precomputed", since)).ids).not.toEqual(plain.ids);
    const before = { ...since, recentAtMs: [90, 80, 70] };
    expect((await serve("precomputed", before)).ids).toEqual(plain.ids);
  });

  it.each<[string, (list: PrecomputedList) => PrecomputedList | null, object]>([
    ["there is none", () => null, {}],
    ["another release made it", (list) => ({ ...list, releaseId: "f".repeat(64) }), {}],
    [
      "too little of it is left for the slate",
      (list) => ({ ...list, itemIds: list.itemIds.slice(0, 5) }),
      {},
    ],
    ["something was typed", (list) => list, { queryText: "shoes" }],
  ])("is live when %s", async (_why, alter, request) => {
    const list = alter(listOf(of("precomputed")));
    const { slate } = await serve("precomputed", { ...KNOWN, list }, { request });
    expect(slate.record.modelVersion).toBe("ranker@1");
    expect(slate.response.metadata.candidatesScored).toBeGreaterThan(100);
    expect(slate.record.items.flatMap(({ sources }) => sources.map(({ name }) => name))).not.toContain(
      "precomputed_list",
    );
  });

  it("counts what was not there", async () => {
    const listUse = new ListUse();
    await serve("precomputed", KNOWN, { listUse });
    expect(listUse.list()).toMatchObject({ hits: 0, misses: 1 });
  });

  it("never shows an opted-out shopper their list", async () => {
    const list = listOf(of("precomputed"));
    const { slate } = await serve("precomputed", { ...KNOWN, list, isOptedOut: true });
    expect(slate.record).toMatchObject({ personalized: false, degradationReasons: ["opted_out"] });
  });

  it("reads no list for a stranger, and is live for them", async () => {
    const { slate } = await serve("precomputed", NO_STATE, { request: { shoppers: [] } });
    expect(slate.record.stages.map(({ name }) => name)).not.toContain("precomputed_list");
    expect(slate.record.modelVersion).toBe("ranker@1");
  });

  it("goes down the ladder when the online store is away", async () => {
    const { slate } = await serve("precomputed", "down");
    expect(slate.record.rung).toBe(3);
    expect(slate.record.degradationReasons).toContain("shopper_state_down");
  });
});

describe("a surface that is live with lists beneath", () => {
  it("is live while all is well", async () => {
    const list = listOf(of("live_with_precomputed"));
    const { slate } = await serve("live_with_precomputed", { ...KNOWN, list });
    expect(slate.record).toMatchObject({ rung: 0, modelVersion: "ranker@1" });
  });

  it("is the shopper's list, by rung and name, when pressure sheds it", async () => {
    const fixture = of("live_with_precomputed");
    const list = listOf(fixture);
    const { slate, ids } = await serve("live_with_precomputed", { ...KNOWN, list }, { isShed: true });
    expect(slate.record).toMatchObject({
      rung: 2,
      degradationReasons: ["shed:home", "precomputed_list"],
      sources: [],
    });
    expect(ids).toEqual(eligibleOf(fixture, list).slice(0, 10));
    const without = await serve("live_with_precomputed", KNOWN, { isShed: true });
    expect(without.slate.record).toMatchObject({ rung: 3, degradationReasons: ["shed:home"] });
  });

  it("is the list when every source fails", async () => {
    const fixture = of("live_with_precomputed");
    const list = listOf(fixture);
    const sources = new Map(
      [...fixture.loaded.sources].map(([name, source]) => [
        name,
        {
          ...source,
          retrieve: () => {
            throw new Error("index is gone");
          },
        },
      ]),
    );
    const funnel = openFunnel({ ...fixture.loaded, sources }, createFixedStore({ ...KNOWN, list }));
    const { record, response } = await funnel.recommend(slateRequest({ n: 10 }));
    expect(record.rung).toBe(2);
    expect(record.degradationReasons).toContain("precomputed_list");
    expect(response.items.map(({ itemId }) => itemId)).toEqual(eligibleOf(fixture, list).slice(0, 10));
  });
});

it.each(["precomputed", "live_with_precomputed"] as const)(
  "a logged slate from a list can be made again from its record (%s)",
  async (mode) => {
    const fixture = of(mode);
    const list = listOf(fixture);
    const sessionItems = ["item-30", "item-31"];
    const state = { ...KNOWN, list, recentItems: ["item-40", "item-5"], recentAtMs: [900, 10] };
    const { slate } = await serve(mode, state, {
      request: { sessionItems, region: undefined, logContext: { sessionItems } },
      isShed: mode !== "precomputed",
    });
    expect(slate.record.replay?.list).toMatchObject({ nSince: 3, madeAtMs: MADE_AT });
    const rules = { current: NO_RULES, compile: () => Promise.reject(new Error("not asked")) };
    const again = await replaySlate({ loaded: fixture.loaded, rules, now: () => performance.now() }, slate);
    expect(again).toMatchObject({ identical: true, causes: [] });
    expect(again.slate.rung).toBe(slate.record.rung);
  },
);

it("a live surface asks for no list", async () => {
  const asked: unknown[] = [];
  const funnel = openFunnel(of("live").loaded, {
    read: (_person, wanted) => {
      asked.push(wanted.listSurface);
      return Promise.resolve({ status: "ok", state: KNOWN });
    },
  });
  await funnel.recommend(slateRequest());
  expect(asked).toEqual([undefined]);
});

it("a list is computed live on a surface that is served from lists, by score alone and as long as it can be", async () => {
  const { loaded } = of("precomputed");
  const funnel = openFunnel(loaded, createFixedStore({ ...KNOWN, list: listOf(of("precomputed")) }));
  const { record } = await funnel.recommend(
    slateRequest({ n: 100, isPreview: true, isPrecompute: true, region: undefined }),
  );
  expect(record).toMatchObject({ rung: 0, modelVersion: "ranker@1" });
  expect(record.items.map(({ rankerPosition }) => rankerPosition)).toEqual(record.items.map((_, i) => i));
  expect(record.items).toHaveLength(100);
});
