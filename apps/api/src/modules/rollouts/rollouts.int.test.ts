import { ControlDocument, Release, RolloutPlan, redisKeys } from "@shortlist/contracts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { publishTestRelease } from "../../testing/packages";
import { createTestRollout, QUICK_PLAN, registerTestCandidate } from "../../testing/rollouts";
import { createTestApp, type Person, type TestApp } from "../../testing/testApp";
import { activateRelease } from "../releases/service";
import { controlRollouts } from "./controllerService";
import type { Measurements } from "./measurements";

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());

async function createShop() {
  const workspace = await app.createWorkspace();
  const { release } = await publishTestRelease(app.ctx, workspace.id);
  const engineer = await app.createMember(workspace.id, "ml_engineer");
  return { ...workspace, release, engineer };
}
type Shop = Awaited<ReturnType<typeof createShop>>;

const READY = { alive: 2, ready: 2, refused: [] };
/** What a quiet fleet shows; tests say what is otherwise. */
const measured = (o: Partial<Measurements> = {}): Measurements => ({
  atMs: app.ctx.now().getTime(),
  replicas: READY,
  counts: null,
  outcomes: null,
  outcomesProblem: null,
  shadow: { n: 100, failed: 0, gateViolations: 0, nonFinite: 0, overlapMean: 0.7 },
  shadowProblem: null,
  ...o,
});
const counted = (candidate: number): Measurements["counts"] => {
  const arm = (requests: number) => ({
    requests,
    failed: 0,
    empty: 0,
    gateViolations: 0,
    nonFinite: 0,
    fallback: 0,
    latency: Array.from({ length: 21 }, (_, i) => (i === 6 ? requests : 0)),
  });
  return {
    fromMs: app.ctx.now().getTime(),
    arms: { control: arm(candidate), candidate: arm(candidate) },
    lastCandidateMinute: Math.floor(app.ctx.now().getTime() / 60_000),
  };
};
const HEALTHY = () => measured({ counts: counted(500) });

/** A round over this shop alone: other tests have rollouts too. */
async function look(shop: Shop, found: Measurements = HEALTHY()) {
  await controlRollouts(app.ctx, async (_ctx, workspace, row) => {
    if (workspace !== shop.slug) throw new Error("another test's");
    return { measurements: { ...found, atMs: app.ctx.now().getTime() }, counted: row.counted as null };
  });
  return readState(shop);
}
async function readState(shop: Shop) {
  const { rollouts } = await as(shop).list({ workspace: shop.slug });
  return rollouts[0]!.state;
}
const as = (shop: Shop, person: Person = shop.engineer) => app.callAs(person).rollouts;
async function readDocument({ slug }: Shop) {
  return ControlDocument.parse(JSON.parse((await app.ctx.redis.hget(redisKeys.control, slug))!));
}

test("a rollout goes from shadow to everybody through the control document, and its candidate becomes the current release", async () => {
  const shop = await createShop();
  const { number } = await createTestRollout(app.ctx, shop.id);
  expect((await readDocument(shop)).rollout).toBeUndefined();
  const seen: unknown[] = [];
  for (let i = 0; i < 5; i++) {
    const { phase } = await look(shop);
    const { rollout, release } = await readDocument(shop);
    seen.push([
      phase,
      rollout?.shadowPct ?? null,
      rollout?.candidateBuckets ?? null,
      rollout?.controlBuckets ?? null,
      release?.releaseId === shop.release.releaseId ? "stable" : "candidate",
    ]);
    if (rollout !== undefined) {
      const bytes = await app.ctx.artifacts.get(rollout.candidate.artifact.sha256);
      expect(rollout.candidate.artifact.bytes).toBe(bytes.length);
      expect(Release.parse(JSON.parse(Buffer.from(bytes).toString())).releaseId).toBe(
        rollout.candidate.releaseId,
      );
    }
  }
  expect(seen).toEqual([
    ["preparing", 0, 0, 0, "stable"],
    ["shadow", 50, 0, 0, "stable"],
    ["canary", 0, 500, 500, "stable"],
    ["canary", 0, 5000, 5000, "stable"],
    ["completed", null, null, null, "candidate"],
  ]);
  const { decisions, candidate } = await as(shop).get({ workspace: shop.slug, number });
  expect(decisions.map(({ sequence, action }) => `${sequence} ${action}`).reverse()).toEqual([
    "1 create",
    "2 prepare",
    "3 step",
    "4 step",
    "5 step",
    "6 complete",
  ]);
  for (const { sequence, isRobot, hasEvidence } of decisions) {
    expect(hasEvidence).toBe(isRobot);
    if (!isRobot) continue;
    const again = await as(shop).rejudge({ workspace: shop.slug, number, sequence });
    expect(again).toMatchObject({ isSame: true, judgeVersion: again.judgeVersionNow });
  }
  const { activations } = await app.callAs(shop.engineer).releases.list({ workspace: shop.slug });
  expect(activations[0]).toMatchObject({
    releaseNumber: candidate.number,
    action: "publish",
    actor: "controller",
  });
});

/** A candidate release with a smaller cart slate than is served. */
async function makeSettingsCandidate(shop: Shop, candidateLimit: number) {
  const { surfaces } = app.callAs(shop.engineer);
  const before = await surfaces.get({ workspace: shop.slug, surface: "cart" });
  const { releaseNumber } = await surfaces.update({
    workspace: shop.slug,
    surface: "cart",
    settings: { ...before.settings, candidateLimit },
    basedOn: before.revision,
    use: "candidate",
    reason: "fewer candidates",
  });
  return { kind: "release" as const, number: releaseNumber! };
}
const readCart = (shop: Shop) =>
  app.callAs(shop.engineer).surfaces.get({ workspace: shop.slug, surface: "cart" });

test("settings of a surface can be rolled out: stored for every later release when everybody has them, and never when aborted", async () => {
  const shop = await createShop();
  const candidate = await makeSettingsCandidate(shop, 300);
  expect(await readCart(shop)).toMatchObject({ revision: 0, isDefault: true, pending: [] });
  const aborted = await as(shop).create({ workspace: shop.slug, candidate, plan: QUICK_PLAN, note: "fewer" });
  await look(shop);
  await as(shop).abort({ workspace: shop.slug, number: aborted.number });
  expect(await readCart(shop)).toMatchObject({ revision: 0, isDefault: true });

  const { number } = await as(shop).create({
    workspace: shop.slug,
    candidate,
    plan: QUICK_PLAN,
    note: "fewer",
  });
  await expect(makeAndPublish(shop)).rejects.toMatchObject({ code: "CONFLICT" });
  for (let i = 0; i < 5; i++) await look(shop);
  expect((await readState(shop)).phase).toBe("completed");
  const cart = await readCart(shop);
  expect(cart).toMatchObject({
    revision: 1,
    releaseNumber: candidate.number,
    pending: [],
    settings: { candidateLimit: 300 },
    history: [{ createdBy: "controller", reason: expect.stringContaining(`rollout ${number}`) }],
  });
});

/** The same edit, for everybody at once. */
async function makeAndPublish(shop: Shop) {
  const { settings } = await readCart(shop);
  return app.callAs(shop.engineer).surfaces.update({
    workspace: shop.slug,
    surface: "cart",
    settings: { ...settings, budgetMs: 77 },
    reason: "",
  });
}

test("a candidate of settings that were changed meanwhile is refused by surface and release, and overwrites nothing", async () => {
  const shop = await createShop();
  const candidate = await makeSettingsCandidate(shop, 300);
  await makeAndPublish(shop);
  await expect(
    as(shop).create({ workspace: shop.slug, candidate, plan: QUICK_PLAN, note: "fewer" }),
  ).rejects.toMatchObject({
    code: "CONFLICT",
    cause: {
      publicDetail: `Settings of cart were changed since release ${candidate.number} was made; make a candidate of them anew`,
    },
  });
  await activateRelease(app.ctx, {
    workspaceId: shop.id,
    number: candidate.number,
    reason: "all the same",
    actor: "tests",
  });
  expect(await readCart(shop)).toMatchObject({ revision: 1, settings: { budgetMs: 77 } });
});

test("aborting takes the rollout out of the document at once, whoever may stop may do it, and it stays over", async () => {
  const shop = await createShop();
  const { number } = await createTestRollout(app.ctx, shop.id);
  for (let i = 0; i < 3; i++) await look(shop);
  expect((await readDocument(shop)).rollout?.candidateBuckets).toBe(500);
  const manager = await app.createMember(shop.id, "product_manager");
  await as(shop, manager).abort({ workspace: shop.slug, number });
  const document = await readDocument(shop);
  expect(document.rollout).toBeUndefined();
  expect(document.release?.releaseId).toBe(shop.release.releaseId);
  expect((await look(shop)).phase).toBe("aborted");
  await expect(as(shop).promote({ workspace: shop.slug, number, reason: "again" })).rejects.toMatchObject({
    code: "CONFLICT",
    message: "The rollout has ended already: aborted",
  });
});

test("a candidate is made without serving it, and one rollout at a time is named in the refusal of another", async () => {
  const shop = await createShop();
  const { number } = await createTestRollout(app.ctx, shop.id);
  expect((await readDocument(shop)).release?.releaseId).toBe(shop.release.releaseId);
  const again = as(shop).create({
    workspace: shop.slug,
    candidate: { kind: "ranker", ranker: { name: "ranker", version: 2 } },
    note: "another",
  });
  await expect(again).rejects.toMatchObject({
    code: "CONFLICT",
    cause: { publicDetail: expect.stringContaining(`Rollout ${number} is under way`) },
  });
  const publish = app.callAs(shop.engineer).releases.publish({
    workspace: shop.slug,
    ranker: { name: "ranker", version: 2 },
    note: "past the rollout",
  });
  await expect(publish).rejects.toMatchObject({ code: "CONFLICT" });
});

test("the release that is served already is no candidate", async () => {
  const shop = await createShop();
  const create = as(shop).create({
    workspace: shop.slug,
    candidate: { kind: "release", number: shop.release.number },
    note: "the same",
  });
  await expect(create).rejects.toMatchObject({
    code: "CONFLICT",
    cause: { publicDetail: expect.stringContaining("served already") },
  });
});

test("making another release current ends the rollout that runs, in one revision", async () => {
  const shop = await createShop();
  await publishTestRelease(app.ctx, shop.id, "second").catch(() => undefined);
  await createTestRollout(app.ctx, shop.id);
  for (let i = 0; i < 3; i++) await look(shop);
  await activateRelease(app.ctx, {
    workspaceId: shop.id,
    number: 1,
    reason: "prices are wrong",
    actor: "ben",
  });
  const { rollout, release } = await readDocument(shop);
  expect(rollout).toBeUndefined();
  expect(release?.releaseId).toBe(shop.release.releaseId);
  expect((await readState(shop)).phase).toBe("aborted");
});

test("a replica that refuses the candidate ends the rollout with its reason before a shopper gets it", async () => {
  const shop = await createShop();
  const { number } = await createTestRollout(app.ctx, shop.id);
  await look(shop);
  const refused = [{ replicaId: "r1", reason: "golden rows differ" }];
  const state = await look(shop, measured({ replicas: { alive: 2, ready: 1, refused } }));
  expect(state.phase).toBe("aborted");
  const { decisions } = await as(shop).get({ workspace: shop.slug, number });
  expect(decisions[0]).toMatchObject({
    action: "abort",
    isRobot: true,
    reason: "replica r1 refused the candidate: golden rows differ",
  });
});

test("who made a rollout cannot approve it; a second person's yes lets it go on", async () => {
  const shop = await createShop();
  const plan = RolloutPlan.parse({ ...QUICK_PLAN, approvalFromPct: 50 });
  const { number } = await createTestRollout(app.ctx, shop.id, { plan, actor: shop.engineer.email });
  for (let i = 0; i < 4; i++) await look(shop);
  expect(await look(shop)).toMatchObject({ phase: "canary", stepIndex: 1 });
  const yes = { workspace: shop.slug, number, reason: "looks good" };
  await expect(as(shop).approve(yes)).rejects.toMatchObject({ code: "CONFLICT" });
  await expect(as(shop).promote(yes)).rejects.toMatchObject({ code: "CONFLICT" });
  const second = await app.createMember(shop.id, "ml_engineer");
  await as(shop, second).approve(yes);
  expect(await look(shop)).toMatchObject({ phase: "canary", stepIndex: 2 });
});

test("two controllers that look at the same moment make one transition", async () => {
  const shop = await createShop();
  await createTestRollout(app.ctx, shop.id);
  const { number } = (await as(shop).list({ workspace: shop.slug })).rollouts[0]!;
  await Promise.all(Array.from({ length: 6 }, () => look(shop)));
  const { decisions } = await as(shop).get({ workspace: shop.slug, number });
  // A later one may see what an earlier one wrote and take the next step, but none is taken twice.
  const made = decisions.map(({ action, after }) => `${action} ${after.phase} ${after.stepIndex}`);
  expect(new Set(made).size).toBe(made.length);
  expect(decisions.map(({ sequence }) => sequence)).toEqual(decisions.map((_, i) => decisions.length - i));
});

test("an entry of the ledger cannot be written over", async () => {
  const shop = await createShop();
  await createTestRollout(app.ctx, shop.id);
  await expect(
    app.ctx.db.rolloutDecision.updateMany({ where: { workspaceId: shop.id }, data: { reason: "never" } }),
  ).rejects.toThrow();
  expect(await app.ctx.db.rolloutDecision.count({ where: { workspaceId: shop.id } })).toBe(1);
});

test("a script makes, reads, promotes and aborts a rollout by REST, and is told what is missing", async () => {
  const shop = await createShop();
  const candidate = await registerTestCandidate(app.ctx, shop.id);
  const url = `/v1/workspaces/${shop.slug}/rollouts`;
  const preview = await app.rest("POST", `${url}/preview`, { body: { candidate } });
  expect(preview).toMatchObject({
    status: 200,
    json: { isSame: false, stableNumber: 1, running: null, plan: { surfaces: expect.any(Array) } },
  });
  expect(preview.json.changes).toContainEqual({
    where: "home_feed",
    what: "ranker",
    from: "ranker@1",
    to: "ranker@2",
  });
  const made = await app.rest("POST", url, { body: { candidate, plan: QUICK_PLAN, note: "by script" } });
  expect(made).toMatchObject({ status: 200, json: { number: 1 } });
  for (let i = 0; i < 3; i++) await look(shop);
  const shown = await app.rest("GET", `${url}/1`);
  expect(shown.json).toMatchObject({
    state: { phase: "canary", stepIndex: 1 },
    traffic: { candidateBuckets: 500 },
    candidate: { number: 2 },
    decisions: expect.any(Array),
  });
  const unexplained = await app.rest("POST", `${url}/1/promote`, { body: {} });
  expect(unexplained).toMatchObject({ status: 400, json: { errors: [{ field: "reason" }] } });
  const promoted = await app.rest("POST", `${url}/1/promote`, { body: { reason: "fine so far" } });
  expect(promoted.json).toMatchObject({ state: { stepIndex: 2 } });
  expect(await app.rest("POST", `${url}/1/abort`)).toMatchObject({
    status: 200,
    json: { state: { phase: "aborted" } },
  });
  expect(await app.rest("POST", `${url}/1/abort`)).toMatchObject({ status: 409 });
  expect(await app.rest("GET", `${url}/9`)).toMatchObject({ status: 404 });
  expect((await app.rest("GET", url)).json.rollouts).toHaveLength(1);
  const badPlan = {
    steps: [
      { kind: "canary", candidatePct: 25, dwellMinutes: 1 },
      { kind: "canary", candidatePct: 5, dwellMinutes: 1 },
    ],
  };
  expect(await app.rest("POST", url, { body: { candidate, plan: badPlan, note: "n" } })).toMatchObject({
    status: 400,
    json: { errors: [{ field: "plan.steps.1.candidatePct" }] },
  });
});
