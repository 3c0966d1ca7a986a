import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { ControlDocument, RolloutPlan, redisKeys } from "@shortlist/contracts";
import { createRandom } from "@shortlist/ml";
import { requireEnv, startTcpProxy, type TcpProxy } from "@shortlist/testing";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { archiveRound } from "../../archive/archiver";
import { type Composed, compose } from "../../composition";
import { startLoop } from "../../lifecycle";
import { publishTestRelease } from "../../testing/packages";
import { createTestRollout, measureWell } from "../../testing/rollouts";
import { beatWithCandidate, sendTraffic } from "../../testing/rolloutTraffic";
import { createTestApp, type TestApp } from "../../testing/testApp";
import { controlRollouts } from "./controllerService";
import { getRollout, requestRollout } from "./service";

// The controller reaches Redis and Postgres through proxies that are cut and slowed here; what became of a rollout is
// read past them.

let app: TestApp;
let redisProxy: TcpProxy;
let databaseProxy: TcpProxy;
let controller: Composed;
beforeAll(async () => {
  // Heartbeats are those of all workspaces: no other test's replicas are to be waited for.
  app = await createTestApp({ REDIS_URL: `${requireEnv("TEST_REDIS_URL")}/7` });
  await app.ctx.redis.flushdb();
  redisProxy = await startTcpProxy(app.ctx.env.REDIS_URL);
  databaseProxy = await startTcpProxy(app.ctx.env.DATABASE_URL);
  const env = { ...app.ctx.env, REDIS_URL: redisProxy.url, DATABASE_URL: databaseProxy.url };
  controller = await compose(env, { name: "cut", queuePrefix: app.queuePrefix, now: app.ctx.now });
});
afterEach(() => mend());
afterAll(async () => {
  await controller.close();
  await Promise.all([redisProxy.close(), databaseProxy.close()]);
  await app.close();
});

async function mend(): Promise<void> {
  redisProxy.isStalled = false;
  redisProxy.setUp(false);
  redisProxy.setUp(true);
  databaseProxy.setUp(true);
  await expect.poll(() => controller.ctx.redis.ping().catch(() => "away"), { timeout: 5_000 }).toBe("PONG");
}

const QUICK = {
  surfaces: ["home_feed" as const],
  steps: [
    { kind: "canary" as const, candidatePct: 5, dwellMinutes: 0 },
    { kind: "canary" as const, candidatePct: 10, dwellMinutes: 60 },
  ],
  holdback: null,
  requestsMin: 50,
};
const UNGUARDED = RolloutPlan.parse({ ...QUICK, guardrails: [] });
const CLICKS = RolloutPlan.parse({
  ...QUICK,
  steps: [{ kind: "canary", candidatePct: 5, dwellMinutes: 0 }],
  guardrails: [{ metric: "click_through", margin: 0.05, alpha: 0.005, nMin: 10 }],
});

async function start(plan: RolloutPlan) {
  // The controller looks at all rollouts: those of the tests before are over.
  await app.ctx.db.rollout.updateMany({ data: { runningIn: null, endedAt: new Date(0) } });
  const { id: workspaceId, slug: workspace } = await app.createWorkspace();
  await publishTestRelease(app.ctx, workspaceId);
  const { id: rolloutId, number } = await createTestRollout(app.ctx, workspaceId, { plan });
  const { candidateReleaseId: releaseId } = await app.ctx.db.rollout.findUniqueOrThrow({
    where: { id: rolloutId },
  });
  const shop = {
    workspaceId,
    number,
    /** Through the proxies, some time later, with a replica that holds the candidate. */
    async look() {
      app.advance(10_000);
      await beatWithCandidate(app.ctx, { workspace, releaseId, rolloutId });
      await controlRollouts(controller.ctx);
      return shop.read();
    },
    read: () => getRollout(app.ctx, workspaceId, number),
    readDocument: async () =>
      ControlDocument.parse(JSON.parse((await app.ctx.redis.hget(redisKeys.control, workspace))!)),
    actions: async () => (await shop.read()).decisions.map(({ action }) => action).reverse(),
    async sell(seed: string) {
      const shares = { shoppersPerArm: 30, slatesPerShopper: 2, clickRate: { control: 0.5, candidate: 0.5 } };
      await sendTraffic(app.ctx, { workspace, rolloutId, seed, ...shares });
      const deps = { redis: app.ctx.redis, lake: await app.ctx.lake(), logger: app.ctx.logger };
      await archiveRound(deps, [workspace], { consumer: "a" });
    },
    lakeFile: (name: string) => join(fileURLToPath(app.ctx.env.LAKE_URL), workspace, "slates", name),
  };
  for (let i = 0; i < 2; i++) await shop.look();
  expect((await shop.read()).state).toMatchObject({ phase: "canary", stepIndex: 0 });
  return shop;
}

test.each([
  ["is away", () => redisProxy.setUp(false)],
  [
    "takes calls and does not answer",
    () => {
      redisProxy.isStalled = true;
    },
  ],
])(
  "while Redis %s a rollout takes no step and says that it has no data; afterwards it goes on",
  async (_what, cut) => {
    const shop = await start(UNGUARDED);
    await shop.sell("before");
    cut();
    const { state, latest } = await shop.look();
    expect(state).toMatchObject({ phase: "canary", stepIndex: 0, hold: null });
    expect(latest).toMatchObject({
      assessment: { replicas: null, candidateRequests: null },
      waiting: { code: "no_data", reason: "the funnel counters cannot be read" },
    });
    await mend();
    expect((await shop.look()).state).toMatchObject({ phase: "canary", stepIndex: 1 });
  },
);

test.each([
  ["is away", () => redisProxy.setUp(false)],
  [
    "does not answer",
    () => {
      redisProxy.isStalled = true;
    },
  ],
])(
  "an abort while Redis %s is in the ledger at once and shown as not in force until replicas are told",
  async (_what, cut) => {
    const shop = await start(UNGUARDED);
    cut();
    const request = { number: shop.number, request: { kind: "abort" as const }, reason: "", actor: "ana" };
    await requestRollout(controller.ctx, shop.workspaceId, request);
    expect((await shop.read()).decisions[0]).toMatchObject({ action: "abort", actor: "ana" });
    expect((await getRollout(controller.ctx, shop.workspaceId, shop.number)).inForce).toBe("unknown");
    expect((await shop.readDocument()).rollout?.candidateBuckets).toBe(500);
    await shop.look();
    expect((await shop.read()).inForce).toBe("not_yet");
    await mend();
    await shop.look();
    expect((await shop.readDocument()).rollout).toBeUndefined();
    expect(await shop.read()).toMatchObject({ inForce: "yes", state: { phase: "aborted" } });
    expect((await shop.actions()).filter((action) => action === "abort")).toHaveLength(1);
  },
);

test("what ends a rollout by itself ends it also while Redis is away, once, and replicas are told afterwards", async () => {
  const shop = await start(RolloutPlan.parse({ ...UNGUARDED, maxAgeHours: 1 }));
  redisProxy.setUp(false);
  app.advance(3_600_000);
  for (let i = 0; i < 3; i++) await shop.look();
  expect((await shop.read()).decisions[0]).toMatchObject({ action: "abort", isRobot: true });
  expect((await shop.readDocument()).rollout).toBeDefined();
  await mend();
  await shop.look();
  expect((await shop.readDocument()).rollout).toBeUndefined();
  expect((await shop.actions()).filter((action) => action === "abort")).toHaveLength(1);
});

test("with Postgres away nothing is decided; the loop lives, and takes exactly one step when it is back", async () => {
  const shop = await start(UNGUARDED);
  await shop.sell("once");
  databaseProxy.setUp(false);
  let rounds = 0;
  const failures: unknown[] = [];
  const loop = startLoop({ name: "rollouts", intervalMs: 20, logger: app.ctx.logger }, async () => {
    rounds++;
    await controlRollouts(controller.ctx).catch((error: unknown) => {
      failures.push(error);
      throw error;
    });
  });
  await expect.poll(() => failures.length, { timeout: 20_000 }).toBeGreaterThan(3);
  expect((await shop.read()).state.stepIndex).toBe(0);
  expect((await shop.readDocument()).rollout?.candidateBuckets).toBe(500);
  databaseProxy.setUp(true);
  await expect.poll(async () => (await shop.read()).state.stepIndex, { timeout: 20_000 }).toBe(1);
  const roundsThen = rounds;
  await expect.poll(() => rounds, { timeout: 20_000 }).toBeGreaterThan(roundsThen + 5);
  await loop.stop();
  expect(await shop.actions()).toEqual(["create", "prepare", "step", "step"]);
  expect((await shop.readDocument()).rollout?.candidateBuckets).toBe(1_000);
});

test("connections to Postgres cut at random moments: every step is taken once, in order, and replicas get the last", async () => {
  const shares = Array.from({ length: 12 }, (_, i) => 5 * (i + 1));
  const shop = await start(
    RolloutPlan.parse({
      ...UNGUARDED,
      requestsMin: 0,
      steps: shares.map((candidatePct) => ({ kind: "canary", candidatePct, dwellMinutes: 0 })),
    }),
  );
  const random = createRandom("cuts");
  let cuts = 0;
  const loop = startLoop({ name: "rollouts", intervalMs: 1, logger: app.ctx.logger }, () =>
    controlRollouts(controller.ctx, async (_ctx, _workspace, { plan }) =>
      measureWell(app.ctx.now().getTime(), plan),
    ),
  );
  while ((await shop.read()).state.phase !== "completed") {
    await new Promise((resolve) => setTimeout(resolve, 5 + random.next() * 60));
    databaseProxy.setUp(false);
    cuts++;
    await new Promise((resolve) => setTimeout(resolve, random.next() * 20));
    databaseProxy.setUp(true);
    await new Promise((resolve) => setTimeout(resolve, random.next() * 150));
  }
  await loop.stop();
  await controlRollouts(controller.ctx);
  const { decisions, candidate } = await shop.read();
  const steps = decisions.map(({ action, after }) => `${action} ${after.stepIndex}`).reverse();
  expect(steps).toEqual([
    "create -1",
    "prepare -1",
    ...shares.map((_, i) => `step ${i}`),
    `complete ${shares.length}`,
  ]);
  const document = await shop.readDocument();
  expect(document.rollout).toBeUndefined();
  expect(document.release?.releaseId).toBe(candidate.releaseId);
  expect(cuts).toBeGreaterThan(2);
});

test("an archive that cannot be read is no data: the last step is not left until it can be", async () => {
  const shop = await start(CLICKS);
  await shop.sell("read");
  const broken = shop.lakeFile(`day=${app.ctx.now().toISOString().slice(0, 10)}/broken.parquet`);
  await mkdir(dirname(broken), { recursive: true });
  await writeFile(broken, "no parquet file");
  const readClicks = ({ latest }: Awaited<ReturnType<typeof shop.read>>) => latest!.assessment.guardrails[0];
  for (let i = 0; i < 2; i++) {
    app.advance(60_000);
    const seen = await shop.look();
    expect(seen.state).toMatchObject({ phase: "canary", stepIndex: 0, hold: null });
    expect(seen.latest!.waiting?.code).toBe("no_data");
    expect(readClicks(seen)).toMatchObject({ verdict: "no_data", reason: "the archive cannot be read" });
  }
  await rm(broken);
  app.advance(60_000);
  await shop.sell("again");
  expect((await shop.look()).state.phase).toBe("completed");
});

test("a replica whose copy of the catalogue misses changes does not hold the candidate yet", async () => {
  const { id: workspaceId, slug: workspace } = await app.createWorkspace();
  await publishTestRelease(app.ctx, workspaceId);
  const { id: rolloutId, number } = await createTestRollout(app.ctx, workspaceId, { plan: UNGUARDED });
  const { candidateReleaseId: releaseId } = await app.ctx.db.rollout.findUniqueOrThrow({
    where: { id: rolloutId },
  });
  const look = async (catalogState: "incomplete" | "live") => {
    await beatWithCandidate(app.ctx, { workspace, releaseId, rolloutId, catalogState });
    await controlRollouts(controller.ctx);
    return getRollout(app.ctx, workspaceId, number);
  };
  for (let i = 0; i < 2; i++) await look("incomplete");
  const { state, latest } = await look("incomplete");
  expect(state.phase).toBe("preparing");
  expect(latest!.waiting).toMatchObject({
    code: "replicas",
    reason: "0 of 1 replicas hold the candidate",
  });
  expect((await look("live")).state).toMatchObject({ phase: "canary", stepIndex: 0 });
});
