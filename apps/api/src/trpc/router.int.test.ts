import { randomUUID } from "node:crypto";
import { Readable } from "node:stream";
import {
  isAllowed,
  PERMISSIONS,
  type Permission,
  ROLES,
  type Role,
  RuleDefinition,
  rolesAllowed,
} from "@shortlist/contracts";
import type { TRPCError } from "@trpc/server";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { applyFeatureViews } from "../modules/featureViews/service";
import { startReplay } from "../modules/quality/repairService";
import { storeUpload } from "../modules/registry/artifactService";
import { registerModelVersion } from "../modules/registry/registerService";
import { controlRollouts } from "../modules/rollouts/controllerService";
import { createState } from "../modules/rollouts/states";
import { saveRule } from "../modules/rules/service";
import { saveTrainingSet } from "../modules/trainingSets/service";
import { type FakeServing, startFakeServing } from "../testing/fakeServing";
import { CLICKS, EMPTY_PLAN } from "../testing/featureViews";
import { createInteraction, toPseudonym } from "../testing/interactions";
import { createRankerPackage, createRegisterRequest, publishTestRelease } from "../testing/packages";
import { createTap, setAside, TAPS, TAPS_ARE_CLICKS } from "../testing/quarantine";
import { createTestRollout, QUICK_PLAN, registerTestCandidate } from "../testing/rollouts";
import { createSlate, storeHotSlate } from "../testing/slates";
import { createTestApp, type Person, type TestApp } from "../testing/testApp";
import type { ProcedureMeta } from "./init";
import { appRouter } from "./router";

type Seed = { id: string; slug: string };
type InputOf = (workspace: Seed) => object | Promise<object>;

let app: TestApp;
let serving: FakeServing;
let workspace: Seed;
let elsewhere: Person;
const members = {} as Record<Role, Person>;

const nothing: InputOf = () => ({});
const createJob = async (workspaceId: string, state: "queued" | "failed") =>
  app.ctx.db.job.create({ data: { workspaceId, name: "training.run", payload: {}, createdBy: "t", state } });

const createView = async (workspaceId: string) => {
  const name = `v${randomUUID().slice(0, 8)}`;
  const views = [{ ...CLICKS, name }];
  await applyFeatureViews(app.ctx, workspaceId, { views, dryRun: false, actor: "t" });
  return name;
};

/** A signed-in event on a device of its own. */
const createLink = async (slug: string) => {
  const link = { device: toPseudonym(randomUUID()), person: toPseudonym(randomUUID()) };
  const event = createInteraction({ shopper: link.person, anonymousShopper: link.device });
  await (await app.ctx.lake()).writeInteractions(slug, `link-${event.eventId}`, [event]);
  return link;
};

const createTrainingSet = async (workspaceId: string) => {
  const manifest = {
    schemaVersion: 1 as const,
    workspace: "shop",
    views: [],
    columns: ["row_id"],
    labels: { click: { window: "30m", closed: 1, positive: 0 } },
    writeLagMs: 1000,
    sampling: { negativeRate: 1, seed: "1" },
    rows: { shown: 1, open: 0, sampledOut: 0, written: 1 },
    span: { fromMs: 0, toMs: 1, knownByMs: 1 },
    contentHash: randomUUID(),
    lineage: { entities: "slates" as const, events: 1, eventsHash: "h" },
  };
  const rows = { rowsSha256: "0".repeat(64), rowsBytes: 1, writeLagSource: "given", createdBy: "t" };
  return (await saveTrainingSet(app.ctx, { workspaceId, jobId: "j", manifest, ...rows })).id;
};

const createBackfill = async (workspaceId: string, state: "planned" | "running") => {
  const at = { workspaceId, name: await createView(workspaceId) };
  const version = await app.ctx.db.featureViewVersion.findFirstOrThrow({ where: at });
  const { id } = await app.ctx.db.featureBackfill.create({
    data: {
      workspaceId,
      viewVersionId: version.id,
      state,
      generation: randomUUID().slice(0, 8),
      batchEnd: new Date("2026-01-01"),
      knownBy: new Date(),
      plan: EMPTY_PLAN,
      createdBy: "t",
    },
  });
  return id;
};

const HIDE = { name: "hide the shoe", effect: { kind: "hide" as const }, match: { itemIds: ["sku-1"] } };
const createRule = async (workspaceId: string) => {
  const definition = RuleDefinition.parse(HIDE);
  const change = { actor: "t", role: "admin" as const, reason: "" };
  return (await saveRule(app.ctx, workspaceId, { ruleId: null, definition, isEnabled: true, ...change }))
    .ruleId;
};

async function createLoggedSlate({ slug, id: workspaceId }: { slug: string; id: string }) {
  const release = await app.ctx.db.release.findFirst({ where: { workspaceId } });
  const slate = createSlate(slug, release === null ? {} : { releaseId: release.id });
  await storeHotSlate(app.ctx.redis, slate);
  return { requestId: slate.requestId };
}

/** An input with which every procedure succeeds for a member who may use it. A procedure missing here fails. */
async function createRepair({ slug }: { slug: string }) {
  await setAside(app.ctx, slug, [createTap(0)]);
  return { group: TAPS, steps: TAPS_ARE_CLICKS };
}

/** A rollout that asks for approval, where it can be asked for what the caller does. */
async function createRolloutOf({ id: workspaceId }: Seed, at?: "held" | "canary") {
  const plan = { ...QUICK_PLAN, approvalFromPct: 90 };
  const { id, number } = await createTestRollout(app.ctx, workspaceId, { plan });
  if (at !== undefined) {
    const hold = { code: "person", by: "t", isRobot: false, reason: "", sinceMs: 0 };
    const state = { ...createState(0), phase: "canary", stepIndex: 1, hold: at === "held" ? hold : null };
    await app.ctx.db.rollout.update({ where: { id }, data: { state } });
  }
  return { number };
}

const INPUTS: Record<string, InputOf> = {
  "audit.list": nothing,
  "catalog.flow": nothing,
  "catalog.summary": nothing,
  "catalog.item": () => ({ itemId: "sku-1" }),
  "explain.recent": nothing,
  "catalog.search": () => ({ text: "shoe" }),
  "explain.get": createLoggedSlate,
  "explain.replay": createLoggedSlate,
  "explain.whyNot": async (at) => ({ ...(await createLoggedSlate(at)), itemId: "sku-1" }),
  "explain.compare": async (at) => ({
    ...(await createLoggedSlate(at)),
    model: { name: "ranker", version: 1 },
  }),
  "explain.servedItem": () => ({ itemId: "sku-1" }),
  "explain.exposure": () => ({ itemId: "sku-1" }),
  "quality.grid": nothing,
  "quality.startChecks": nothing,
  "quality.setClosedDay": () => ({ day: "2026-12-25", closed: true }),
  "quality.groups": nothing,
  "quality.rows": () => ({ group: TAPS }),
  "quality.previewRepair": () => ({ group: TAPS, steps: TAPS_ARE_CLICKS }),
  "quality.startReplay": createRepair,
  "quality.repairs": nothing,
  "quality.repair": async (at) => {
    const { repairId } = await startReplay(app.ctx, at, {
      ...(await createRepair(at)),
      note: "",
      createdBy: "t",
    });
    return { id: repairId };
  },
  "featureViews.list": nothing,
  "featureViews.get": async ({ id }) => ({ name: await createView(id) }),
  "featureViews.plan": () => ({ views: [{}] }),
  "featureViews.preview": () => ({ definition: CLICKS }),
  "featureViews.values": async ({ id }) => ({ name: await createView(id), version: 1 }),
  "featureViews.publish": () => ({ views: [{ ...CLICKS, name: `v${randomUUID().slice(0, 8)}` }] }),
  "featureViews.backfills": nothing,
  "featureViews.backfill": async ({ id }) => ({ id: await createBackfill(id, "planned") }),
  "featureViews.planBackfill": async ({ id }) => ({ name: await createView(id), version: 1 }),
  "featureViews.startBackfill": async ({ id }) => ({ id: await createBackfill(id, "planned") }),
  "featureViews.discardBackfill": async ({ id }) => ({ id: await createBackfill(id, "running") }),
  "featureViews.retire": async ({ id }) => ({ name: await createView(id), version: 1 }),
  "featureViews.restore": async ({ id }) => ({ name: await createView(id), version: 1 }),
  "home.get": nothing,
  "identity.summary": nothing,
  "identity.links": nothing,
  "identity.find": () => ({ kind: "user", rawId: "u-1" }),
  "identity.previewUnlink": () => ({ device: "d".repeat(22), person: "p".repeat(22) }),
  "identity.unlinks": nothing,
  "identity.unlink": async ({ slug }) => ({ ...(await createLink(slug)), reason: "shared tablet" }),
  "identity.undoUnlink": async ({ id: workspaceId }) => {
    const pair = { device: "d".repeat(22), person: "p".repeat(22) };
    const row = await app.ctx.db.identityUnlink.create({ data: { workspaceId, ...pair, createdBy: "t" } });
    return { id: row.id };
  },
  "imports.list": nothing,
  "jobs.list": nothing,
  "jobs.get": async ({ id }) => ({ id: (await createJob(id, "failed")).id }),
  "jobs.watch": async ({ id }) => ({ id: (await createJob(id, "failed")).id }),
  "jobs.startTraining": nothing,
  "jobs.cancel": async ({ id }) => ({ id: (await createJob(id, "queued")).id }),
  "jobs.retry": async ({ id }) => ({ id: (await createJob(id, "failed")).id }),
  "keys.list": nothing,
  "keys.create": () => ({ name: "k", scopes: ["recommend"] }),
  "keys.revoke": async ({ id: workspaceId }) => {
    const row = await app.ctx.db.apiKey.create({
      data: { workspaceId, name: "k", prefix: "slk_", sha256: randomUUID(), scopes: [], createdBy: "t" },
    });
    return { id: row.id };
  },
  "members.list": nothing,
  "members.create": () => ({
    email: `${randomUUID()}@shortlist.test`,
    name: "New",
    password: "long enough",
    role: "viewer",
  }),
  "members.changeRole": async ({ id }) => ({
    userId: (await app.createMember(id, "viewer")).id,
    role: "admin",
  }),
  "members.remove": async ({ id }) => ({ userId: (await app.createMember(id, "viewer")).id }),
  "models.list": nothing,
  "models.get": () => ({ name: "ranker" }),
  "models.version": () => ({ name: "ranker", version: 1 }),
  "models.lineage": () => ({ name: "ranker", version: 1 }),
  "models.search": () => ({ text: "kind:ranker" }),
  "models.searchTerms": nothing,
  "models.compare": () => ({ before: { name: "ranker", version: 1 }, after: { name: "ranker", version: 1 } }),
  "models.aliases": () => ({ name: "ranker" }),
  "models.aliasRequests": nothing,
  "models.register": async ({ id }) => {
    const { manifest, artifacts } = createRankerPackage("registered");
    const { bytes } = artifacts[0]!;
    const upload = { source: Readable.from([bytes]), announced: null, actor: "t" };
    const { sha256 } = await storeUpload(app.ctx, id, upload);
    return { name: "registered", manifest, artifacts: [{ name: "model.onnx", sha256 }] };
  },
  "models.moveAlias": () => ({ name: "ranker", alias: "tried", version: 1 }),
  "models.decideAliasRequest": async ({ id: workspaceId }) => {
    const asked = { modelName: "ranker", alias: "champion", version: 1, reason: "r", requestedBy: "t" };
    const { id } = await app.ctx.db.modelAliasRequest.create({ data: { workspaceId, ...asked } });
    return { id, isApproved: false };
  },
  "models.aliasPolicy": nothing,
  "models.setAliasPolicy": () => ({ policy: { protected: ["champion"], secondPerson: false } }),
  "models.golden": () => ({ name: "ranker", version: 1 }),
  "models.runGolden": () => ({ name: "ranker", version: 1 }),
  "models.scoreRow": () => ({ name: "ranker", version: 1, values: {} }),
  "models.setTag": () => ({ name: "ranker", version: 1, key: "team", value: "growth" }),
  "models.setArchived": () => ({ name: "ranker", version: 1, isArchived: false }),
  "models.remove": async ({ id }) => {
    const request = createRegisterRequest(id, createRankerPackage("removed"));
    return { name: "removed", version: (await registerModelVersion(app.ctx, request)).version };
  },
  "playground.shoppers": nothing,
  "playground.recommend": () => ({ shopper: { anonymousId: "visitor" } }),
  "playground.interact": () => ({ shopper: { userId: "u-1" }, type: "click", itemId: "sku-1" }),
  "releases.list": nothing,
  "releases.publish": () => ({ ranker: { name: "ranker", version: 1 }, note: "again" }),
  "releases.activate": () => ({ number: 1, reason: "drill" }),
  "rules.list": nothing,
  "rules.get": async ({ id }) => ({ ruleId: await createRule(id) }),
  "rules.save": () => ({ ruleId: null, definition: HIDE, isEnabled: false }),
  "rules.setEnabled": async ({ id }) => ({ ruleId: await createRule(id), isEnabled: false }),
  "rules.delete": async ({ id }) => ({ ruleId: await createRule(id) }),
  "rules.preview": () => ({
    ruleId: null,
    definition: HIDE,
    shopper: { anonymousId: "visitor" },
    surface: "home_feed",
  }),
  "rules.replay": () => ({ ruleId: null, definition: HIDE, requests: 5 }),
  "rules.audit": async ({ id }) => ({ ruleId: await createRule(id) }),
  "lists.status": nothing,
  "lists.precompute": async ({ id: workspaceId }) => {
    // One run of a surface at a time.
    await app.ctx.db.job.deleteMany({ where: { workspaceId, name: "lists.precompute" } });
    return { surface: "cart" };
  },
  "serving.replicas": nothing,
  "surfaces.list": () => ({ range: "1h" }),
  "surfaces.get": () => ({ surface: "cart" }),
  "surfaces.funnel": () => ({ surface: "cart", range: "15m" }),
  "rollouts.list": nothing,
  "rollouts.get": createRolloutOf,
  "rollouts.preview": () => ({ candidate: { kind: "ranker", ranker: { name: "ranker", version: 1 } } }),
  "rollouts.rejudge": async (at) => {
    const rollout = await createRolloutOf(at);
    await controlRollouts(app.ctx);
    return { ...rollout, sequence: 2 };
  },
  "rollouts.backtest": async (at) => {
    await createLoggedSlate(at);
    return { ranker: { name: "ranker", version: 1 } };
  },
  "rollouts.shadow": createRolloutOf,
  "rollouts.create": async ({ id: workspaceId }) => {
    await app.ctx.db.rollout.updateMany({ where: { runningIn: workspaceId }, data: { runningIn: null } });
    return { candidate: await registerTestCandidate(app.ctx, workspaceId), note: "drill" };
  },
  "rollouts.abort": createRolloutOf,
  "rollouts.hold": createRolloutOf,
  "rollouts.resume": async (at) => ({ ...(await createRolloutOf(at, "held")), reason: "drill" }),
  "rollouts.promote": async (at) => ({ ...(await createRolloutOf(at, "canary")), reason: "drill" }),
  "rollouts.extend": async (at) => ({ ...(await createRolloutOf(at)), reason: "drill", minutes: 5 }),
  "rollouts.approve": async (at) => ({ ...(await createRolloutOf(at)), reason: "drill" }),
  "rollouts.refuse": async (at) => ({ ...(await createRolloutOf(at)), reason: "drill" }),
  "surfaces.preview": () => ({ surface: "cart", settings: null }),
  "surfaces.update": () => ({ surface: "cart", settings: null, reason: "drill" }),
  "switches.get": nothing,
  "switches.throw": () => ({ target: "cart", switches: { rankerOff: true }, reason: "drill" }),
  "trainingSets.list": nothing,
  "trainingSets.get": async ({ id: workspaceId }) => ({ id: await createTrainingSet(workspaceId) }),
  "trainingSets.start": () => ({
    config: { views: [], from: "2026-01-01T00:00:00Z", to: "2026-01-02T00:00:00Z" },
  }),
};
/** For signed-in people whatever their workspace; everything else must ask for a permission. */
const WITHOUT_WORKSPACE = ["workspaces.mine"];

const procedures = Object.entries(
  appRouter._def.procedures as unknown as Record<string, { _def: { meta?: ProcedureMeta } }>,
).map(([path, procedure]) => ({ path, permission: procedure._def.meta?.permission }));

async function call(person: Person | null, path: string, input: object): Promise<unknown> {
  const [group, name] = path.split(".") as [string, string];
  const caller = app.callAs(person) as unknown as Record<
    string,
    Record<string, (input: object) => Promise<unknown>>
  >;
  const result = await caller[group]![name]!(input);
  if (result !== null && typeof result === "object" && Symbol.asyncIterator in result)
    for await (const value of result as AsyncIterable<unknown>) return value;
  return result;
}

const refusalOf = (work: Promise<unknown>): Promise<TRPCError> =>
  work.then(
    (value) => expect.unreachable(`answered ${JSON.stringify(value)}`),
    (error) => error,
  ) as Promise<TRPCError>;

beforeAll(async () => {
  serving = await startFakeServing(["sku-1"]);
  app = await createTestApp({ SERVING_URL: serving.url });
  workspace = await app.createWorkspace();
  await app.ctx.db.item.create({ data: { workspaceId: workspace.id, itemId: "sku-1", title: "Shoe" } });
  await publishTestRelease(app.ctx, workspace.id);
  for (const role of ROLES) members[role] = await app.createMember(workspace.id, role);
  elsewhere = await app.createMember((await app.createWorkspace()).id, "admin");
});
afterAll(async () => {
  await app.close();
  await serving.close();
});

test("every procedure asks for a permission and has an input in this table", () => {
  for (const { path, permission } of procedures) {
    if (WITHOUT_WORKSPACE.includes(path)) expect(permission).toBe("signed_in");
    else {
      expect(Object.keys(PERMISSIONS), path).toContain(permission);
      expect(Object.keys(INPUTS), path).toContain(path);
    }
  }
  expect(Object.keys(INPUTS).sort()).toEqual(
    procedures
      .map(({ path }) => path)
      .filter((path) => !WITHOUT_WORKSPACE.includes(path))
      .sort(),
  );
});

describe.each(procedures.filter(({ path }) => !WITHOUT_WORKSPACE.includes(path)))(
  "$path",
  ({ path, permission }) => {
    const input = async () => ({ workspace: workspace.slug, ...(await INPUTS[path]!(workspace)) });

    test("refuses who is not signed in", async () => {
      expect((await refusalOf(call(null, path, await input()))).code).toBe("UNAUTHORIZED");
    });

    test("is not found for a member of another workspace", async () => {
      expect((await refusalOf(call(elsewhere, path, await input()))).code).toBe("NOT_FOUND");
    });

    test.each(ROLES)("answers a %s by the table of permissions", async (role) => {
      if (isAllowed(role, permission as Permission)) {
        await expect(call(members[role], path, await input())).resolves.toBeDefined();
        return;
      }
      const refusal = await refusalOf(call(members[role], path, await input()));
      expect(refusal.code).toBe("FORBIDDEN");
      expect((refusal.cause as { publicDetail?: string }).publicDetail).toBe(
        `${permission} is for ${rolesAllowed(permission as Permission)}`,
      );
    });
  },
);

test("workspaces.mine lists only one's own and needs a session", async () => {
  expect((await refusalOf(call(null, "workspaces.mine", {}))).code).toBe("UNAUTHORIZED");
  const mine = await app.callAs(members.viewer).workspaces.mine();
  expect(mine.workspaces).toMatchObject([{ slug: workspace.slug, role: "viewer", nItems: 1 }]);
});

test("a refusal carries the public problem body and nothing private", async () => {
  const answer = await app.server.inject({
    method: "GET",
    url: `/api/trpc/models.get?input=${encodeURIComponent(JSON.stringify({ json: { workspace: "x" } }))}`,
  });
  expect(answer.statusCode).toBe(401);
  expect(answer.json().error.json.data.problem).toMatchObject({ code: "unauthenticated", status: 401 });
  expect(answer.body).not.toContain("stack");
});

test("another origin may not use a session, though its cookies would travel", async () => {
  const answer = await app.server.inject({
    method: "POST",
    url: "/api/trpc/jobs.startTraining",
    headers: { origin: "http://127.0.0.1:6666", "content-type": "application/json" },
    payload: { json: { workspace: workspace.slug } },
  });
  expect(answer.statusCode).toBe(403);
});
