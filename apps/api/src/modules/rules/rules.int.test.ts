import { ControlDocument, type Role, redisKeys } from "@shortlist/contracts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type FakeServing, startFakeServing } from "../../testing/fakeServing";
import { createSlate, storeHotSlate } from "../../testing/slates";
import { createTestApp, type Person, type TestApp } from "../../testing/testApp";

let app: TestApp;
let serving: FakeServing;
let workspace: { id: string; slug: string };
const people = {} as Record<Role, Person>;

beforeAll(async () => {
  serving = await startFakeServing(["sku-1"]);
  app = await createTestApp({ SERVING_URL: serving.url });
  workspace = await app.createWorkspace();
  for (const role of ["product_manager", "admin"] as const)
    people[role] = await app.createMember(workspace.id, role);
  for (const [itemId, brand] of [
    ["sku-1", "Acme"],
    ["sku-2", "Acme"],
    ["sku-3", "Other"],
  ] as const)
    await app.ctx.db.item.create({
      data: { workspaceId: workspace.id, itemId, title: itemId, brand, category: "Shoes > Trail", price: 10 },
    });
});
afterAll(async () => {
  await app.close();
  await serving.close();
});

const as = (role: Role) => app.callAs(people[role]).rules;
const here = () => ({ workspace: workspace.slug });
const hide = (o: object = {}) => ({
  name: "hide Acme",
  effect: { kind: "hide" as const },
  match: { brands: ["Acme"] },
  ...o,
});
const readControl = async () =>
  ControlDocument.parse(JSON.parse((await app.ctx.redis.hget(redisKeys.control, workspace.slug))!));

test("a rule reaches replicas the moment it is saved, every change is a revision, and switching off takes it away", async () => {
  const pm = as("product_manager");
  const { ruleId } = await pm.save({
    ...here(),
    ruleId: null,
    definition: hide(),
    isEnabled: true,
    reason: "recall",
  });
  const first = await readControl();
  expect(first.ruleSet?.rules).toMatchObject([{ ruleId, revision: 1, match: { brands: ["Acme"] } }]);
  await pm.save({ ...here(), ruleId, definition: hide({ name: "hide it all" }), isEnabled: true });
  const second = await readControl();
  expect(second.revision).toBeGreaterThan(first.revision);
  expect(second.ruleSet?.setId).not.toBe(first.ruleSet?.setId);
  expect(second.ruleSet?.rules).toMatchObject([{ revision: 2, name: "hide it all" }]);
  await pm.setEnabled({ ...here(), ruleId, isEnabled: false, reason: "over" });
  expect((await readControl()).ruleSet).toBeUndefined();
  const rule = await pm.get({ ...here(), ruleId });
  expect(rule).toMatchObject({ state: "off", revision: 3 });
  expect(rule.revisions.map(({ revision, reason, createdBy }) => [revision, reason, createdBy])).toEqual([
    [3, "over", people.product_manager.email],
    [2, "", people.product_manager.email],
    [1, "recall", people.product_manager.email],
  ]);
  await pm.delete({ ...here(), ruleId });
  expect((await pm.list(here())).rules).toEqual([]);
  await expect(pm.setEnabled({ ...here(), ruleId, isEnabled: true })).rejects.toMatchObject({
    code: "NOT_FOUND",
  });
});

test("compliance rules are changed by admins alone, also to weaken them", async () => {
  const definition = hide({ class: "compliance" as const });
  await expect(
    as("product_manager").save({ ...here(), ruleId: null, definition, isEnabled: true }),
  ).rejects.toMatchObject({ code: "FORBIDDEN" });
  const { ruleId } = await as("admin").save({ ...here(), ruleId: null, definition, isEnabled: true });
  await expect(
    as("product_manager").setEnabled({ ...here(), ruleId, isEnabled: false }),
  ).rejects.toMatchObject({
    code: "FORBIDDEN",
  });
  await expect(
    as("product_manager").save({ ...here(), ruleId, definition: hide(), isEnabled: true }),
  ).rejects.toMatchObject({ code: "FORBIDDEN" });
  await as("admin").delete({ ...here(), ruleId });
});

test("the audit of a compliance rule counts what was shown after it took effect, to how many", async () => {
  const lake = await app.ctx.lake();
  const { ruleId } = await as("admin").save({
    ...here(),
    ruleId: null,
    definition: hide({ class: "compliance" as const }),
    isEnabled: true,
  });
  const archive = async (afterMs: number, shopper: string, itemId: string) => {
    const slate = createSlate(workspace.slug, {
      atMs: Date.now() + afterMs,
      shopper,
      items: [{ ...createSlate("x").items[0]!, itemId }],
    });
    const { requestId, atMs, surface, releaseId, rung } = slate;
    await lake.writeSlates(workspace.slug, requestId, [
      { requestId, atMs, surface, shopper, releaseId, rung, record: JSON.stringify(slate) },
    ]);
  };
  await archive(-60_000, "A".repeat(22), "sku-1");
  await archive(60_000, "B".repeat(22), "sku-3");
  expect(await as("admin").audit({ ...here(), ruleId })).toMatchObject({
    items: 2,
    slates: 1,
    shown: 0,
    lastShownAt: null,
  });
  await archive(61_000, "B".repeat(22), "sku-2");
  await archive(62_000, "B".repeat(22), "sku-1");
  expect(await as("admin").audit({ ...here(), ruleId })).toMatchObject({ slates: 3, shown: 2, shoppers: 1 });
  await as("admin").delete({ ...here(), ruleId });
});

test("a preview asks serving with the draft in place of the rule, and a replay with the shoppers of logged requests", async () => {
  const pm = as("product_manager");
  const { ruleId } = await pm.save({ ...here(), ruleId: null, definition: hide(), isEnabled: true });
  const draft = hide({ match: { brands: ["Other"] } });
  const preview = await pm.preview({
    ...here(),
    ruleId,
    definition: draft,
    shopper: { userId: "u-1" },
    surface: "cart",
    n: 6,
  });
  expect(serving.calls.at(-1)).toMatchObject({
    path: "/v1/rules/preview",
    body: {
      rules: [{ ruleId, match: { brands: ["Other"] } }],
      requests: [{ userId: "u-1", surface: "cart", n: 6 }],
    },
  });
  expect(preview.before.items[0]).toMatchObject({ itemId: "sku-1", item: { brand: "Acme" } });
  expect(preview).toMatchObject({ after: { items: [] }, matchedItems: 1, conflicts: [] });

  const shopper = "C".repeat(22);
  await storeHotSlate(
    app.ctx.redis,
    createSlate(workspace.slug, { shopper, context: { region: "DE", page: "/x" } }),
  );
  const impact = await pm.replay({ ...here(), ruleId, definition: null, requests: 10 });
  expect(serving.calls.at(-1)!.body).toMatchObject({
    rules: [],
    requests: [{ pseudonyms: [shopper], context: { region: "DE" } }],
  });
  expect(impact).toMatchObject({ requests: 1, changed: 0 });
  await pm.delete({ ...here(), ruleId });
});
