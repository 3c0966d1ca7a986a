import { ReplicaStatus, redisKeys } from "@shortlist/contracts";
import { deriveServiceKey } from "@shortlist/platform";
import { requireEnv } from "@shortlist/testing";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { archiveRound } from "../archive/archiver";
import { type FakeServing, startFakeServing } from "../testing/fakeServing";
import { publishTestRelease } from "../testing/packages";
import { createSlate, storeHotSlate } from "../testing/slates";
import { createTestApp, type Person, SERVICE_KEY, type TestApp } from "../testing/testApp";

let app: TestApp;
let serving: FakeServing;
let workspace: { id: string; slug: string };
let viewer: Person;

beforeAll(async () => {
  serving = await startFakeServing(["sku-1", "sku-unknown"]);
  // A database number of its own: heartbeats are shared by all workspaces of a Redis.
  app = await createTestApp({ SERVING_URL: serving.url, REDIS_URL: `${requireEnv("TEST_REDIS_URL")}/8` });
});
afterAll(async () => {
  await app.close();
  await serving.close();
});
beforeEach(async () => {
  await app.ctx.redis.flushdb();
  serving.answer = null;
  serving.calls.length = 0;
  workspace = await app.createWorkspace();
  viewer = await app.createMember(workspace.id, "viewer");
  await app.ctx.db.item.create({
    data: { workspaceId: workspace.id, itemId: "sku-1", title: "Shoe", price: 9.5 },
  });
});

const call = () => app.callAs(viewer);

async function beat(o: Partial<ReplicaStatus>): Promise<void> {
  const status = ReplicaStatus.parse({
    replicaId: "r1",
    host: "h",
    pid: 1,
    startedAtMs: Date.now(),
    heartbeatAtMs: Date.now(),
    version: "1",
    releases: [],
    rssBytes: 1,
    requests: 10,
    requestsPerSecond: 2,
    latencyMsP50: 2,
    latencyMsP99: 9,
    rungCounts: [10, 0, 0, 0, 0],
    gateViolations: 0,
    redis: "up",
    droppedSlateLogs: 0,
    ...o,
  });
  await app.ctx.redis.hset(redisKeys.replicas, status.replicaId, JSON.stringify(status));
}

test("an explanation names items, the ranker and what moved each score", async () => {
  const { release } = await publishTestRelease(app.ctx, workspace.id);
  const slate = createSlate(workspace.slug, { releaseId: release.releaseId });
  await storeHotSlate(app.ctx.redis, slate);
  const answer = await call().explain.get({ workspace: workspace.slug, requestId: slate.requestId });
  expect(answer.ranker).toMatchObject({ modelName: "ranker", version: 1, isLinear: true });
  expect(answer.items[0]).toMatchObject({ itemId: "sku-1", item: { title: "Shoe", price: 9.5 } });
  expect(answer.items[0]!.explanation).toMatchObject({
    status: "ok",
    contributions: [
      { feature: "log_price", value: 1, contribution: 1 },
      { feature: "content_similarity", value: 0.5, contribution: 1 },
      { feature: "popularity", value: 0.5, contribution: 0 },
    ],
  });
  expect(answer.recentItems).toEqual([{ itemId: "sku-2", item: null }]);
});

test("a slate that has left Redis is explained from the archive, and only in its own workspace", async () => {
  const slate = createSlate(workspace.slug);
  await app.ctx.redis.xadd(redisKeys.slates(workspace.slug), "*", "s", JSON.stringify(slate));
  const deps = { redis: app.ctx.redis, lake: await app.ctx.lake(), logger: app.ctx.logger };
  await archiveRound(deps, [workspace.slug], { consumer: "a" });
  const found = await call().explain.get({ workspace: workspace.slug, requestId: slate.requestId });
  expect(found).toMatchObject({ requestId: slate.requestId, ranker: null });
  const recent = await call().explain.recent({ workspace: workspace.slug });
  expect(recent.map(({ requestId }) => requestId)).toEqual([slate.requestId]);
  await expect(
    call().explain.get({ workspace: workspace.slug, requestId: "no-such-request" }),
  ).rejects.toMatchObject({
    code: "NOT_FOUND",
  });
});

test("the playground asks serving with the derived key and joins the catalogue", async () => {
  const slate = await call().playground.recommend({
    workspace: workspace.slug,
    shopper: { userId: "u-1" },
    sessionItems: ["sku-1"],
    n: 2,
  });
  expect(slate.items.map(({ item }) => item?.title ?? null)).toEqual(["Shoe", null]);
  const [sent] = serving.calls;
  expect(sent).toMatchObject({
    path: "/v1/recommend",
    authorization: `Bearer ${deriveServiceKey(SERVICE_KEY, workspace.slug)}`,
    body: {
      userId: "u-1",
      surface: "home_feed",
      n: 2,
      context: { page: "playground", sessionItems: ["sku-1"] },
    },
  });
  expect(slate.metadata.requestId).toBe(sent!.body.requestId);
  await call().playground.interact({
    workspace: workspace.slug,
    shopper: { anonymousId: "a-1" },
    type: "hide",
    itemId: "sku-1",
  });
  expect(serving.calls[1]).toMatchObject({
    path: "/v1/events",
    body: { events: [{ anonymousId: "a-1", type: "hide", itemId: "sku-1" }] },
  });
});

test.each([
  [503, { code: "no_release", title: "This workspace has no release to serve yet" }, "SERVICE_UNAVAILABLE"],
  [401, { code: "unauthenticated", title: "x" }, "SERVICE_UNAVAILABLE"],
  [
    400,
    { code: "invalid_request", title: "x", errors: [{ field: "n", problem: "too many" }] },
    "BAD_REQUEST",
  ],
  [500, null, "SERVICE_UNAVAILABLE"],
])("a serving answer of %i is passed on as what it means here", async (status, body, code) => {
  serving.answer = { status, body };
  await expect(
    call().playground.recommend({ workspace: workspace.slug, shopper: { anonymousId: "a" } }),
  ).rejects.toMatchObject({ code });
});

test("home and serving show the fleet as it is: served, refused, lost", async () => {
  const { release } = await publishTestRelease(app.ctx, workspace.id);
  const own = { workspace: workspace.slug, releaseId: release.releaseId, loadMs: 5, nItems: 3 };
  const rolloutId = "rollout-1";
  await beat({
    replicaId: "r1",
    releases: [
      { ...own, state: "serving", reason: null },
      { ...own, releaseId: "c".repeat(64), state: "candidate", reason: null, rolloutId },
    ],
  });
  await beat({ replicaId: "r2", releases: [{ ...own, state: "refused", reason: "golden_mismatch" }] });
  await beat({ replicaId: "r3", heartbeatAtMs: Date.now() - 20_000 });
  await beat({ replicaId: "r4", heartbeatAtMs: Date.now() - 2 * 3_600_000 });
  const fleet = await call().serving.replicas({ workspace: workspace.slug });
  expect(fleet.replicas.map(({ replicaId, state }) => [replicaId, state])).toEqual([
    ["r1", "serving"],
    ["r2", "refused"],
    ["r3", "lost"],
  ]);
  // A candidate that no release of the workspace is, is of nobody's concern.
  expect(fleet.replicas[0]).toMatchObject({ actualReleaseNumber: 1, loadMs: 5, candidate: null });
  const home = await call().home.get({ workspace: workspace.slug });
  expect(home.needs.map(({ kind }) => kind)).toEqual(["replica_refused", "replica_lost"]);
  expect(home.kpis).toMatchObject({
    latencyMsP99: 9,
    requestsPerSecond: 4,
    replicas: { serving: 1, total: 2 },
  });
});

test("a failed training run needs somebody until a later one succeeds", async () => {
  await beat({});
  const { db } = app.ctx;
  const base = { workspaceId: workspace.id, name: "training.run", payload: {}, createdBy: "t" };
  const at = (minutesAgo: number) => new Date(Date.now() - minutesAgo * 60_000);
  await db.job.create({
    data: { ...base, state: "failed", error: "boom", createdAt: at(30), endedAt: at(29) },
  });
  const kinds = async () =>
    (await call().home.get({ workspace: workspace.slug })).needs.map(({ kind }) => kind);
  expect(await kinds()).toContain("job_failed");
  await db.job.create({ data: { ...base, state: "succeeded", createdAt: at(10), endedAt: at(9) } });
  expect(await kinds()).not.toContain("job_failed");
});

test("click-through counts live slates that led to something, and says when there are too few", async () => {
  const { redis } = app.ctx;
  const archive = async () => {
    const deps = { redis, lake: await app.ctx.lake(), logger: app.ctx.logger };
    await archiveRound(deps, [workspace.slug], { consumer: "a" });
  };
  const slates = Array.from({ length: 120 }, () => createSlate(workspace.slug));
  const old = createSlate(workspace.slug, { atMs: Date.now() - 3 * 86_400_000 });
  for (const slate of [...slates, old])
    await redis.xadd(redisKeys.slates(workspace.slug), "*", "s", JSON.stringify(slate));
  const click = (requestId: string, eventId: string) => ({
    eventId,
    type: "click",
    itemId: "sku-1",
    shopper: "AAAAAAAAAAAAAAAAAAAAAA",
    anonymousShopper: null,
    sessionId: null,
    requestId,
    position: 0,
    surface: "home_feed",
    occurredAtMs: Date.now(),
    receivedAtMs: Date.now(),
    value: null,
    currency: null,
    quantity: null,
    context: {},
  });
  // Two clicks on one slate are one clicked slate; a click on an unknown slate is none.
  for (const [i, id] of [
    slates[0]!.requestId,
    slates[0]!.requestId,
    slates[1]!.requestId,
    "unknown-request",
  ].entries())
    await redis.xadd(redisKeys.events(workspace.slug, 0), "*", "e", JSON.stringify(click(id, `e-${i}`)));
  expect((await call().home.get({ workspace: workspace.slug })).kpis.clickThrough).toBeNull();
  await archive();
  app.advance(61_000);
  await call().home.get({ workspace: workspace.slug });
  const { clickThrough } = (await call().home.get({ workspace: workspace.slug })).kpis;
  expect(clickThrough).toMatchObject({
    last24Hours: { slates: 120, clicked: 2, rate: 2 / 120 },
    previous7Days: { slates: 1, clicked: 0, rate: null },
  });
});

test("the last admin cannot leave, and a new member can sign in", async () => {
  const admin = await app.createMember(workspace.id, "admin");
  const members = app.callAs(admin).members;
  await expect(
    members.changeRole({ workspace: workspace.slug, userId: admin.id, role: "viewer" }),
  ).rejects.toMatchObject({ code: "CONFLICT" });
  await expect(members.remove({ workspace: workspace.slug, userId: admin.id })).rejects.toMatchObject({
    code: "CONFLICT",
  });
  const email = `new-${Date.now()}@shortlist.test`;
  const password = "a long password";
  await members.create({ workspace: workspace.slug, email, name: "New", password, role: "ml_engineer" });
  const signIn = await app.server.inject({
    method: "POST",
    url: "/api/auth/sign-in/email",
    payload: { email, password },
  });
  expect(signIn.statusCode).toBe(200);
  // Somebody who has an account keeps their password when another workspace adds them.
  const second = await app.createWorkspace();
  const otherAdmin = await app.createMember(second.id, "admin");
  const added = await app.callAs(otherAdmin).members.create({
    workspace: second.slug,
    email,
    name: "X",
    password: "taken over!",
    role: "viewer",
  });
  expect(added.createdAccount).toBe(false);
  const stolen = await app.server.inject({
    method: "POST",
    url: "/api/auth/sign-in/email",
    payload: { email, password: "taken over!" },
  });
  expect(stolen.statusCode).toBe(401);
});
