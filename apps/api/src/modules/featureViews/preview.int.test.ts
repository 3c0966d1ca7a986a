import { afterAll, beforeAll, expect, test } from "vitest";
import { CLICKS } from "../../testing/featureViews";
import { createInteraction } from "../../testing/interactions";
import { createTestApp, type TestApp } from "../../testing/testApp";
import { previewDraft, previewPublished } from "./previewService";
import { applyFeatureViews } from "./service";

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());

const clickAt = (timeMs: number) =>
  createInteraction({ type: "click", occurredAtMs: timeMs, receivedAtMs: timeMs });
const preview = (workspace: { id: string; slug: string }, definition: unknown, signal?: AbortSignal) =>
  previewDraft(app.ctx, workspace, { definition, signal });

test("a draft that does not check out answers every problem and computes nothing", async () => {
  const workspace = await app.createWorkspace();
  const answer = await preview(workspace, { ...CLICKS, ttl: "soon", owner: "" });
  expect(answer.problems.map(({ field }) => field).sort()).toEqual(["owner", "ttl"]);
  expect(answer).toMatchObject({ sql: null, data: null });
});

test("a draft over an empty lake has its SQL, and says that there are no events", async () => {
  const workspace = await app.createWorkspace();
  const answer = await preview(workspace, CLICKS);
  expect(answer).toMatchObject({ problems: [], version: 1, data: { state: "no_events" } });
  expect(answer.sql).toContain("view_events");
});

test("a draft is computed on the rows of its own workspace, and says what it changes", async () => {
  const workspace = await app.createWorkspace();
  const other = await app.createWorkspace();
  const lake = await app.ctx.lake();
  const nowMs = Date.now();
  for (const { slug } of [workspace, other])
    await lake.writeInteractions(slug, "b", [clickAt(nowMs - 60_000), clickAt(nowMs - 50_000)]);
  await applyFeatureViews(app.ctx, workspace.id, { views: [CLICKS], dryRun: false, actor: "tests" });
  const answer = await preview(workspace, { ...CLICKS, ttl: "9d" });
  expect(answer).toMatchObject({
    version: 2,
    changes: [{ field: "ttl", before: null, after: "9d" }],
    data: { state: "ready", nEvents: 2, nSampled: 1, samples: [{ values: { clicks_1h: 2, spend_ever: 0 } }] },
  });
  expect(await preview(workspace, CLICKS)).toMatchObject({ isUnchanged: true, version: 1 });
  const published = await previewPublished(app.ctx, workspace, { name: "clicks", version: 1 });
  expect(published.data).toMatchObject({ state: "ready", nEvents: 2 });
});

test("previews that nobody waits for are stopped and leave room for others", async () => {
  const workspace = await app.createWorkspace();
  const lake = await app.ctx.lake();
  await lake.writeInteractions(workspace.slug, "b", [clickAt(Date.now() - 1000)]);
  for (let i = 0; i < 3; i++)
    expect(await preview(workspace, CLICKS, AbortSignal.abort())).toMatchObject({
      data: { state: "too_slow" },
    });
  expect(await preview(workspace, CLICKS)).toMatchObject({ data: { state: "ready" } });
});

test("more previews at once than the API has room for are refused, to be tried again", async () => {
  const workspace = await app.createWorkspace();
  const answers = await Promise.allSettled(Array.from({ length: 8 }, () => preview(workspace, CLICKS)));
  const refused = answers.filter(({ status }) => status === "rejected");
  expect(refused.length).toBeGreaterThan(0);
  for (const answer of refused) expect(answer).toMatchObject({ reason: { code: "rate_limited" } });
  expect(await preview(workspace, CLICKS)).toMatchObject({ data: { state: "no_events" } });
});
