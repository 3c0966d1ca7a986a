import { RELATED_KINDS, Rule, RuleDefinition, SlateLogRecord } from "@shortlist/contracts";
import { createRandom, type Random } from "@shortlist/ml";
import { beforeAll, expect, it } from "vitest";
import { createDegrader } from "../degrade/degrader";
import type { RelatedRequest } from "../funnel/related";
import type { LoadedRelease } from "../release/loadedRelease";
import { type CompiledRules, compileRules, NO_RULES } from "../rules/compileRules";
import {
  createFixedStore,
  loadFixture,
  NO_STATE,
  openRelatedFunnel,
  slateRequest,
} from "../testing/loadedFixture";
import { replaySlate } from "./replaySlate";

const N_ITEMS = 1_500;
let loaded: LoadedRelease;
let hiding: CompiledRules;
const now = () => performance.now();
const logged = (record: SlateLogRecord) => SlateLogRecord.parse(JSON.parse(JSON.stringify(record)));
const holder = (current: CompiledRules) => ({
  current,
  compile: (set: Parameters<typeof compileRules>[0]) => compileRules(set, loaded.items),
});

beforeAll(async () => {
  ({ loaded } = await loadFixture({ nItems: N_ITEMS }));
  const hide = RuleDefinition.parse({
    name: "hide",
    effect: { kind: "hide" },
    match: { brands: ["brand-3"] },
  });
  hiding = await compileRules(
    { setId: "a".repeat(64), rules: [Rule.parse({ ruleId: "hide", revision: 1, ...hide })] },
    loaded.items,
  );
});

function relatedRequest(changes: Partial<RelatedRequest> = {}): RelatedRequest {
  const { kind = "similar", contextItemId = "item-1" } = changes;
  return {
    ...slateRequest({ surface: "product_detail", region: undefined, device: undefined }),
    kind,
    contextItemId,
    logContext: { itemId: contextItemId, related: kind },
    ...changes,
  };
}

const pickItem = (random: Random) => `item-${random.int(N_ITEMS)}`;

/** A shopper known, unknown, not there in time or without a name, and parts of the release that fail. */
function drawCase(random: Random, at: number) {
  const state = {
    ...NO_STATE,
    recentItems: [...new Set(Array.from({ length: random.int(12) }, () => pickItem(random)))],
    blocked: Array.from({ length: random.int(4) }, () => pickItem(random)),
    vector: random.next() < 0.5 ? Float32Array.from({ length: 16 }, () => random.normal()) : null,
  };
  const known = { ...state, recentAtMs: state.recentItems.map((_, i) => 1_000 - i) };
  const isLate = random.next() < 0.15;
  const degrader = createDegrader(loaded.surfaces, { step: random.next() < 0.2 ? random.int(8) : 0 });
  if (random.next() < 0.2)
    degrader.replaceSwitches({
      all: {
        sourcesOff: random.next() < 0.5 ? ["content"] : ["covisitation"],
        rankerOff: random.next() < 0.5,
        explorationOff: false,
        listsOnly: random.next() < 0.2,
        candidateSharePct: 40,
      },
    });
  const rankers = new Map(loaded.rankers);
  if (random.next() < 0.1)
    rankers.set("ranker@1", { ...rankers.get("ranker@1")!, score: () => Promise.reject(new Error("no")) });
  return {
    broken: { ...loaded, rankers },
    degrader,
    rules: random.next() < 0.4 ? hiding : NO_RULES,
    shoppers: isLate
      ? { read: () => Promise.resolve({ status: "late" as const, blocked: state.blocked }) }
      : createFixedStore(known),
    request: relatedRequest({
      requestId: `r-${at}`,
      kind: RELATED_KINDS[random.int(RELATED_KINDS.length)]!,
      contextItemId: random.next() < 0.95 ? pickItem(random) : "item-nobody-knows",
      n: 1 + random.int(30),
      shoppers: random.next() < 0.7 ? [`shopper-${random.int(20)}`] : [],
    }),
  };
}

it("gives the identical related items for 400 random requests: every relation, ruled, degraded, with and without a shopper", async () => {
  const random = createRandom(7);
  const counts = { ranked: 0, degraded: 0, ruled: 0, full: 0 };
  for (let at = 0; at < 400; at++) {
    const { broken, request, rules, ...o } = drawCase(random, at);
    const { record } = await openRelatedFunnel(broken, { ...o, rules }).relate(request);
    if (record.modelVersion !== "related") counts.ranked++;
    if (record.degradationReasons.length > 0) counts.degraded++;
    else counts.full++;
    if (record.ruleSetId !== undefined) counts.ruled++;
    const replay = await replaySlate({ loaded, rules: holder(rules), now }, { record: logged(record) });
    expect(replay, `${at} ${record.degradationReasons}`).toMatchObject({ identical: true, causes: [] });
    expect(replay.scoreDifferenceMax).toBeLessThan(1e-6);
  }
  expect(Math.min(...Object.values(counts)), JSON.stringify(counts)).toBeGreaterThan(50);
});

it("says where a related item fell out: hidden by the shopper, of another category, too low, or not found", async () => {
  const ask = async (itemId: string, request: RelatedRequest, blocked: string[] = []) => {
    const shoppers = createFixedStore({ ...NO_STATE, blocked });
    const { record } = await openRelatedFunnel(loaded, { shoppers }).relate(request);
    return replaySlate({ loaded, rules: holder(NO_RULES), now }, { record: logged(record), itemId });
  };
  const similar = relatedRequest({ n: 5 });
  const { trace, slate } = await ask("item-1", similar);
  const shown = slate.items[1]!.itemId;
  expect((await ask(shown, similar)).whyNot).toEqual({ stage: "shown", position: 1 });
  expect((await ask(shown, similar, [shown])).whyNot).toEqual({ stage: "gate", reason: "user_blocked" });
  const low = trace.items.find(({ rerankRank, gate }) => rerankRank === 40 && gate === null)!;
  expect((await ask(low.itemId, similar)).whyNot).toMatchObject({
    stage: "ranked_too_low",
    rank: 40,
    score: 1 / 40,
  });
  const alternatives = relatedRequest({ kind: "alternatives", n: 5 });
  const other = (await ask("item-1", alternatives)).trace.items.find(
    ({ drop }) => drop === "other_category",
  )!;
  expect((await ask(other.itemId, alternatives)).whyNot).toMatchObject({
    stage: "dropped",
    reason: "other_category",
  });
  const named = new Set(trace.items.map(({ itemId }) => itemId));
  const far = Array.from({ length: N_ITEMS }, (_, i) => `item-${i}`).find(
    (id) => !named.has(id) && loaded.items.flags[loaded.items.find(id)] === 1,
  )!;
  expect((await ask(far, similar)).whyNot).toMatchObject({
    stage: "not_found",
    sources: [{ name: "content", reason: "beyond_quota", quota: 120 }],
  });
});
