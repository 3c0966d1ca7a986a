import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import {
  ControlDocument,
  type LiveFeatureView,
  redisKeys,
  type StoredInteraction,
} from "@shortlist/contracts";
import { compileFeatureSql } from "@shortlist/lake";
import { FEATURE_STATE_FORMAT } from "@shortlist/ml";
import { compileLiveView, readFeatures } from "@shortlist/online";
import { createRedis } from "@shortlist/platform";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { getMidnight } from "../modules/featureViews/backfillDecide";
import {
  discardBackfill,
  getBackfill,
  listBackfills,
  loadBackfill,
  requestBackfill,
  startBackfill,
} from "../modules/featureViews/backfillService";
import { startDueBackfills } from "../modules/featureViews/nightlyService";
import { applyFeatureViews, listFeatureViews } from "../modules/featureViews/service";
import { cancelJob } from "../modules/jobs/service";
import { CLICKS } from "../testing/featureViews";
import { createInteraction } from "../testing/interactions";
import { createTestApp, type TestApp } from "../testing/testApp";
import { runBackfillJob } from "./backfillJob";
import { writeBatch } from "./runBackfill";

const DAY_MS = 86_400_000;
const CHILD = fileURLToPath(new URL("./backfillChild.ts", import.meta.url));
const MIDNIGHT = getMidnight(Date.now());

let app: TestApp;
const children: ChildProcess[] = [];
beforeAll(async () => {
  app = await createTestApp();
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
});
afterAll(() => app.close());

type Shop = { id: string; slug: string };

/** The job's own process, on the database and the lake of this test. */
function startChild(jobId: string, rowsPerSecond: number) {
  const env = Object.fromEntries(Object.entries(app.ctx.env).map(([name, value]) => [name, String(value)]));
  const child = fork(CHILD, [jobId], {
    execArgv: ["--import", "tsx"],
    env: { ...process.env, ...env, BACKFILL_ROWS_PER_SECOND: String(rowsPerSecond) },
  });
  children.push(child);
  return child;
}

/** The job to its end, here. */
async function finish(jobId: string): Promise<Record<string, unknown>> {
  const { payload, workspace } = await app.ctx.db.job.findUniqueOrThrow({
    where: { id: jobId },
    include: { workspace: true },
  });
  const quiet = () => undefined;
  return runBackfillJob({ ctx: app.ctx, jobId, workspace, payload, report: quiet, log: quiet });
}

const shopper = (i: number) => `S${String(i).padStart(21, "0")}`;
const click = (i: number, timeMs: number, o: Partial<StoredInteraction> = {}) =>
  createInteraction({
    type: "click",
    shopper: shopper(i),
    occurredAtMs: timeMs,
    receivedAtMs: timeMs,
    value: 0.1 * i,
    ...o,
  });

async function createShop(nShoppers: number): Promise<Shop> {
  const shop = await app.createWorkspace();
  const lake = await app.ctx.lake();
  const events = Array.from({ length: nShoppers }, (_, i) => [
    click(i, MIDNIGHT - 3 * DAY_MS + i),
    click(i, MIDNIGHT - 60_000 - i),
  ]).flat();
  // Today's are not the batch's.
  await lake.writeInteractions(shop.slug, "b", [...events, click(0, MIDNIGHT + 1)]);
  await applyFeatureViews(app.ctx, shop.id, { views: [CLICKS], dryRun: false, actor: "tests" });
  return shop;
}

async function plan(shop: Shop): Promise<string> {
  const { id, jobId } = await requestBackfill(app.ctx, shop.id, { name: "clicks", actor: "ann" });
  await finish(jobId);
  return id;
}

async function run(shop: Shop, id: string) {
  const { jobId } = await startBackfill(app.ctx, shop.id, { id, actor: "ann" });
  return finish(jobId);
}

async function readLive(shop: Shop): Promise<LiveFeatureView> {
  const text = await app.ctx.redis.hget(redisKeys.control, shop.slug);
  return ControlDocument.parse(JSON.parse(text!)).featureViews[0]!;
}

/** As a replica reads: the document, then the rows that it points to. */
async function readValues(shop: Shop, keys: string[], atMs = Date.now()) {
  const view = compileLiveView(await readLive(shop));
  const request = { workspace: shop.slug, view, keys: keys.map((key) => [key]) };
  return (await readFeatures(app.ctx.redis, request, { atMs })).map(({ values }) => values);
}

async function countRows(shop: Shop, generation: string): Promise<number> {
  const found = await app.ctx.redis.keys(`sl:{${shop.slug}:*:fb:clicks@1:${generation}`);
  return found.length;
}

test("what the plan counts is what the run does, and readers are given what SQL computes from the lake", async () => {
  const shop = await createShop(60);
  const id = await plan(shop);
  const planned = await getBackfill(app.ctx, shop.id, id);
  expect(planned).toMatchObject({
    state: "planned",
    plan: {
      nEvents: 120,
      nRows: 60,
      nSampled: 60,
      against: null,
      rows: { new: 60, changed: 0, unchanged: 0 },
    },
  });
  expect((await readLive(shop)).batch).toBeNull();
  const result = await run(shop, id);
  expect(result).toMatchObject({ nEvents: 120, rowsWritten: 60, replaced: null, resumed: 0 });
  expect(result.bytesWritten).toBe(planned.plan!.bytes);
  const done = await getBackfill(app.ctx, shop.id, id);
  expect(done).toMatchObject({ state: "done", isLive: true });
  const live = await readLive(shop);
  expect(live.batch).toEqual({ generation: done.generation, endMs: MIDNIGHT });

  const keys = Array.from({ length: 60 }, (_, i) => shopper(i));
  const lake = await app.ctx.lake();
  const entities = `(SELECT UNNEST([${keys.map((key) => `'${key}'`).join(", ")}]) AS shopper, ${MIDNIGHT} AS at_ms)`;
  const events = lake.dedupedInteractions(shop.slug);
  const sql = compileFeatureSql(live.view).pointInTime({ events, entities, writeLagMs: 0 });
  const expected = await lake.query(`SELECT clicks_1h, clicks_7d, spend_ever FROM (${sql}) ORDER BY shopper`);
  const values = await readValues(shop, keys, MIDNIGHT);
  values.forEach((row, i) => {
    expect(row.clicks_1h).toBe(expected[i]!.clicks_1h);
    expect(row.clicks_7d).toBe(2);
    expect(row.spend_ever).toBeCloseTo(expected[i]!.spend_ever as number, 9);
  });
});

test("a run killed with -9 goes on at its last chunk; readers keep the batch before until every row is there", async () => {
  const shop = await createShop(3_000);
  const first = await plan(shop);
  await run(shop, first);
  const before = (await readLive(shop)).batch!;
  // Two days later than planned first: corrections have come in.
  const lake = await app.ctx.lake();
  await lake.writeInteractions(
    shop.slug,
    "corrections",
    Array.from({ length: 3_000 }, (_, i) => click(i, MIDNIGHT - 120_000 - i)),
  );
  const id = await plan(shop);
  const { generation } = await getBackfill(app.ctx, shop.id, id);
  const { jobId } = await startBackfill(app.ctx, shop.id, { id, actor: "ann" });
  const child = startChild(jobId, 1_000);
  const written = async () => (await getBackfill(app.ctx, shop.id, id)).checkpoint?.rowsWritten ?? 0;
  while ((await written()) < 750) await sleep(20);
  child.kill("SIGKILL");
  await once(child, "close");
  const reached = await written();
  expect(reached).toBeLessThan(3_000);
  expect((await readLive(shop)).batch).toEqual(before);
  expect((await readValues(shop, [shopper(7)]))[0]!.clicks_7d).toBe(2);

  const result = await finish(jobId);
  expect(result).toMatchObject({ rowsWritten: 3_000, resumed: 1, replaced: before.generation });
  expect(await countRows(shop, generation)).toBe(3_000);
  const values = await readValues(
    shop,
    Array.from({ length: 3_000 }, (_, i) => shopper(i)),
  );
  expect(values.every((row) => row.clicks_7d === 3)).toBe(true);
  // The rows of the batch before leave by themselves.
  const row = { entity: "shopper" as const, key: [shopper(7)], generation: before.generation };
  const leftMs = await app.ctx.redis.pttl(redisKeys.featureBatch(shop.slug, "clicks@1", row));
  expect(leftMs).toBeLessThanOrEqual(10 * 60_000);
});

test("the swap is one moment: whoever reads meanwhile gets all rows of one batch or all of the other", async () => {
  const shop = await createShop(200);
  await run(shop, await plan(shop));
  const lake = await app.ctx.lake();
  await lake.writeInteractions(
    shop.slug,
    "corrections",
    Array.from({ length: 200 }, (_, i) => click(i, MIDNIGHT - 120_000)),
  );
  const id = await plan(shop);
  expect((await getBackfill(app.ctx, shop.id, id)).plan).toMatchObject({
    rows: { new: 0, changed: 200, unchanged: 0 },
    outputs: [
      { name: "clicks_1h" },
      { name: "clicks_7d", nChanged: 200, meanBefore: 2, meanAfter: 3 },
      { name: "spend_ever" },
    ],
  });
  const seen = new Set<string>();
  let isOver = false;
  const reading = (async () => {
    const keys = Array.from({ length: 200 }, (_, i) => shopper(i));
    while (!isOver) {
      const counts = new Set((await readValues(shop, keys)).map((row) => row.clicks_7d));
      seen.add([...counts].join(" and "));
    }
  })();
  await run(shop, id);
  await sleep(50);
  isOver = true;
  await reading;
  expect([...seen]).toEqual(["2", "3"]);
});

test("a batch says when a log was imported after it was asked for", async () => {
  const shop = await createShop(2);
  await run(shop, await plan(shop));
  const isBehind = async () => (await listFeatureViews(app.ctx, shop))[0]!.batch!.isBehindImport;
  expect(await isBehind()).toBe(false);
  const file = {
    fileName: "e",
    fileSha256: "a".repeat(64),
    mappingName: "m",
    kind: "interactions",
    summary: {},
  };
  const rows = { rowsRead: 1, rowsImported: 1, rowsSetAside: 0 };
  await app.ctx.db.importRun.create({ data: { workspaceId: shop.id, ...file, ...rows } });
  expect(await isBehind()).toBe(true);
});

test("a plan over an unchanged lake says that nothing changes for readers", async () => {
  const shop = await createShop(20);
  await run(shop, await plan(shop));
  const { plan: again } = await getBackfill(app.ctx, shop.id, await plan(shop));
  expect(again).toMatchObject({ nRows: 20, rows: { new: 0, changed: 0, unchanged: 20 } });
});

test("rows that an earlier release wrote are planned over as if they were not there", async () => {
  const shop = await createShop(5);
  await run(shop, await plan(shop));
  const { generation } = (await readLive(shop)).batch!;
  const row = { entity: "shopper" as const, key: [shopper(0)], generation };
  await app.ctx.redis.set(redisKeys.featureBatch(shop.slug, "clicks@1", row), '[0,"clicks@1"]');
  const { plan: made } = await getBackfill(app.ctx, shop.id, await plan(shop));
  expect(made!.rows).toEqual({ new: 1, changed: 0, unchanged: 4 });
});

test("giving up a run that was killed lets go of the rows it wrote", async () => {
  const shop = await createShop(600);
  const id = await plan(shop);
  const { generation } = await getBackfill(app.ctx, shop.id, id);
  const { jobId } = await startBackfill(app.ctx, shop.id, { id, actor: "ann" });
  const child = startChild(jobId, 300);
  while (((await getBackfill(app.ctx, shop.id, id)).checkpoint?.rowsWritten ?? 0) < 250) await sleep(20);
  child.kill("SIGKILL");
  await once(child, "close");
  expect(await countRows(shop, generation)).toBeGreaterThanOrEqual(250);
  await cancelJob(app.ctx, shop.id, jobId);
  await discardBackfill(app.ctx, shop, id);
  expect(await countRows(shop, generation)).toBe(0);
  expect((await readLive(shop)).batch).toBeNull();
});

test("rows that Redis lost while a run was down are written anew, not gone on from", async () => {
  const shop = await createShop(600);
  const id = await plan(shop);
  const { generation } = await getBackfill(app.ctx, shop.id, id);
  const { jobId } = await startBackfill(app.ctx, shop.id, { id, actor: "ann" });
  const child = startChild(jobId, 300);
  while (((await getBackfill(app.ctx, shop.id, id)).checkpoint?.rowsWritten ?? 0) < 250) await sleep(20);
  child.kill("SIGKILL");
  await once(child, "close");
  const keys = await app.ctx.redis.keys(`sl:{${shop.slug}:*${generation}*`);
  await app.ctx.redis.del(...keys);
  expect(await finish(jobId)).toMatchObject({ rowsWritten: 600, resumed: 0 });
  expect(await countRows(shop, generation)).toBe(600);
});

test("a Redis that goes away while rows are written is waited for, and every row is there in the end", async () => {
  const shop = await createShop(600);
  const id = await plan(shop);
  const { jobId } = await startBackfill(app.ctx, shop.id, { id, actor: "ann" });
  const { target } = await loadBackfill(app.ctx, shop, { id, jobId });
  const redis = createRedis(app.ctx.env.REDIS_URL);
  await redis.connect();
  const lines: string[] = [];
  let isCut = false;
  const written = await writeBatch(target, null, {
    lake: await app.ctx.lake(),
    redis,
    nowMs: Date.now,
    rowsPerSecond: 1_000_000,
    report: () => undefined,
    log: (line) => lines.push(line),
    saveCheckpoint: async () => {
      if (!isCut) redis.disconnect();
      isCut = true;
    },
    // While it is waited for, it comes back.
    sleep: () => (redis.status === "end" ? redis.connect() : sleep(20)),
  });
  redis.disconnect();
  expect(lines.some((line) => line.includes("trying again"))).toBe(true);
  expect(written.rowsWritten).toBe(600);
  expect(await countRows(shop, target.generation)).toBe(600);
});

test("with Redis away the schedule starts nothing", async () => {
  const lost = await createTestApp({ REDIS_URL: "redis://127.0.0.1:1" });
  const { id: workspaceId, slug } = await lost.createWorkspace();
  await applyFeatureViews(lost.ctx, workspaceId, { views: [CLICKS], dryRun: false, actor: "tests" });
  await (await lost.ctx.lake()).writeInteractions(slug, "b", [click(1, MIDNIGHT - DAY_MS)]);
  expect(await startDueBackfills(lost.ctx)).toBe(0);
  expect(await listBackfills(lost.ctx, workspaceId, { limit: 1 })).toEqual([]);
  await lost.close();
});

test("by schedule a version is backfilled once a day, however many workers ask, and again when what lies in Redis is lost or cannot be read", async () => {
  const lost = await createTestApp();
  const { id: workspaceId, slug } = await lost.createWorkspace();
  await applyFeatureViews(lost.ctx, workspaceId, {
    views: [CLICKS, { ...CLICKS, name: "live_only", mode: "stream" }],
    dryRun: false,
    actor: "tests",
  });
  // Nothing to compute from yet.
  expect(await startDueBackfills(lost.ctx)).toBe(0);
  await (await lost.ctx.lake()).writeInteractions(slug, "b", [click(1, MIDNIGHT - DAY_MS)]);
  const started = await Promise.all(Array.from({ length: 5 }, () => startDueBackfills(lost.ctx)));
  expect(started.reduce((sum, n) => sum + n, 0)).toBe(1);
  const [made] = await listBackfills(lost.ctx, workspaceId, { limit: 10 });
  expect(made).toMatchObject({ state: "running", createdBy: "schedule", ref: "clicks@1" });
  await lost.ctx.db.featureBackfill.updateMany({ data: { state: "done" } });
  await lost.ctx.db.featureViewVersion.updateMany({
    where: { name: "clicks" },
    data: { batchGeneration: made!.generation, batchEnd: made!.batchEnd },
  });
  const marker = redisKeys.featureGeneration(slug, "clicks@1", made!.generation);
  await lost.ctx.redis.set(marker, FEATURE_STATE_FORMAT);
  lost.advance(61 * 60_000);
  const isNewDay = getMidnight(lost.ctx.now().getTime()) > MIDNIGHT;
  expect(await startDueBackfills(lost.ctx)).toBe(isNewDay ? 1 : 0);
  await lost.ctx.db.featureBackfill.updateMany({ data: { state: "done" } });
  // As an earlier release left it: what lies there cannot be read.
  await lost.ctx.redis.set(marker, FEATURE_STATE_FORMAT - 1);
  expect(await startDueBackfills(lost.ctx)).toBe(isNewDay ? 0 : 1);
  await lost.close();
});

test("two plans of a version cannot run at once, and a discarded one cannot run at all", async () => {
  const shop = await createShop(3);
  const [a, b] = [await plan(shop), await plan(shop)];
  await startBackfill(app.ctx, shop.id, { id: a, actor: "ann" });
  await expect(startBackfill(app.ctx, shop.id, { id: b, actor: "bob" })).rejects.toMatchObject({
    code: "conflict",
    publicDetail: expect.stringContaining("Another backfill of this version runs"),
  });
  await discardBackfill(app.ctx, shop, b);
  await expect(startBackfill(app.ctx, shop.id, { id: b, actor: "bob" })).rejects.toMatchObject({
    publicDetail: "It was discarded: plan another one",
  });
});
