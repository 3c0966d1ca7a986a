import { AUDIT_KINDS, type Role } from "@shortlist/contracts";
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
  for (const role of ["viewer", "product_manager", "admin"] as const)
    people[role] = await app.createMember(workspace.id, role);
});
afterAll(() => app.close());

const list = (o: object = {}) => app.callAs(people.viewer).audit.list({ workspace: workspace.slug, ...o });

test("what people changed is listed newest first with who and why, and only of the workspace", async () => {
  const pm = app.callAs(people.product_manager);
  await pm.switches.throw({
    workspace: workspace.slug,
    target: "cart",
    switches: { rankerOff: true },
    reason: "scores look wrong",
  });
  await app.callAs(people.admin).keys.create({
    workspace: workspace.slug,
    name: "storefront",
    scopes: ["recommend"],
  });
  await app.ctx.db.switchChange.create({
    data: { workspaceId: other.id, target: "all", switches: {}, createdBy: "somebody else" },
  });
  const { events } = await list();
  expect(events.map(({ kind }) => kind).slice(0, 2)).toEqual(["key", "switch"]);
  expect(events[0]).toMatchObject({ what: "created key storefront (recommend)", path: "/settings/keys" });
  expect(events[1]).toMatchObject({
    what: "switches of cart",
    reason: "scores look wrong",
    actor: people.product_manager.email,
  });
  expect(events.filter(({ actor }) => actor === "somebody else")).toEqual([]);
});

test("every kind can be asked for by itself, and by who did it", async () => {
  for (const kind of AUDIT_KINDS) {
    const { events } = await list({ kind });
    expect(events.every((event) => event.kind === kind)).toBe(true);
  }
  const { events } = await list({ actor: people.product_manager.email });
  expect(events.map(({ kind }) => kind)).toEqual(["switch"]);
});

test("pages follow each other without a gap or a repeat, also where many changes were made at once", async () => {
  const at = new Date();
  await app.ctx.db.switchChange.createMany({
    data: Array.from({ length: 120 }, () => ({
      workspaceId: workspace.id,
      target: "all",
      switches: {},
      createdBy: "a script",
      createdAt: at,
    })),
  });
  const seen: string[] = [];
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof list>> = await list({ actor: "a script", cursor });
    seen.push(...page.events.map(({ id }) => id));
    cursor = page.nextCursor;
  } while (cursor !== null);
  expect(seen).toHaveLength(120);
  expect(new Set(seen).size).toBe(120);
  await expect(list({ cursor: "nonsense" })).rejects.toThrow();
});

test("what is deleted, revoked or given leaves an entry with who did it, though no row of its own is left", async () => {
  const admin = app.callAs(people.admin);
  const here = { workspace: workspace.slug };
  const { id } = await admin.keys.create({ ...here, name: "old", scopes: ["events"] });
  await admin.keys.revoke({ ...here, id });
  await admin.members.changeRole({ ...here, userId: people.viewer.id, role: "ml_engineer" });
  const { events } = await list({ actor: people.admin.email });
  expect(events.map(({ what }) => what.replace(/ \(sk_.*\)| \(.*…\)/, "")).slice(0, 2)).toEqual([
    `made ${people.viewer.email} ml engineer, who was viewer`,
    "revoked key old",
  ]);
});
