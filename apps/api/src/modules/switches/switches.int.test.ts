import { ControlDocument, type Role, redisKeys } from "@shortlist/contracts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestApp, type Person, type TestApp } from "../../testing/testApp";

let app: TestApp;
let workspace: { id: string; slug: string };
let other: { id: string; slug: string };
const people = {} as Record<Role, Person>;

beforeAll(async () => {
  app = await createTestApp();
  workspace = await app.createWorkspace();
  other = await app.createWorkspace();
  for (const role of ["viewer", "product_manager"] as const)
    people[role] = await app.createMember(workspace.id, role);
});
afterAll(() => app.close());

const as = (role: Role) => app.callAs(people[role]).switches;
const here = () => ({ workspace: workspace.slug });
const readSwitches = async (slug = workspace.slug) => {
  const json = await app.ctx.redis.hget(redisKeys.control, slug);
  return json === null ? undefined : ControlDocument.parse(JSON.parse(json)).switches;
};

test("a switch reaches replicas the moment it is thrown, and undoing it leaves no trace there but one in the history", async () => {
  const pm = as("product_manager");
  const thrown = await pm.throw({
    ...here(),
    target: "cart",
    switches: { rankerOff: true, sourcesOff: ["trending"] },
    reason: "scores look wrong",
  });
  expect(thrown).toEqual({ says: "ranker off, trending off", isPublished: true });
  expect(await readSwitches()).toEqual({
    cart: {
      rankerOff: true,
      sourcesOff: ["trending"],
      explorationOff: false,
      listsOnly: false,
      candidateSharePct: 100,
    },
  });
  await pm.throw({ ...here(), target: "all", switches: { listsOnly: true } });
  expect(Object.keys((await readSwitches())!).sort()).toEqual(["all", "cart"]);
  await pm.throw({ ...here(), target: "all", switches: {} });
  await pm.throw({ ...here(), target: "cart", switches: {}, reason: "mended" });
  expect(await readSwitches()).toBeUndefined();
  const { targets, history } = await as("viewer").get(here());
  expect(targets.filter(({ isThrown }) => isThrown)).toEqual([]);
  expect(targets.find(({ target }) => target === "cart")).toMatchObject({ reason: "mended" });
  expect(history.map(({ target, says }) => `${target}: ${says}`)).toEqual([
    "cart: everything on",
    "all: everything on",
    "all: lists only",
    "cart: ranker off, trending off",
  ]);
});

test("switches of one workspace are no other's, and a viewer may look but not throw", async () => {
  await as("product_manager").throw({ ...here(), target: "home_feed", switches: { explorationOff: true } });
  expect(await readSwitches(other.slug)).toBeUndefined();
  await expect(
    as("viewer").throw({ ...here(), target: "all", switches: { listsOnly: true } }),
  ).rejects.toMatchObject({
    code: "FORBIDDEN",
  });
});

test("with Redis away a switch is stored, the caller is told, and replicas get it when Redis is back", async () => {
  const { throwSwitches } = await import("./service");
  const redis = { eval: () => Promise.reject(new Error("away")) } as unknown as typeof app.ctx.redis;
  const outcome = await throwSwitches({ ...app.ctx, redis }, workspace.id, {
    target: "notifications",
    switches: {
      sourcesOff: [],
      rankerOff: false,
      explorationOff: false,
      listsOnly: true,
      candidateSharePct: 100,
    },
    reason: "",
    actor: "tests",
  });
  expect(outcome).toEqual({ says: "lists only", isPublished: false });
  const { republishAll } = await import("../releases/service");
  await republishAll(app.ctx);
  expect(await readSwitches()).toMatchObject({ notifications: { listsOnly: true } });
});
