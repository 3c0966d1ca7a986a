import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CLICKS, EMPTY_PLAN } from "../testing/featureViews";
import { createRankerPackage, createRegisterRequest, publishTestRelease } from "../testing/packages";
import { createSlate, storeHotSlate } from "../testing/slates";
import { createTestApp, type Person, type TestApp } from "../testing/testApp";
import { applyFeatureViews } from "./featureViews/service";
import { createKey } from "./keys/service";
import { registerModelVersion } from "./registry/registerService";
import { setTag } from "./registry/tagService";

interface Tenant {
  readonly id: string;
  readonly slug: string;
  readonly admin: Person;
  readonly jobId: string;
  readonly requestId: string;
  readonly keyId: string;
  readonly backfillId: string;
  readonly marker: string;
}

let app: TestApp;
const tenants: Tenant[] = [];

/** Every tenant holds one of everything, and each thing carries the tenant's marker in a text. */
async function createTenant(index: number): Promise<Tenant> {
  const { id, slug } = await app.createWorkspace();
  const marker = `marker-of-${slug}`;
  const admin = await app.createMember(id, "admin");
  const { db, redis } = app.ctx;
  await db.item.create({ data: { workspaceId: id, itemId: marker, title: marker } });
  await db.sampleShopper.create({
    data: { workspaceId: id, userId: marker, name: marker, taste: "", position: index },
  });
  const job = await db.job.create({
    data: { workspaceId: id, name: "training.run", payload: { marker }, createdBy: marker },
  });
  await publishTestRelease(app.ctx, id, marker);
  await registerModelVersion(app.ctx, createRegisterRequest(id, createRankerPackage(marker)));
  await setTag(app.ctx, id, { name: marker, version: 1, key: "owner", value: marker, actor: marker });
  const view = { ...CLICKS, name: slug.replaceAll("-", "_"), owner: marker };
  await applyFeatureViews(app.ctx, id, { views: [view], dryRun: false, actor: marker });
  const version = await db.featureViewVersion.findFirstOrThrow({ where: { workspaceId: id } });
  const { id: backfillId } = await db.featureBackfill.create({
    data: {
      workspaceId: id,
      viewVersionId: version.id,
      state: "planned",
      generation: marker,
      batchEnd: new Date("2026-01-01"),
      knownBy: new Date("2026-01-01"),
      plan: EMPTY_PLAN,
      createdBy: marker,
    },
  });
  const key = await createKey(app.ctx, id, { name: marker, scopes: ["recommend"], createdBy: marker });
  const slate = createSlate(slug, { replicaId: marker });
  await storeHotSlate(redis, slate);
  return { id, slug, admin, jobId: job.id, requestId: slate.requestId, keyId: key.id, backfillId, marker };
}

beforeAll(async () => {
  app = await createTestApp();
  for (let i = 0; i < 3; i++) tenants.push(await createTenant(i));
});
afterAll(() => app.close());

/** Reads and writes that name a thing of `owner` while acting in `own`. */
const ATTEMPTS = {
  models: (call, own) => call.models.list({ workspace: own.slug }),
  model: (call, own, other) => call.models.get({ workspace: own.slug, name: other.marker }),
  version: (call, own, other) => call.models.version({ workspace: own.slug, name: other.marker, version: 1 }),
  lineage: (call, own, other) => call.models.lineage({ workspace: own.slug, name: other.marker, version: 1 }),
  searchModels: (call, own) => call.models.search({ workspace: own.slug, text: "" }),
  searchTerms: (call, own) => call.models.searchTerms({ workspace: own.slug }),
  compareModels: (call, own, other) => {
    const at = { name: other.marker, version: 1 };
    return call.models.compare({ workspace: own.slug, before: at, after: at });
  },
  aliasPolicy: (call, own) => call.models.aliasPolicy({ workspace: own.slug }),
  aliases: (call, own, other) => call.models.aliases({ workspace: own.slug, name: other.marker }),
  moveAlias: (call, own, other) =>
    call.models.moveAlias({ workspace: own.slug, name: other.marker, alias: "mine", version: 1 }),
  golden: (call, own, other) => call.models.golden({ workspace: own.slug, name: other.marker, version: 1 }),
  runGolden: (call, own, other) =>
    call.models.runGolden({ workspace: own.slug, name: other.marker, version: 1 }),
  scoreRow: (call, own, other) =>
    call.models.scoreRow({ workspace: own.slug, name: other.marker, version: 1, values: {} }),
  tagModel: (call, own, other) =>
    call.models.setTag({ workspace: own.slug, name: other.marker, version: 1, key: "k", value: "v" }),
  archiveModel: (call, own, other) =>
    call.models.setArchived({ workspace: own.slug, name: other.marker, version: 1, isArchived: true }),
  removeModel: (call, own, other) =>
    call.models.remove({ workspace: own.slug, name: other.marker, version: 1 }),
  jobs: (call, own) => call.jobs.list({ workspace: own.slug }),
  job: (call, own, other) => call.jobs.get({ workspace: own.slug, id: other.jobId }),
  cancel: (call, own, other) => call.jobs.cancel({ workspace: own.slug, id: other.jobId }),
  retry: (call, own, other) => call.jobs.retry({ workspace: own.slug, id: other.jobId }),
  recent: (call, own) => call.explain.recent({ workspace: own.slug }),
  explain: (call, own, other) => call.explain.get({ workspace: own.slug, requestId: other.requestId }),
  item: (call, own, other) => call.catalog.item({ workspace: own.slug, itemId: other.marker }),
  shoppers: (call, own) => call.playground.shoppers({ workspace: own.slug }),
  releases: (call, own) => call.releases.list({ workspace: own.slug }),
  keys: (call, own) => call.keys.list({ workspace: own.slug }),
  revoke: (call, own, other) => call.keys.revoke({ workspace: own.slug, id: other.keyId }),
  members: (call, own) => call.members.list({ workspace: own.slug }),
  remove: (call, own, other) => call.members.remove({ workspace: own.slug, userId: other.admin.id }),
  promote: (call, own, other) =>
    call.members.changeRole({ workspace: own.slug, userId: other.admin.id, role: "viewer" }),
  views: (call, own) => call.featureViews.list({ workspace: own.slug }),
  view: (call, own, other) =>
    call.featureViews.get({ workspace: own.slug, name: other.slug.replaceAll("-", "_") }),
  planView: (call, own, other) =>
    call.featureViews.plan({
      workspace: own.slug,
      views: [{ ...CLICKS, name: other.slug.replaceAll("-", "_") }],
    }),
  backfills: (call, own) => call.featureViews.backfills({ workspace: own.slug }),
  backfill: (call, own, other) => call.featureViews.backfill({ workspace: own.slug, id: other.backfillId }),
  startBackfill: (call, own, other) =>
    call.featureViews.startBackfill({ workspace: own.slug, id: other.backfillId }),
  discardBackfill: (call, own, other) =>
    call.featureViews.discardBackfill({ workspace: own.slug, id: other.backfillId }),
  planBackfill: (call, own, other) =>
    call.featureViews.planBackfill({
      workspace: own.slug,
      name: other.slug.replaceAll("-", "_"),
      version: 1,
    }),
  retireView: (call, own, other) =>
    call.featureViews.retire({ workspace: own.slug, name: other.slug.replaceAll("-", "_"), version: 1 }),
  surfaces: (call, own) => call.surfaces.list({ workspace: own.slug, range: "1h" }),
  surface: (call, own) => call.surfaces.get({ workspace: own.slug, surface: "cart" }),
  home: (call, own) => call.home.get({ workspace: own.slug }),
  direct: (call, _own, other) => call.models.list({ workspace: other.slug }),
} satisfies Record<
  string,
  (call: ReturnType<TestApp["callAs"]>, own: Tenant, other: Tenant) => Promise<unknown>
>;

test("whatever an admin of one workspace asks, nothing of another shows or changes (invariant 10)", async () => {
  const pick = fc.nat({ max: 2 });
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...(Object.keys(ATTEMPTS) as (keyof typeof ATTEMPTS)[])),
      pick,
      pick,
      async (name, a, b) => {
        fc.pre(a !== b);
        const own = tenants[a]!;
        const other = tenants[b]!;
        const answer = await ATTEMPTS[name](app.callAs(own.admin), own, other).catch((error) => ({
          refused: error.code,
        }));
        expect(JSON.stringify(answer)).not.toContain(other.marker);
        expect(JSON.stringify(answer)).not.toContain(other.admin.email);
      },
    ),
    { numRuns: 200, seed: 42 },
  );
  for (const { id, jobId, keyId, backfillId, admin } of tenants) {
    expect(await app.ctx.db.featureBackfill.findUniqueOrThrow({ where: { id: backfillId } })).toMatchObject({
      state: "planned",
      jobId: null,
    });
    expect(await app.ctx.db.job.findUniqueOrThrow({ where: { id: jobId } })).toMatchObject({
      state: "queued",
    });
    expect(await app.ctx.db.apiKey.findUniqueOrThrow({ where: { id: keyId } })).toMatchObject({
      revokedAt: null,
    });
    const key = { workspaceId_userId: { workspaceId: id, userId: admin.id } };
    expect(await app.ctx.db.membership.findUniqueOrThrow({ where: key })).toMatchObject({ role: "admin" });
  }
});
