import { pseudonymise } from "@shortlist/platform";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createInteraction, toPseudonym } from "../../testing/interactions";
import { publishTestRelease } from "../../testing/packages";
import { createTestApp, type Person, type TestApp } from "../../testing/testApp";
import { findTrainedOn } from "./decide";
import { listUnlinked } from "./service";

let app: TestApp;
let engineer: Person;
let workspace: { id: string; slug: string };
const [tablet, phone, ann, bob] = ["tablet", "phone", "ann", "bob"].map(toPseudonym) as [
  string,
  string,
  string,
  string,
];
const at = (minute: number) => ({
  occurredAtMs: Date.UTC(2026, 0, 1, 0, minute),
  receivedAtMs: Date.UTC(2026, 0, 1, 0, minute),
});

beforeAll(async () => {
  app = await createTestApp();
  workspace = await app.createWorkspace();
  engineer = await app.createMember(workspace.id, "ml_engineer");
  await publishTestRelease(app.ctx, workspace.id);
  await (await app.ctx.lake()).writeInteractions(workspace.slug, "b", [
    createInteraction({ shopper: tablet, ...at(0) }),
    createInteraction({ shopper: ann, anonymousShopper: tablet, type: "sign_in", itemId: null, ...at(1) }),
    createInteraction({ shopper: tablet, ...at(2) }),
    createInteraction({ shopper: bob, anonymousShopper: tablet, ...at(3) }),
    createInteraction({ shopper: ann, anonymousShopper: phone, ...at(4) }),
    createInteraction({ shopper: bob, type: "opt_out", itemId: null, ...at(5) }),
  ]);
});
afterAll(() => app.close());

const identity = () => app.callAs(engineer).identity;
const inWorkspace = () => ({ workspace: workspace.slug });

test("links show their evidence and time, and devices that people share", async () => {
  expect(await identity().summary(inWorkspace())).toMatchObject({
    nEvents: 6,
    nJoinedEvents: 2,
    nLinkedDevices: 2,
    nSharedDevices: 1,
    nLinkedPeople: 2,
    nPeopleWithSeveralDevices: 1,
    nOptedOut: 1,
  });
  const links = await identity().links({ ...inWorkspace(), onlyShared: true });
  expect(links.map(({ device, person, nSignIns }) => ({ device, person, nSignIns }))).toEqual([
    { device: tablet, person: bob, nSignIns: 0 },
    { device: tablet, person: ann, nSignIns: 1 },
  ]);
  expect(links[1]).toMatchObject({ fromMs: at(1).occurredAtMs, knownMs: at(1).receivedAtMs, nEvents: 1 });
});

test("taking a link apart says beforehand which events move to whom, happens, and can be undone", async () => {
  const pair = { ...inWorkspace(), device: tablet, person: ann };
  expect(await identity().previewUnlink(pair)).toMatchObject({
    nEvents: 2,
    owners: [{ shopper: bob, nEvents: 2 }],
    fromMs: at(0).occurredAtMs,
    toMs: at(2).occurredAtMs,
  });
  const { id } = await identity().unlink({ ...pair, reason: "a shared tablet" });
  expect(await listUnlinked(app.ctx, workspace.id)).toEqual([{ device: tablet, person: ann }]);
  expect(await identity().links({ ...inWorkspace(), shopper: tablet })).toHaveLength(1);
  await expect(identity().unlink({ ...pair, reason: "again" })).rejects.toMatchObject({ code: "NOT_FOUND" });
  await identity().undoUnlink({ ...inWorkspace(), id });
  expect(await identity().links({ ...inWorkspace(), shopper: tablet })).toHaveLength(2);
  await expect(identity().undoUnlink({ ...inWorkspace(), id })).rejects.toMatchObject({ code: "NOT_FOUND" });
});

test("a shopper is found by the id the shop knows, which is stored nowhere", async () => {
  const pseudonym = pseudonymise(app.ctx.env.PSEUDONYM_KEY, workspace.slug, "user", "u-77");
  await (await app.ctx.lake()).writeInteractions(workspace.slug, "c", [
    createInteraction({ shopper: pseudonym, type: "opt_out", itemId: null, ...at(9) }),
  ]);
  const found = await identity().find({ ...inWorkspace(), kind: "user", rawId: "u-77" });
  expect(found).toMatchObject({ pseudonym, nEvents: 1, isOptedOut: true, links: [] });
  expect(await identity().find({ ...inWorkspace(), kind: "user", rawId: "nobody" })).toMatchObject({
    nEvents: 0,
    firstMs: null,
  });
});

test("a workspace without a log has no figures rather than zeros", async () => {
  const empty = await app.createWorkspace();
  const person = await app.createMember(empty.id, "viewer");
  expect(await app.callAs(person).identity.summary({ workspace: empty.slug })).toBeNull();
});

test("a model counts as trained on events when its window touches them", () => {
  const models = [
    { name: "a", version: 1, fromMs: 0, toMs: 10 },
    { name: "b", version: 1, fromMs: 20, toMs: 30 },
    { name: "c", version: 1, fromMs: null, toMs: null },
  ];
  expect(findTrainedOn(models, { fromMs: 10, toMs: 15 })).toEqual([{ name: "a", version: 1 }]);
});
