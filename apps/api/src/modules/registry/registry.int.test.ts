import { sha256Hex } from "@shortlist/platform";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createRankerPackage, createRegisterRequest, publishTestRelease } from "../../testing/packages";
import { createTestApp, type Person, type TestApp } from "../../testing/testApp";
import { archiveOldVersions, collectArtifacts } from "./keepService";
import { registerModelVersion } from "./registerService";

let app: TestApp;
let shop: { id: string; slug: string };
let admin: Person;
let second: Person;
let engineer: Person;

beforeAll(async () => {
  app = await createTestApp();
  shop = await app.createWorkspace();
  admin = await app.createMember(shop.id, "admin");
  second = await app.createMember(shop.id, "admin");
  engineer = await app.createMember(shop.id, "ml_engineer");
});
afterAll(() => app.close());

const models = (person: Person) => app.callAs(person).models;
const register = (name: string, o: object = {}) =>
  registerModelVersion(app.ctx, { ...createRegisterRequest(shop.id, createRankerPackage(name)), ...o });
const at = (path: string) => `/v1/workspaces/${shop.slug}${path}`;
const here = () => ({ workspace: shop.slug });

test("an alias is one whatever its case, moves with a reason when protected, and its past can be asked for", async () => {
  await register("moved");
  await register("moved");
  const move = (version: number | null, reason: string) =>
    models(admin).moveAlias({ ...here(), name: "moved", alias: "Champion", version, reason });
  await expect(move(1, "")).rejects.toMatchObject({
    cause: { fields: [{ field: "reason", problem: expect.any(String) }] },
  });
  expect(await move(1, "first")).toMatchObject({ outcome: "moved", alias: "champion" });
  const between = app.ctx.now().toISOString();
  app.advance(1_000);
  expect(await move(2, "better in May")).toMatchObject({ outcome: "moved" });
  const past = await app.rest("GET", at(`/models/moved/aliases/CHAMPION?at=${between}`));
  expect(past.json).toMatchObject({ version: 1, ref: "moved@1" });
  expect((await app.rest("GET", at("/models/moved/aliases/champion"))).json.version).toBe(2);
  const before = await app.rest("GET", at("/models/moved/aliases/champion?at=2020-01-01"));
  expect(before).toMatchObject({ status: 404, json: { detail: expect.stringContaining("2020-01-01") } });
  expect((await models(admin).aliases({ ...here(), name: "moved" })).moves).toMatchObject([
    { fromVersion: 1, toVersion: 2, reason: "better in May", actor: admin.email },
    { fromVersion: null, toVersion: 1, reason: "first" },
  ]);
  expect((await models(admin).list(here())).find(({ name }) => name === "moved")!.aliases).toEqual([
    { alias: "champion", version: 2 },
  ]);
});

test.each(["latest", "v3", "V12", "7", "two words", ""])("the alias %j is refused", async (alias) => {
  const answer = await app.rest("PUT", at(`/models/moved/aliases/${encodeURIComponent(alias)}`), {
    body: { version: 1 },
  });
  expect([400, 404]).toContain(answer.status);
});

test("an engineer asks for a protected alias, somebody else with the permission grants it, once", async () => {
  await register("asked");
  await register("asked");
  const ask = () =>
    models(engineer).moveAlias({ ...here(), name: "asked", alias: "champion", version: 2, reason: "new" });
  const { requestId } = await ask();
  const decide = (person: Person, isApproved = true) =>
    models(person).decideAliasRequest({ ...here(), id: requestId!, isApproved });
  await expect(decide(engineer)).rejects.toMatchObject({ code: "FORBIDDEN" });
  expect((await models(admin).aliases({ ...here(), name: "asked" })).requests).toMatchObject([
    { alias: "champion", version: 2, requestedBy: engineer.email },
  ]);
  const outcomes = await Promise.allSettled([decide(admin), decide(second)]);
  expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  const { moves, requests } = await models(admin).aliases({ ...here(), name: "asked" });
  expect(requests).toEqual([]);
  expect(moves).toMatchObject([{ toVersion: 2, actor: engineer.email, approvedBy: expect.any(String) }]);
});

test("where the workspace wants a second person, an admin cannot move it alone", async () => {
  await register("twofold");
  const policy = { protected: ["champion"], secondPerson: true };
  await models(admin).setAliasPolicy({ ...here(), policy });
  const { outcome, requestId } = await models(admin).moveAlias({
    ...here(),
    name: "twofold",
    alias: "champion",
    version: 1,
    reason: "r",
  });
  expect(outcome).toBe("asked");
  const decide = (person: Person) =>
    models(person).decideAliasRequest({ ...here(), id: requestId!, isApproved: true });
  await expect(decide(admin)).rejects.toThrow(/Somebody else/);
  expect(await decide(second)).toMatchObject({ alias: "champion", version: 1 });
  await models(admin).setAliasPolicy({ ...here(), policy: { ...policy, secondPerson: false } });
});

test("a change of who may move which alias is kept once, and the audit says what, who and why", async () => {
  const policy = { protected: ["champion", "Prod", "prod"], secondPerson: false };
  const set = () => models(admin).setAliasPolicy({ ...here(), policy, reason: "prod feeds the newsletter" });
  await set();
  await set();
  expect((await models(engineer).aliasPolicy(here())).policy.protected).toEqual(["champion", "prod"]);
  const { events } = await app.callAs(engineer).audit.list({ ...here(), kind: "alias" });
  expect(events.filter(({ path }) => path === "/settings/aliases").slice(0, 2)).toMatchObject([
    { what: "protected prod", actor: admin.email, reason: "prod feeds the newsletter" },
    { what: expect.stringContaining("second person") },
  ]);
  await models(admin).setAliasPolicy({ ...here(), policy: { protected: ["champion"], secondPerson: false } });
});

test("a version is not deleted while anything points at it, and each is named; its number is not given again", async () => {
  const ranker = await register("held");
  await register("held", {
    lineage: { parent: "held@1", codeVersion: "abc", trainingSetId: null, trainingRun: null },
  });
  await publishTestRelease(app.ctx, shop.id);
  const released = await app.rest("POST", at("/releases"), {
    body: { ranker: { ref: "held@1" }, note: "n" },
  });
  await models(admin).moveAlias({ ...here(), name: "held", alias: "try", version: 1, reason: "" });
  const remove = (version: number) => app.rest("DELETE", at(`/models/held/versions/${version}`));
  const refused = await remove(1);
  expect(refused).toMatchObject({ status: 409, json: { code: "conflict" } });
  expect(refused.json.detail).toBe(
    `held@1 cannot be deleted: release ${released.json.number}, alias try, held@2, which was made from it point at it. Archive it instead.`,
  );
  expect(await app.ctx.db.modelVersion.count({ where: { id: ranker.id } })).toBe(1);
  expect((await remove(2)).json).toEqual({ done: true });
  expect((await register("held")).version).toBe(3);
  const lineage = await models(admin).lineage({ ...here(), name: "held", version: 1 });
  expect(lineage.holders.map(({ kind }) => kind)).toEqual(["release", "alias"]);
});

test("what a deleted version leaves is collected a day later, and never what something else refers to", async () => {
  const pack = createRankerPackage("left");
  const bytes = new Uint8Array([...pack.artifacts[0]!.bytes]);
  await register("left");
  const twin = await register("left");
  const only = sha256Hex("only an upload");
  await app.rest("PUT", at(`/artifacts/${only}`), { body: Buffer.from("only an upload") });
  await app.rest("DELETE", at("/models/left/versions/1"));
  await collectArtifacts(app.ctx);
  expect(await app.ctx.artifacts.has(only)).toBe(true);
  app.advance(25 * 3_600_000);
  expect(await collectArtifacts(app.ctx)).toBeGreaterThan(0);
  expect(await app.ctx.artifacts.has(only)).toBe(false);
  expect(await app.ctx.artifacts.has(sha256Hex(bytes))).toBe(true);
  expect(await app.ctx.artifacts.has(twin.artifacts[0]!.sha256)).toBe(true);
});

test("beyond the newest ten, versions that nothing points at leave the hot list, and come back when wanted", async () => {
  const first = await register("many");
  const manifest = await app.ctx.db.modelVersion.findUniqueOrThrow({ where: { id: first.id } });
  const { id: _id, version: _version, evaluation, check, lineage, ...rest } = manifest;
  await app.ctx.db.modelVersion.createMany({
    data: Array.from({ length: 12 }, (_, i) => ({
      ...rest,
      version: i + 2,
      manifest: rest.manifest as object,
      artifacts: rest.artifacts as object,
      check: check as object,
    })),
  });
  await app.ctx.db.model.update({ where: { id: manifest.modelId }, data: { lastVersion: 13 } });
  await models(admin).moveAlias({ ...here(), name: "many", alias: "old", version: 2, reason: "" });
  expect(await archiveOldVersions(app.ctx)).toBe(2);
  const archived = async () =>
    (await models(admin).search({ ...here(), text: "name:many is:archived" })).versions
      .map(({ version }) => version)
      .sort();
  expect(await archived()).toEqual([1, 3]);
  expect(await archiveOldVersions(app.ctx)).toBe(0);
  await models(admin).setArchived({ ...here(), name: "many", version: 3, isArchived: false });
  expect(await archived()).toEqual([1]);
});

test("tags are set, searched for and taken away; a key that cannot be searched for is refused", async () => {
  await register("tagged");
  const path = at("/models/tagged/versions/1/tags/team");
  expect((await app.rest("PUT", path, { body: { value: "growth" } })).json).toEqual({ done: true });
  const find = async (text: string) =>
    (await app.rest("GET", at(`/model-versions?search=${encodeURIComponent(text)}`))).json;
  expect(await find("tag:team=growth")).toMatchObject({ nFound: 1, versions: [{ name: "tagged" }] });
  const terms = await models(admin).searchTerms(here());
  expect(terms.tags).toEqual([{ key: "team", value: "growth", nVersions: 1 }]);
  expect(terms.aliases).toContainEqual({ alias: "champion", nModels: expect.any(Number) });
  const wrong = await app.rest("PUT", at("/models/tagged/versions/1/tags/Team=x"), { body: { value: "y" } });
  expect(wrong.json.errors).toMatchObject([{ field: "key" }]);
  await app.rest("PUT", path, { body: { value: null } });
  expect((await find("tag:team=growth")).nFound).toBe(0);
  expect((await app.rest("GET", at("/model-versions?search=owner:me"))).json.errors).toMatchObject([
    { field: "search" },
  ]);
});

test("golden rows are shown with what they scored at registration, and a row by hand is scored by the file itself", async () => {
  await register("golden");
  const ranker = { ...here(), name: "golden", version: 1 };
  const shown = await models(engineer).golden(ranker);
  expect(shown).toMatchObject({ nRows: 3, source: "given", isRunnable: true });
  for (const { difference, allowed } of shown.rows) expect(Math.abs(difference!)).toBeLessThan(allowed);
  const again = await models(engineer).runGolden(ranker);
  expect(again.rows.map(({ measured }) => measured)).toEqual(shown.rows.map(({ measured }) => measured));
  const [first] = shown.rows;
  const values = Object.fromEntries(shown.features.map(({ name }, i) => [name, first!.inputs[i]!]));
  expect(await models(engineer).scoreRow({ ...ranker, values })).toMatchObject({
    score: first!.measured,
    outside: [],
  });
  await expect(models(engineer).scoreRow({ ...ranker, values: { colour: 1 } })).rejects.toMatchObject({
    cause: { fields: [{ field: "values.colour" }] },
  });
});

test("a version whose file is gone says so instead of being run", async () => {
  const { artifacts } = await register("gone", { kind: "ranker" });
  const sha256 = "0".repeat(64);
  await app.ctx.db.modelVersion.updateMany({
    where: { workspaceId: shop.id, model: { name: "gone" } },
    data: { artifacts: [{ ...artifacts[0]!, sha256 }], archivedAt: app.ctx.now() },
  });
  const gone = { ...here(), name: "gone", version: 1 };
  expect(await models(engineer).golden(gone)).toMatchObject({
    isArchived: true,
    isRunnable: false,
    nRows: 3,
  });
  await expect(models(engineer).runGolden(gone)).rejects.toThrow(/has no file/);
});

test("two versions are compared over REST", async () => {
  await register("compared");
  const pack = createRankerPackage("compared");
  await registerModelVersion(
    app.ctx,
    createRegisterRequest(shop.id, { ...pack, manifest: { ...pack.manifest, parameters: { l2: 3 } } }),
  );
  const answer = await app.rest("GET", at("/models/compared/compare?before=1&after=2"));
  expect(answer.json).toMatchObject({
    before: "compared@1",
    after: "compared@2",
    parameters: [{ what: "l2", before: null, after: "3" }],
    features: [],
    artifacts: [],
  });
});
