import {
  countsOf,
  FUNNEL_ALL,
  type FunnelCounts,
  type Release,
  type Role,
  type Surface,
  surfaceCounts,
} from "@shortlist/contracts";
import { addFunnelCounts, createRedis } from "@shortlist/platform";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createRankerPackage, createRegisterRequest, publishTestRelease } from "../../testing/packages";
import { createTestApp, type Person, type TestApp } from "../../testing/testApp";
import { registerModelVersion } from "../registry/registerService";
import { publishWithRanker } from "../releases/rebuildService";
import { createDefaultSettings, findRelease } from "../releases/service";
import { getSurfaceFunnel, updateSurface } from "./service";

let app: TestApp;
let workspace: { id: string; slug: string };
const people = {} as Record<Role, Person>;

beforeAll(async () => {
  app = await createTestApp();
});
beforeEach(async () => {
  workspace = await app.createWorkspace();
  for (const role of ["viewer", "product_manager", "ml_engineer"] as const)
    people[role] = await app.createMember(workspace.id, role);
  await publishTestRelease(app.ctx, workspace.id);
});
afterAll(() => app.close());

const as = (role: Role) => app.callAs(people[role]).surfaces;
const here = () => ({ workspace: workspace.slug });
const cart = createDefaultSettings("cart");
const changed = { ...cart, mode: "live_with_precomputed" as const, budgetMs: 60, candidateLimit: 400 };

async function readCurrent(): Promise<Release> {
  const row = await app.ctx.db.workspace.findUniqueOrThrow({ where: { id: workspace.id } });
  return (await findRelease(app.ctx, workspace.id, row.currentReleaseId!))!;
}
const readSurface = async (surface: Surface) =>
  (await readCurrent()).surfaces.find((held) => held.surface === surface)!;
const registerRanker = (name: string) =>
  registerModelVersion(
    app.ctx,
    createRegisterRequest(workspace.id, { ...createRankerPackage(name), modelName: name }),
  );

test("settings are in the next release, in every release after it, and whoever set them is kept", async () => {
  const saved = await as("ml_engineer").update({
    ...here(),
    surface: "cart",
    settings: changed,
    basedOn: 0,
    reason: "carts are slow",
  });
  expect(saved).toMatchObject({ revision: 1, releaseNumber: 2 });
  expect(saved.changes.map(({ field }) => field).sort()).toEqual(["budgetMs", "candidateLimit", "mode"]);
  const inForce = { mode: "live_with_precomputed", budgetMs: 60, candidateLimit: 400, tier: "related" };
  expect(await readSurface("cart")).toMatchObject(inForce);
  expect(await readSurface("home_feed")).toMatchObject({ mode: "live" });
  // Training compiles from nothing but its models.
  await publishTestRelease(app.ctx, workspace.id, "trained");
  expect(await readSurface("cart")).toMatchObject(inForce);
  const ranker = await registerRanker("another");
  await publishWithRanker(app.ctx, {
    workspaceId: workspace.id,
    ranker: { name: "another", version: ranker.version },
    note: "n",
    createdBy: "tests",
  });
  expect(await readSurface("cart")).toMatchObject({ ...inForce, rankers: [{ model: "another@1" }] });
  const held = await as("viewer").get({ ...here(), surface: "cart" });
  expect(held).toMatchObject({ revision: 1, isDefault: false, pending: [], settings: changed });
  expect(held.history).toMatchObject([{ reason: "carts are slow", createdBy: people.ml_engineer.email }]);
});

test("going back to the defaults is a revision and a release of its own", async () => {
  await as("ml_engineer").update({ ...here(), surface: "cart", settings: changed });
  const back = await as("ml_engineer").update({
    ...here(),
    surface: "cart",
    settings: null,
    reason: "no gain",
  });
  expect(back).toMatchObject({ revision: 2, releaseNumber: 3 });
  expect(await readSurface("cart")).toMatchObject({ mode: "live", budgetMs: cart.budgetMs });
  expect((await as("viewer").get({ ...here(), surface: "cart" })).history).toHaveLength(2);
});

test("a surface's own ranker stays when others get a new one, and is left out with a note over another item table", async () => {
  await registerRanker("own");
  await as("ml_engineer").update({ ...here(), surface: "cart", settings: { ...cart, ranker: "own@1" } });
  expect((await readSurface("cart")).rankers).toEqual([{ model: "own@1", sharePct: 100 }]);
  expect((await readSurface("home_feed")).rankers[0]?.model).toBe("ranker@1");
  await publishTestRelease(app.ctx, workspace.id, "trained");
  expect((await readSurface("cart")).rankers[0]?.model).toBe("own@1");
  expect((await readSurface("home_feed")).rankers[0]?.model).toBe("ranker@2");
  const version = await app.ctx.db.modelVersion.findFirstOrThrow({
    where: { workspaceId: workspace.id, model: { name: "own" } },
  });
  await app.ctx.db.modelVersion.update({
    where: { id: version.id },
    data: { manifest: { ...(version.manifest as object), itemTableId: "gone" } },
  });
  await publishTestRelease(app.ctx, workspace.id, "again");
  expect((await readSurface("cart")).rankers[0]?.model).toBe("ranker@3");
  expect((await readCurrent()).note).toBe("again; cart does without its ranker own@1");
  const refused = app.rest("PUT", `/v1/workspaces/${workspace.slug}/surfaces/cart`, {
    body: { settings: { ...changed, ranker: "own@1" } },
  });
  expect((await refused).json.errors).toEqual([
    { field: "settings.ranker", problem: "own@1 was made over another item table than the current release" },
  ]);
});

test("settings that do not check out are refused by field, and nothing is stored or published", async () => {
  const put = (body: unknown) => app.rest("PUT", `/v1/workspaces/${workspace.slug}/surfaces/cart`, { body });
  const slow = { ...cart, sources: [{ ...cart.sources[0]!, timeoutMs: 500 }] };
  for (const [settings, field] of [
    [slow, "settings.sources.0.timeoutMs"],
    [{ ...cart, budgetMs: 1 }, "settings.budgetMs"],
    [{ ...cart, ranker: "nobody@7" }, "settings.ranker"],
    [{ ...cart, rerank: { ...cart.rerank, diversity: 3 } }, "settings.rerank.diversity"],
  ] as const) {
    const answer = await put({ settings });
    expect(answer.status).toBe(400);
    expect(answer.json.errors.map((each: { field: string }) => each.field)).toEqual([field]);
  }
  expect(await app.ctx.db.surfaceRevision.count({ where: { workspaceId: workspace.id } })).toBe(0);
  expect((await readCurrent()).number).toBe(1);
  const read = await app.rest("GET", `/v1/workspaces/${workspace.slug}/surfaces/cart`);
  expect(read.json).toMatchObject({ revision: 0, isDefault: true, settings: cart, pending: [] });
});

test("who edits an older revision is told so, and of two at the same time both are in the last release or one is refused", async () => {
  await as("ml_engineer").update({ ...here(), surface: "cart", settings: changed, basedOn: 0 });
  await expect(
    as("ml_engineer").update({ ...here(), surface: "cart", settings: null, basedOn: 0 }),
  ).rejects.toMatchObject({ code: "CONFLICT" });
  const home = createDefaultSettings("home_feed");
  const both = await Promise.allSettled([
    as("ml_engineer").update({ ...here(), surface: "cart", settings: { ...changed, budgetMs: 70 } }),
    as("ml_engineer").update({ ...here(), surface: "home_feed", settings: { ...home, budgetMs: 70 } }),
  ]);
  const stored = await Promise.all(
    (["cart", "home_feed"] as const).map((surface) => as("viewer").get({ ...here(), surface })),
  );
  expect(both.filter(({ status }) => status === "fulfilled").length).toBeGreaterThan(0);
  both.forEach(({ status }, i) => {
    expect(stored[i]!.settings.budgetMs === 70).toBe(status === "fulfilled");
    expect(stored[i]!.pending).toEqual([]);
  });
});

test("settings that change nothing publish nothing, and only who may publish may edit", async () => {
  const same = await as("ml_engineer").update({ ...here(), surface: "cart", settings: null });
  expect(same).toEqual({ revision: 0, releaseNumber: null, changes: [] });
  await expect(
    as("product_manager").update({ ...here(), surface: "cart", settings: changed }),
  ).rejects.toMatchObject({ code: "FORBIDDEN" });
  const preview = await as("product_manager").preview({ ...here(), surface: "cart", settings: changed });
  expect(preview).toMatchObject({ release: 2, problems: [] });
});

test("after a rollback the page says what of the settings is not in force", async () => {
  await as("ml_engineer").update({ ...here(), surface: "cart", settings: changed });
  await app.callAs(people.ml_engineer).releases.activate({ ...here(), number: 1, reason: "drill" });
  const { pending } = await as("viewer").get({ ...here(), surface: "cart" });
  expect(pending.map(({ field }) => field).sort()).toEqual(["budgetMs", "candidateLimit", "mode"]);
});

test("live figures are of the range and the workspace, by the minute or ten, and none with Redis away", async () => {
  const minute = Math.floor(app.ctx.now().getTime() / 60_000);
  const count = (at: number, requests: number) => {
    const counts: FunnelCounts = new Map();
    countsOf(surfaceCounts(counts, "cart"), "all", FUNNEL_ALL)[0] = requests;
    countsOf(surfaceCounts(counts, "cart"), "latency", "5")[0] = requests;
    const mark = `test-${at}`;
    return addFunnelCounts(app.ctx.redis, {
      workspace: workspace.slug,
      minute: at,
      mark,
      markSeconds: 60,
      counts,
    });
  };
  await count(minute, 3);
  await count(minute, 3);
  await count(minute - 30, 5);
  const requests = async (range: "15m" | "1h" | "24h") => {
    const { surfaces } = await as("viewer").list({ ...here(), range });
    return surfaces.find(({ surface }) => surface === "cart")!.funnel!.requests;
  };
  expect(await Promise.all([requests("15m"), requests("1h"), requests("24h")])).toEqual([3, 8, 8]);
  const hour = await as("viewer").funnel({ ...here(), surface: "cart", range: "1h" });
  expect(hour.spans).toHaveLength(60);
  expect(hour.spans.at(-1)).toMatchObject({ latencyMsP50: 3.5 });
  expect(hour.releases).toMatchObject([{ action: "publish", number: 1 }]);
  // What comes late to a minute that is over, as after an outage, is seen by a page that stays open.
  await count(minute - 40, 2);
  app.advance(61_000);
  await expect.poll(() => requests("1h")).toBe(10);
  const other = await app.createWorkspace();
  const theirs = await getSurfaceFunnel(app.ctx, other, { surface: null, range: "1h" });
  expect(theirs.funnel?.requests).toBe(0);
  const redis = createRedis(app.ctx.env.REDIS_URL);
  redis.disconnect();
  expect(
    await getSurfaceFunnel({ ...app.ctx, redis }, workspace, { surface: "cart", range: "1h" }),
  ).toMatchObject({ readAt: null, funnel: null, spans: [] });
});

test("without a release there is nothing to build on, and the caller is told what to do", async () => {
  const empty = await app.createWorkspace();
  await expect(
    updateSurface(app.ctx, empty.id, {
      surface: "cart",
      settings: changed,
      use: "current",
      reason: "",
      actor: "tests",
    }),
  ).rejects.toMatchObject({ code: "conflict", publicDetail: expect.stringContaining("train models first") });
});
