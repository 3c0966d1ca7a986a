import { type Rule, RuleDefinition, redisKeys } from "@shortlist/contracts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { archiveRound } from "../../archive/archiver";
import { type FakeServing, startFakeServing } from "../../testing/fakeServing";
import { createRankerPackage, publishTestRelease } from "../../testing/packages";
import { createSlate, storeHotSlate } from "../../testing/slates";
import { createTestApp, type Person, type TestApp } from "../../testing/testApp";
import { registerModelVersion } from "../registry/registerService";
import { saveRule } from "../rules/service";

let app: TestApp;
let serving: FakeServing;
let workspace: { id: string; slug: string };
let viewer: Person;
let releaseId: string;

beforeAll(async () => {
  serving = await startFakeServing(["sku-1"]);
  app = await createTestApp({ SERVING_URL: serving.url });
  workspace = await app.createWorkspace();
  viewer = await app.createMember(workspace.id, "viewer");
  for (const [itemId, title] of [
    ["sku-1", "Trail shoe"],
    ["sku-below", "Road shoe"],
  ] as const)
    await app.ctx.db.item.create({ data: { workspaceId: workspace.id, itemId, title } });
  releaseId = (await publishTestRelease(app.ctx, workspace.id)).release.releaseId;
});
afterAll(async () => {
  await app.close();
  await serving.close();
});

const here = () => ({ workspace: workspace.slug });
const explain = () => app.callAs(viewer).explain;
async function logSlate(o: Parameters<typeof createSlate>[1] = {}) {
  const slate = createSlate(workspace.slug, { releaseId, ...o });
  await storeHotSlate(app.ctx.redis, slate);
  return { ...here(), requestId: slate.requestId };
}

/** Another version of the test's ranker; `alter` changes its package. */
async function registerRanker(alter: (p: ReturnType<typeof createRankerPackage>) => void) {
  const modelPackage = createRankerPackage();
  alter(modelPackage);
  const { version } = await registerModelVersion(app.ctx, {
    workspaceId: workspace.id,
    modelName: "ranker",
    kind: "ranker",
    description: "",
    ...modelPackage,
    evaluation: null,
    jobId: null,
    createdBy: "test",
  });
  return { name: "ranker", version };
}

test("a replay shows the verdict and ranks of what is in the slate and came near, and sends the rules of then along", async () => {
  const definition = RuleDefinition.parse({
    name: "hide",
    effect: { kind: "hide" },
    match: { itemIds: ["sku-9"] },
  });
  const by = { actor: "t", role: "admin" as const, reason: "" };
  const { ruleId } = await saveRule(app.ctx, workspace.id, {
    ruleId: null,
    definition,
    isEnabled: true,
    ...by,
  });
  await saveRule(app.ctx, workspace.id, {
    ruleId,
    definition: { ...definition, name: "hide later" },
    isEnabled: true,
    ...by,
  });
  const request = await logSlate({
    ruleSetId: "a".repeat(64),
    ruleHits: [{ rule: `${ruleId}@1`, effect: "hide", items: 1 }],
  });
  const replay = await explain().replay(request);
  expect(replay).toMatchObject({ identical: true, causes: [], nRanked: 2, hasFeatures: true });
  expect(replay.items).toMatchObject([
    { itemId: "sku-1", position: 0, loggedPosition: 0, rankerRank: 1, item: { title: "Trail shoe" } },
    { itemId: "sku-below", position: null, loggedPosition: null, rankerRank: 2 },
  ]);
  const sent = serving.calls.at(-1)!;
  expect(sent.path).toBe("/v1/explain/replay");
  expect((sent.body.rules as Rule[]).map(({ name, revision }) => [name, revision])).toEqual([["hide", 1]]);
});

test("why an item is missing is one sentence with its title", async () => {
  const answer = await explain().whyNot({ ...(await logSlate()), itemId: "sku-below" });
  expect(answer.sentence).toBe(
    "Road shoe came in 2 of 2 with a score of 0.5000; the lowest score in the slate is 0.8000.",
  );
  expect(answer.trace).toMatchObject({ rankerRank: 2 });
});

test("another version of the same features orders the same candidates", async () => {
  const same = await explain().compare({ ...(await logSlate()), model: { name: "ranker", version: 1 } });
  // −0.5·price + 1.5·popularity + 2·similarity over [1, ½, ½] and [2, ½, −½].
  expect(same).toMatchObject({
    ranker: "ranker@1",
    other: "ranker@1",
    nCandidates: 2,
    jaccard: 1,
    enters: [],
  });
  const model = await registerRanker(({ manifest }) => {
    manifest.features[0]!.default = 7;
  });
  expect(await explain().compare({ ...(await logSlate()), model })).toMatchObject({ jaccard: 1 });
});

test("a version that reads other features is refused with their names", async () => {
  const model = await registerRanker(({ manifest }) => {
    manifest.features[1] = { ...manifest.features[1]!, name: "trend" };
  });
  await expect(explain().compare({ ...(await logSlate()), model })).rejects.toMatchObject({
    code: "CONFLICT",
    cause: { publicDetail: expect.stringContaining("trend of rank_features@1") },
  });
  await expect(
    explain().compare({ ...(await logSlate()), model: { name: "ranker", version: 99 } }),
  ).rejects.toMatchObject({ code: "NOT_FOUND" });
});

test("serving being down is said, and nothing is made up", async () => {
  serving.answer = { status: 503, body: { code: "dependency_down", title: "down" } };
  await expect(explain().replay(await logSlate())).rejects.toMatchObject({
    cause: { code: "dependency_down" },
  });
  await expect(explain().servedItem({ ...here(), itemId: "sku-1" })).rejects.toMatchObject({
    cause: { code: "dependency_down" },
  });
  serving.answer = null;
});

test("an item's exposure counts the slates of a day by surface and source, each slate once", async () => {
  const nowMs = app.ctx.now().getTime();
  const item = createSlate(workspace.slug).items[0]!;
  const both = { ...item, position: 2, sources: [...item.sources, { name: "content", rank: 4, score: 0.1 }] };
  const slates = [
    createSlate(workspace.slug, { atMs: nowMs - 1_000 }),
    createSlate(workspace.slug, { atMs: nowMs - 2_000, surface: "cart", items: [both] }),
    createSlate(workspace.slug, { atMs: nowMs - 3_000, items: [{ ...item, itemId: "sku-10" }] }),
    createSlate(workspace.slug, { atMs: nowMs - 2 * 86_400_000 }),
  ];
  for (const slate of slates)
    await app.ctx.redis.xadd(redisKeys.slates(workspace.slug), "*", "s", JSON.stringify(slate));
  const deps = { redis: app.ctx.redis, lake: await app.ctx.lake(), logger: app.ctx.logger };
  await archiveRound(deps, [workspace.slug], { consumer: "a" });
  const exposure = await explain().exposure({ ...here(), itemId: "sku-1" });
  const own = new Set(slates.map(({ requestId }) => requestId));
  expect(exposure.slates.filter(({ requestId }) => own.has(requestId))).toEqual([
    { requestId: slates[0]!.requestId, at: new Date(nowMs - 1_000), surface: "home_feed", position: 0 },
    { requestId: slates[1]!.requestId, at: new Date(nowMs - 2_000), surface: "cart", position: 2 },
  ]);
  expect(exposure.cells).toContainEqual({ surface: "cart", source: "content", slates: 1, positionMean: 2 });
  expect(exposure.cells).toContainEqual({ surface: "cart", source: "popular", slates: 1, positionMean: 2 });
  const empty = await explain().exposure({ ...here(), itemId: "sku-none" });
  expect(empty).toMatchObject({ cells: [], slates: [] });
  expect(empty.nSlates).toBeGreaterThan(2);
});

test("items are found by the beginning of their id and by words of their title", async () => {
  const search = (text: string) => app.callAs(viewer).catalog.search({ ...here(), text });
  expect((await search("sku-1")).map(({ itemId }) => itemId)).toEqual(["sku-1"]);
  expect((await search("road SHOE")).map(({ itemId }) => itemId)).toEqual(["sku-below"]);
  expect(await search("boat")).toEqual([]);
});
