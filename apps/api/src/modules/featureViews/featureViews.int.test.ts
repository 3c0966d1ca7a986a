import { ControlDocument, type FeatureFreshness, redisKeys } from "@shortlist/contracts";
import { createRedis } from "@shortlist/platform";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CLICKS } from "../../testing/featureViews";
import { createRankerPackage, createRegisterRequest, publishTestRelease } from "../../testing/packages";
import { createTestApp, type TestApp } from "../../testing/testApp";
import { registerModelVersion } from "../registry/registerService";
import { publishWithRanker } from "../releases/rebuildService";
import { activateRelease } from "../releases/service";
import { applyFeatureViews, getFeatureView, listFeatureViews, setRetired } from "./service";

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());

const apply = (workspaceId: string, ...views: unknown[]) =>
  applyFeatureViews(app.ctx, workspaceId, { views, dryRun: false, actor: "tests" });

async function readLive(slug: string): Promise<{ revision: number; live: string[] }> {
  const text = await app.ctx.redis.hget(redisKeys.control, slug);
  const { revision, featureViews } = ControlDocument.parse(JSON.parse(text!));
  return { revision, live: featureViews.map(({ view }) => `${view.name}@${view.version}`) };
}

test("what is published reaches the control document, every version until it is retired", async () => {
  const workspace = await app.createWorkspace();
  const { id, slug } = workspace;
  await apply(id, CLICKS);
  await apply(id, { ...CLICKS, ttl: "30d" }, { ...CLICKS, name: "carts" });
  expect((await readLive(slug)).live).toEqual(["carts@1", "clicks@1", "clicks@2"]);
  await setRetired(app.ctx, id, { name: "clicks", version: 1, retired: true, actor: "tests" });
  expect((await readLive(slug)).live).toEqual(["carts@1", "clicks@2"]);
  await setRetired(app.ctx, id, { name: "clicks", version: 1, retired: false, actor: "tests" });
  expect((await readLive(slug)).live).toEqual(["carts@1", "clicks@1", "clicks@2"]);
  const { versions } = await getFeatureView(app.ctx, workspace, "clicks");
  expect(versions).toMatchObject([
    { ref: "clicks@2", changes: [{ field: "ttl", before: null, after: "30d" }] },
    { ref: "clicks@1", changes: [] },
  ]);
});

test("publishing the same again changes nothing, not even the revision that replicas watch", async () => {
  const { id, slug } = await app.createWorkspace();
  await apply(id, CLICKS);
  const before = await readLive(slug);
  expect(await apply(id, CLICKS)).toMatchObject({ published: [], plans: [{ action: "unchanged" }] });
  expect(await readLive(slug)).toEqual(before);
});

test("one refused definition keeps all others of the call from being published, and every problem is named", async () => {
  const { id } = await app.createWorkspace();
  await expect(
    apply(id, CLICKS, { ...CLICKS, name: "Bad Name", features: [] }, { name: "x" }),
  ).rejects.toMatchObject({
    code: "invalid_request",
    fields: expect.arrayContaining([
      expect.objectContaining({ field: "views.1.name" }),
      expect.objectContaining({ field: "views.1.features" }),
      expect.objectContaining({ field: "views.2.owner" }),
    ]),
  });
  expect(await app.ctx.db.featureViewVersion.count({ where: { workspaceId: id } })).toBe(0);
});

test("a dry run says what would happen and changes nothing", async () => {
  const { id } = await app.createWorkspace();
  const outcome = await applyFeatureViews(app.ctx, id, {
    views: [CLICKS, { ...CLICKS, mode: "never" }],
    dryRun: true,
    actor: "tests",
  });
  expect(outcome.plans).toMatchObject([{ action: "create", version: 1 }, { action: "refused" }]);
  expect(await app.ctx.db.featureViewVersion.count({ where: { workspaceId: id } })).toBe(0);
});

test("ten people who publish a change at once get versions one after another, without a gap", async () => {
  const { id } = await app.createWorkspace();
  await Promise.all(
    Array.from({ length: 10 }, (_, i) => apply(id, { ...CLICKS, description: `change ${i}` })),
  );
  const rows = await app.ctx.db.featureViewVersion.findMany({ where: { workspaceId: id } });
  expect(rows.map(({ version }) => version).sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
});

test("a version that the current release reads cannot be retired, and a rolled-back release finds its views live", async () => {
  const { id, slug } = await app.createWorkspace();
  await apply(id, CLICKS);
  await publishTestRelease(app.ctx, id);
  const made = createRankerPackage("reads_clicks");
  const outputs = ["clicks_1h", "clicks_7d", "spend_ever"];
  const features = outputs.map((name) => ({ ...made.manifest.features[0]!, name, view: "clicks" }));
  const request = createRegisterRequest(id, { ...made, manifest: { ...made.manifest, features } });
  await registerModelVersion(app.ctx, request);
  const ranker = { name: "reads_clicks", version: 1 };
  await publishWithRanker(app.ctx, { workspaceId: id, createdBy: "tests", ranker, note: "n" });
  const retire = () => setRetired(app.ctx, id, { name: "clicks", version: 1, retired: true, actor: "tests" });
  await expect(retire()).rejects.toMatchObject({
    code: "conflict",
    publicDetail: expect.stringContaining("reads_clicks@1 of the current release"),
  });
  const activate = (number: number) =>
    activateRelease(app.ctx, { workspaceId: id, number, reason: "r", actor: "tests" });
  await activate(1);
  await retire();
  expect((await readLive(slug)).live).toEqual([]);
  await activate(2);
  expect((await readLive(slug)).live).toEqual(["clicks@1"]);
});

test("while Redis is away a view is published all the same, and reaches replicas later", async () => {
  const lost = await createTestApp({ REDIS_URL: "redis://127.0.0.1:1" });
  const workspace = await lost.createWorkspace();
  const outcome = await applyFeatureViews(lost.ctx, workspace.id, {
    views: [CLICKS],
    dryRun: false,
    actor: "tests",
  });
  expect(outcome.published).toEqual(["clicks@1"]);
  await lost.close();
});

test("over REST views are planned, applied, listed and read; problems name the view and the field", async () => {
  const { slug } = await app.createWorkspace();
  const url = `/v1/workspaces/${slug}/feature-views`;
  const plan = await app.rest("PUT", url, { body: { views: [CLICKS], dryRun: true } });
  expect(plan.json).toMatchObject({ plans: [{ action: "create", name: "clicks" }], published: [] });
  const applied = await app.rest("PUT", url, { body: { views: [CLICKS] } });
  expect(applied.json.published).toEqual(["clicks@1"]);
  expect((await app.rest("GET", url)).json.views).toMatchObject([
    { ref: "clicks@1", nVersions: 1, nLive: 1 },
  ]);
  expect((await app.rest("GET", `${url}/clicks`)).json.versions[0].view.features).toHaveLength(2);
  expect((await app.rest("GET", `${url}/nothing`)).status).toBe(404);
  const refused = await app.rest("PUT", url, { body: { views: [{ ...CLICKS, version: 1, ttl: "1d" }] } });
  expect(refused).toMatchObject({
    status: 400,
    json: { errors: [{ field: "views.0.version" }, { field: "views.0.ttl" }] },
  });
});

test("a view shows how fresh its probes found it, and no data when nobody measures or Redis is away", async () => {
  const workspace = await app.createWorkspace();
  await apply(workspace.id, CLICKS);
  const read = async () => (await listFeatureViews(app.ctx, workspace))[0]!.freshness.verdict;
  expect(await read()).toMatchObject({ state: "no_data", sentence: expect.stringContaining("no probe") });
  const measured: FeatureFreshness = {
    p50Ms: 90,
    p95Ms: 140,
    n: 60,
    timeouts: 0,
    lastProbeAtMs: Date.now(),
    lastResult: "readable",
    lastWriteAtMs: null,
    measuredBy: "worker",
  };
  const key = redisKeys.featureFreshness(workspace.slug);
  await app.ctx.redis.hset(key, "clicks@1", JSON.stringify(measured));
  expect(await read()).toMatchObject({ state: "pass" });
  await app.ctx.redis.hset(key, "clicks@1", "not JSON");
  expect(await read()).toMatchObject({ state: "no_data" });
  const redis = createRedis("redis://127.0.0.1:1");
  redis.on("error", () => undefined);
  const away = { ...app.ctx, redis };
  const [view] = await listFeatureViews(away, workspace);
  expect(view!.freshness.verdict.sentence).toBe("No data: Redis does not answer.");
  redis.disconnect();
});
