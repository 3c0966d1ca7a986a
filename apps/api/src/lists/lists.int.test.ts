import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { PRECOMPUTED_TTL_SECONDS, redisKeys, type StoredInteraction } from "@shortlist/contracts";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { cancelJob } from "../modules/jobs/service";
import { getListStatus, startDueLists, startLists } from "../modules/lists/service";
import { type FakeListServing, startFakeListServing } from "../testing/fakeListServing";
import { createInteraction } from "../testing/interactions";
import { publishTestRelease } from "../testing/packages";
import { createTestApp, type TestApp } from "../testing/testApp";
import { runListsJob } from "./listsJob";

const HOUR_MS = 3_600_000;
const CHILD = fileURLToPath(new URL("./listsChild.ts", import.meta.url));

let app: TestApp;
let serving: FakeListServing;
let shop: { id: string; slug: string };
const children: ChildProcess[] = [];
beforeAll(async () => {
  serving = await startFakeListServing(
    () => app.ctx.redis,
    () => shop.slug,
  );
  app = await createTestApp({ SERVING_URL: serving.url });
});
beforeEach(async () => {
  shop = await app.createWorkspace();
  const { release } = await publishTestRelease(app.ctx, shop.id);
  Object.assign(serving, { releaseId: release.releaseId, delayMs: 0, skip: () => null, isDown: false });
  serving.computed.clear();
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
});
afterAll(async () => {
  await app.close();
  await serving.close();
});

const shopper = (i: number) => `S${String(i).padStart(21, "0")}`;
const nowMs = () => app.ctx.now().getTime();
async function act(batch: string, ...events: Partial<StoredInteraction>[]): Promise<void> {
  const atMs = nowMs() - HOUR_MS;
  const rows = events.map((event) => createInteraction({ occurredAtMs: atMs, receivedAtMs: atMs, ...event }));
  await (await app.ctx.lake()).writeInteractions(shop.slug, batch, rows);
}
/** By the machine's clock, which is also that of a child. */
const actOf = (n: number) => {
  const atMs = Date.now() - HOUR_MS;
  const at = { occurredAtMs: atMs, receivedAtMs: atMs };
  return act("first", ...Array.from({ length: n }, (_, i) => ({ shopper: shopper(i), ...at })));
};

async function start(config: object = {}): Promise<string> {
  const request = { config: { surface: "home_feed" as const, ...config }, createdBy: "ann" };
  return (await startLists(app.ctx, shop.id, request)).jobId;
}
const steps: string[] = [];
/** The job to its end, here. */
async function finish(jobId: string): Promise<Record<string, unknown>> {
  const { payload, workspace } = await app.ctx.db.job.findUniqueOrThrow({
    where: { id: jobId },
    include: { workspace: true },
  });
  steps.length = 0;
  const report = (_pct: number, step: string) => void steps.push(step);
  const result = await runListsJob({ ctx: app.ctx, jobId, workspace, payload, report, log: () => undefined });
  await app.ctx.db.job.update({ where: { id: jobId }, data: { state: "succeeded" } });
  return result;
}
const run = async (config?: object) => finish(await start(config));

test("computes the lists of everybody who showed a preference lately, and of nobody else", async () => {
  await actOf(3);
  await act(
    "others",
    { shopper: shopper(10), occurredAtMs: nowMs() - 40 * 24 * HOUR_MS },
    { shopper: shopper(11), type: "skip" },
    { shopper: shopper(12), type: "opt_out", itemId: null },
  );
  serving.skip = (who) => (who === shopper(2) ? "opted_out" : null);
  expect(await run()).toMatchObject({ shoppers: 3, written: 2, renewed: 0, skipped: { opted_out: 1 } });
  expect([...serving.computed.keys()].sort()).toEqual([shopper(0), shopper(1)]);
  serving.skip = () => null;
  expect(await run({ activeDays: 60, all: true })).toMatchObject({ shoppers: 4, written: 4 });
});

test("a second run computes whoever did something since, keeps the lists of the others, and makes lost ones anew", async () => {
  await actOf(5);
  await run();
  serving.computed.clear();
  app.advance(2 * HOUR_MS);
  await act("later", { shopper: shopper(1) }, { shopper: shopper(7) });
  const key = (i: number) => redisKeys.precomputed(shop.slug, shopper(i), "home_feed");
  await app.ctx.redis.del(key(3));
  await app.ctx.redis.expire(key(0), 60);
  expect(await run()).toMatchObject({ shoppers: 6, written: 3, renewed: 3 });
  expect([...serving.computed.keys()].sort()).toEqual([1, 3, 7].map(shopper));
  expect(await app.ctx.redis.ttl(key(0))).toBeGreaterThan(PRECOMPUTED_TTL_SECONDS - 60);
  // Another release: every list is another one.
  const { release } = await publishTestRelease(app.ctx, shop.id, "next");
  serving.releaseId = release.releaseId;
  expect(await run()).toMatchObject({ shoppers: 6, written: 6, renewed: 0 });
});

test("a serving that is down, busy, or not yet on the release is waited for, and the job says which", async () => {
  await actOf(4);
  const { releaseId } = serving;
  serving.isDown = true;
  const job = finish(await start());
  await expect.poll(() => steps.some((step) => step.includes("does not answer: waiting"))).toBe(true);
  Object.assign(serving, { isDown: false, releaseId: "0".repeat(64) });
  await expect.poll(() => steps.at(-1), { timeout: 10_000 }).toContain("has not loaded the current release");
  let asked = 0;
  Object.assign(serving, { releaseId, skip: () => (++asked % 2 === 0 ? null : "busy") });
  expect(await job).toMatchObject({ shoppers: 4, written: 4, skipped: {} });
  expect(steps.some((step) => step.includes("busy with shoppers"))).toBe(true);
});

test("a run killed with -9 goes on behind its last batch", async () => {
  await actOf(1_000);
  serving.delayMs = 150;
  const jobId = await start();
  const env = Object.fromEntries(Object.entries(app.ctx.env).map(([name, value]) => [name, String(value)]));
  const child = fork(CHILD, [jobId], {
    execArgv: ["--import", "tsx"],
    env: { ...process.env, ...env },
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });
  children.push(child);
  const done = async () => (await app.ctx.db.listRun.findUnique({ where: { jobId } }))?.done ?? 0;
  while ((await done()) < 400) {
    expect(child.exitCode, "the child ended").toBeNull();
    await sleep(20);
  }
  child.kill("SIGKILL");
  await once(child, "close");
  const reached = await done();
  expect(reached).toBeLessThan(1_000);
  serving.delayMs = 0;
  expect(await finish(jobId)).toMatchObject({ shoppers: 1_000, written: 1_000 });
  for (let i = 0; i < 1_000; i++) {
    // What was under way when it died is computed twice, nothing else is.
    expect(serving.computed.get(shopper(i))).toBeLessThanOrEqual(i >= reached && i < reached + 200 ? 2 : 1);
    expect(serving.computed.get(shopper(i))).toBeGreaterThanOrEqual(1);
  }
});

test("a release that is published meanwhile begins the run anew", async () => {
  await actOf(600);
  // Registering its models takes a second or two; the run must not end before.
  serving.delayMs = 5_000;
  const job = finish(await start());
  await expect.poll(() => serving.computed.size, { timeout: 15_000 }).toBeGreaterThanOrEqual(100);
  const { release } = await publishTestRelease(app.ctx, shop.id, "next");
  serving.releaseId = release.releaseId;
  serving.delayMs = 0;
  expect(await job).toMatchObject({ releaseId: release.releaseId, shoppers: 600, written: 600 });
});

test("by schedule a surface with lists gets one run, however many workers ask, and a live one gets none", async () => {
  await actOf(2);
  const own = async () =>
    app.ctx.db.job.findMany({ where: { workspaceId: shop.id, name: "lists.precompute" } });
  await startDueLists(app.ctx);
  expect(await own()).toEqual([]);
  const row = await app.ctx.db.release.findUniqueOrThrow({ where: { id: serving.releaseId } });
  const content = row.content as { surfaces: { surface: string; mode: string }[] };
  content.surfaces.find(({ surface }) => surface === "cart")!.mode = "live_with_precomputed";
  await app.ctx.db.release.update({ where: { id: row.id }, data: { content } });
  await Promise.all(Array.from({ length: 5 }, () => startDueLists(app.ctx)));
  const jobs = await own();
  expect(jobs).toHaveLength(1);
  expect(jobs[0]).toMatchObject({ createdBy: "schedule", payload: { surface: "cart", all: false } });
  await finish(jobs[0]!.id);
  await startDueLists(app.ctx);
  expect(await own()).toHaveLength(1);
  app.advance(24 * HOUR_MS);
  await startDueLists(app.ctx);
  expect(await own()).toHaveLength(2);
});

test("one run of a surface at a time; cancelled, another may start", async () => {
  const jobId = await start();
  await expect(start()).rejects.toMatchObject({
    code: "conflict",
    publicDetail: expect.stringContaining(jobId),
  });
  await cancelJob(app.ctx, shop.id, jobId);
  await expect(start()).resolves.toBeTypeOf("string");
});

test("the status says of each surface what there is, and without a release starting says what is missing", async () => {
  await actOf(2);
  await run();
  const { surfaces } = await getListStatus(app.ctx, shop);
  expect(surfaces).toHaveLength(5);
  const home = surfaces.find(({ surface }) => surface === "home_feed")!;
  expect(home.last).toMatchObject({ total: 2, written: 2, isOfCurrentRelease: true });
  expect(home.job).toMatchObject({ state: "succeeded" });
  const other = surfaces.find(({ surface }) => surface === "cart")!;
  expect(other).toMatchObject({ mode: "live", last: null, job: null });
  const rest = await app.rest("GET", `/v1/workspaces/${shop.slug}/lists`);
  expect(rest).toMatchObject({ status: 200, json: { surfaces: expect.any(Array) } });
  shop = await app.createWorkspace();
  await expect(start()).rejects.toMatchObject({
    code: "no_release",
    publicDetail: expect.stringContaining("shortlist train"),
  });
});
