import { randomUUID } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { redisKeys, TrainingSetConfig } from "@shortlist/contracts";
import { quote } from "@shortlist/lake";
import { afterAll, beforeAll, expect, test } from "vitest";
import { getPublishedViews } from "../modules/featureViews/pickService";
import { applyFeatureViews } from "../modules/featureViews/service";
import { startTrainingSet } from "../modules/trainingSets/service";
import { CLICKS } from "../testing/featureViews";
import { createInteraction, toPseudonym } from "../testing/interactions";
import { createTestApp, type TestApp } from "../testing/testApp";
import { runTrainingSet } from "./runTrainingSet";

const T0 = Date.UTC(2026, 2, 10, 12);
const MINUTE_MS = 60_000;
let app: TestApp;
let workspace: { id: string; slug: string };
let dir: string;

beforeAll(async () => {
  app = await createTestApp();
  workspace = await app.createWorkspace();
  dir = await mkdtemp(join(tmpdir(), "training-set-"));
  await applyFeatureViews(app.ctx, workspace.id, { views: [CLICKS], dryRun: false, actor: "t" });
});
afterAll(async () => {
  await app.close();
  await rm(dir, { recursive: true });
});

const config = (o: object = {}) =>
  TrainingSetConfig.parse({
    views: [CLICKS.name],
    from: new Date(T0 - MINUTE_MS).toISOString(),
    to: new Date(T0 + MINUTE_MS).toISOString(),
    labels: { click: "30m" },
    ...o,
  });
const run = async (o: object = {}) => {
  const log: string[] = [];
  const parsed = config(o);
  const result = await runTrainingSet(app.ctx, {
    jobId: randomUUID(),
    workspace,
    config: parsed,
    views: await getPublishedViews(app.ctx, workspace.id, { refs: parsed.views, field: "views" }),
    createdBy: "t",
    report: () => undefined,
    log: (line) => log.push(line),
  });
  return { ...result, log };
};

test("without slates it says what to do", async () => {
  await expect(run()).rejects.toMatchObject({
    code: "conflict",
    publicDetail: expect.stringContaining("simulate"),
  });
});

test("a set holds what was shown, what came of it and features as of the measured lag; it can be downloaded, and the same data is the same set", async () => {
  const lake = await app.ctx.lake();
  const at = (ms: number, received = ms) => ({ occurredAtMs: T0 + ms, receivedAtMs: T0 + received });
  await lake.writeSlates(workspace.slug, "s", [
    {
      requestId: "request-1",
      atMs: T0,
      surface: "home_feed",
      shopper: toPseudonym("ann"),
      releaseId: "r",
      rung: 0,
      record: JSON.stringify({
        items: [
          { itemId: "a", position: 0 },
          { itemId: "b", position: 1 },
        ],
        context: {},
      }),
    },
  ]);
  await lake.writeInteractions(workspace.slug, "e", [
    createInteraction({ type: "click", ...at(-10_000) }),
    // Received 300 ms before the slate: with a lag of 400 ms serving could not know of it yet.
    createInteraction({ type: "click", ...at(-5_000, -300) }),
    createInteraction({ type: "click", itemId: "b", requestId: "request-1", ...at(30_000) }),
  ]);
  await app.ctx.redis.hset(
    redisKeys.featureFreshness(workspace.slug),
    `${CLICKS.name}@1`,
    JSON.stringify({
      p50Ms: 100,
      p95Ms: 400,
      n: 30,
      timeouts: 0,
      lastProbeAtMs: T0,
      lastResult: "readable",
      lastWriteAtMs: T0,
      measuredBy: "w",
    }),
  );
  const first = await run();
  expect(first.rows).toEqual({ shown: 2, open: 0, sampledOut: 0, written: 2 });
  expect(first.log[0]).toContain("400 ms before a slate or earlier (measured)");
  const path = `/v1/workspaces/${workspace.slug}/training-sets/${first.trainingSetId}`;
  const { json } = await app.rest("GET", path);
  expect(json).toMatchObject({
    writeLagSource: "measured",
    manifest: { contentHash: first.contentHash, labels: { click: { closed: 2, positive: 1 } } },
  });
  const answer = await app.server.inject({
    method: "GET",
    url: `${path}/rows.parquet`,
    headers: { authorization: `Bearer ${app.ctx.env.SERVICE_KEY}` },
  });
  expect(answer.headers["content-type"]).toBe("application/vnd.apache.parquet");
  const file = join(dir, "rows.parquet");
  await writeFile(file, answer.rawPayload);
  const feature = json.manifest.columns.find((column: string) => column.startsWith(`${CLICKS.name}__`));
  expect(
    await lake.query(
      `SELECT item_id, label_click, "${feature}" AS clicks FROM read_parquet(${quote(file)}) ORDER BY item_id`,
    ),
  ).toEqual([
    { item_id: "a", label_click: 0, clicks: 1 },
    { item_id: "b", label_click: 1, clicks: 1 },
  ]);
  expect((await run()).trainingSetId).toBe(first.trainingSetId);
  const { json: list } = await app.rest("GET", `/v1/workspaces/${workspace.slug}/training-sets`);
  expect(list.trainingSets).toHaveLength(1);
});

test("labels that are still open are named rather than an empty set stored", async () => {
  await expect(run({ labels: { purchase: "730d" } })).rejects.toMatchObject({
    publicDetail: expect.stringContaining("still wait for their labels (purchase 730d)"),
  });
});

test("the versions are pinned when it is asked for, and what is not published is refused by field", async () => {
  const { jobId } = await startTrainingSet(app.ctx, workspace.id, { config: config(), createdBy: "t" });
  const job = await app.ctx.db.job.findUniqueOrThrow({ where: { id: jobId } });
  expect(job).toMatchObject({ name: "features.trainingSet", payload: { views: [`${CLICKS.name}@1`] } });
  const { status, json } = await app.rest("POST", `/v1/workspaces/${workspace.slug}/training-sets`, {
    body: { ...config(), views: ["nothing"] },
  });
  expect(status).toBe(400);
  expect(json.errors).toEqual([{ field: "views.0", problem: expect.stringContaining("not published") }]);
});
