import { type CatalogChange, CatalogChange as Change, redisKeys } from "@shortlist/contracts";
import { appendCatalogChanges, parseCatalogEntry } from "@shortlist/platform";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { getCatalogSummary, listMatchingItemIds } from "../modules/catalog/service";
import { createRollout, requestRollout } from "../modules/rollouts/service";
import { publishTestRelease } from "../testing/packages";
import { QUICK_PLAN } from "../testing/rollouts";
import { createTestApp, type TestApp } from "../testing/testApp";
import { type CatalogWorkspace, foldCatalog } from "./foldCatalog";
import { upkeepCatalog } from "./upkeepCatalog";

let app: TestApp;
let shop: CatalogWorkspace;

beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());
beforeEach(async () => {
  shop = await app.createWorkspace();
});

const upsert = (itemId: string, more: object = {}): CatalogChange =>
  Change.parse({ op: "upsert", item: { itemId, title: `Title of ${itemId}`, price: 10, ...more } });
const append = (...changes: CatalogChange[]) => appendCatalogChanges(app.ctx.redis, shop.slug, changes);
const fold = () => foldCatalog(app.ctx, shop);
const upkeep = () => upkeepCatalog(app.ctx, shop);
const listRows = () =>
  app.ctx.db.item.findMany({ where: { workspaceId: shop.id }, orderBy: { itemId: "asc" } });
const readSince = () => app.ctx.redis.get(redisKeys.catalogSince(shop.slug));
const readStream = async (after = "-") =>
  (await app.ctx.redis.xrange(redisKeys.catalog(shop.slug), after, "+"))
    .map(parseCatalogEntry)
    .flatMap(({ changes }) => changes);

/** Moves a release of the workspace to a position, as training would have recorded it. */
async function publishAt(position: string, note: string): Promise<void> {
  const { release } = await publishTestRelease(app.ctx, shop.id, note);
  const content = { ...release, itemTable: { ...release.itemTable, catalogPosition: position } };
  await app.ctx.db.release.update({ where: { id: release.releaseId }, data: { content } });
}

test("the database holds what the stream says, in its order, and remembers how far it has come", async () => {
  await append(upsert("a"), upsert("b", { createdAt: "2026-01-01T00:00:00Z" }), upsert("c"));
  await append({ op: "patch", itemId: "a", price: null, seller: "Mill" }, { op: "delete", itemId: "b" });
  const position = await append(
    { op: "patch", itemId: "unknown", price: 1 },
    { op: "delete", itemId: "c" },
    upsert("c", { price: 3 }),
  );
  expect(await fold()).toBe(position);
  expect(await listRows()).toMatchObject([
    { itemId: "a", price: null, seller: "Mill", title: "Title of a", inStock: true, deletedAt: null },
    { itemId: "b", price: 10, createdAt: new Date("2026-01-01T00:00:00Z"), deletedAt: expect.any(Date) },
    { itemId: "c", price: 3, deletedAt: null },
  ]);
  const before = await listRows();
  await append(upsert("b", { price: 4 }));
  await fold();
  const [, back] = await listRows();
  expect(back).toMatchObject({ price: 4, deletedAt: null, createdAt: before[1]!.createdAt });
});

test("what is deleted is counted, matched and sold no more", async () => {
  await append(upsert("a", { brand: "Mill" }), upsert("b", { brand: "Mill" }), { op: "delete", itemId: "a" });
  await fold();
  expect(await getCatalogSummary(app.ctx, shop.id)).toMatchObject({ nItems: 1, nBrands: 1 });
  expect(await listMatchingItemIds(app.ctx, shop.id, { brands: ["Mill"] })).toEqual(["b"]);
});

test("many that fold at once, and one that fails between, leave every change once", async () => {
  const batch = (n: number) => Array.from({ length: 5_000 }, (_, i) => upsert(`item-${n}-${i}`));
  for (let n = 0; n < 4; n++) await append(...batch(n));
  const failing = app.ctx.db.$transaction(
    async (tx) => {
      const db = {
        $transaction: (run: (t: typeof tx) => Promise<unknown>) => run(tx),
        catalogFold: tx.catalogFold,
      };
      await foldCatalog({ ...app.ctx, db: db as never }, shop);
      throw new Error("the process was killed");
    },
    { timeout: 60_000 },
  );
  await expect(failing).rejects.toThrow("killed");
  expect(await listRows()).toEqual([]);
  const positions = await Promise.all([fold(), fold(), fold()]);
  expect(new Set(positions).size).toBe(1);
  expect(await listRows()).toHaveLength(20_000);
});

test("the control plane's own call goes through the stream: replicas learn of it too", async () => {
  const answer = await app.rest("PUT", `/v1/workspaces/${shop.slug}/catalog/items`, {
    body: {
      items: [
        { itemId: "a", title: "old" },
        { itemId: "a", title: "new" },
      ],
    },
  });
  expect(answer.json).toEqual({ upserted: 1 });
  expect(await readStream()).toMatchObject([{ op: "upsert", item: { itemId: "a", title: "new" } }]);
  expect(await listRows()).toMatchObject([{ itemId: "a", title: "new" }]);
});

test("an unreadable change does not hold up those behind it", async () => {
  await app.ctx.redis.xadd(redisKeys.catalog(shop.slug), "*", "c", "{", "c", JSON.stringify(upsert("a")));
  await append(upsert("b"));
  await fold();
  expect((await listRows()).map(({ itemId }) => itemId)).toEqual(["a", "b"]);
});

test("a shop that is new has a whole stream from the start", async () => {
  await upkeep();
  expect(await readSince()).toBe("0-0");
  await append(upsert("a"));
  await upkeep();
  expect(await readStream()).toHaveLength(1);
});

test("an emptied Redis is made whole from the database for every release in use", async () => {
  await append(upsert("old"));
  const position = await fold();
  await upkeep();
  await publishAt(position, "first");
  await new Promise((resolve) => setTimeout(resolve, 5));
  await append(upsert("changed", { price: 7 }), upsert("gone"));
  await append({ op: "delete", itemId: "gone" }, { op: "patch", itemId: "changed", price: 8 });
  await fold();
  await app.ctx.redis.del(redisKeys.catalog(shop.slug), redisKeys.catalogSince(shop.slug));
  // Acknowledged by the emptied Redis before the worker has noticed: it must win over what the database had.
  await append({ op: "patch", itemId: "changed", price: 9 });
  await upkeep();
  expect(await readSince()).toBe(position);
  const changes = await readStream();
  expect(changes.filter((c) => c.op === "delete")).toEqual([{ op: "delete", itemId: "gone" }]);
  const last = changes.findLast((c) => c.op === "upsert" && c.item.itemId === "changed");
  expect(last).toMatchObject({ item: { price: 9, title: "Title of changed" } });
  await fold();
  expect(await listRows()).toMatchObject([
    { itemId: "changed", price: 9, deletedAt: null },
    { itemId: "gone", deletedAt: expect.any(Date) },
    { itemId: "old" },
  ]);
});

test("is cut at the oldest release in use, and grows back when an older one is used again", async () => {
  const day = 86_400_000;
  const startMs = Date.now() - 3 * day;
  const key = redisKeys.catalog(shop.slug);
  await upkeep();
  for (let n = 0; n < 3; n++)
    await app.ctx.redis.xadd(key, `${startMs + n * day}-0`, "c", JSON.stringify(upsert(`item-${n}`)));
  await fold();
  await publishAt(`${startMs + day}-0`, "older");
  await publishAt(`${startMs + 2 * day}-0`, "newer");
  await upkeep();
  expect(await readSince()).toBe(`${startMs + day}-0`);
  expect((await readStream()).map((c) => (c.op === "upsert" ? c.item.itemId : ""))).toEqual([
    "item-1",
    "item-2",
  ]);
  await publishAt(`${startMs}-0`, "back");
  await upkeep();
  expect(await readSince()).toBe(`${startMs}-0`);
  expect((await readStream()).map((c) => (c.op === "upsert" ? c.item.itemId : ""))).toEqual([
    "item-1",
    "item-2",
    "item-0",
    "item-1",
    "item-2",
  ]);
});

test("the stream reaches back to the candidate of a rollout, however old, before a replica loads it", async () => {
  const day = 86_400_000;
  const startMs = Date.now() - 5 * day;
  const key = redisKeys.catalog(shop.slug);
  await upkeep();
  for (let n = 0; n < 5; n++)
    await app.ctx.redis.xadd(key, `${startMs + n * day}-0`, "c", JSON.stringify(upsert(`item-${n}`)));
  await fold();
  for (let n = 0; n < 5; n++) await publishAt(`${startMs + n * day}-0`, `release ${n}`);
  await upkeep();
  expect(await readSince()).toBe(`${startMs + 2 * day}-0`);
  const { number } = await createRollout(app.ctx, shop.id, {
    candidate: { kind: "release", number: 1 },
    plan: QUICK_PLAN,
    note: "back to the first",
    actor: "ana",
  });
  await upkeep();
  expect(await readSince()).toBe(`${startMs}-0`);
  const ids = (await readStream()).flatMap((c) => (c.op === "upsert" ? [c.item.itemId] : []));
  expect(new Set(ids)).toEqual(new Set(["item-0", "item-1", "item-2", "item-3", "item-4"]));
  const request = { number, request: { kind: "abort" as const }, reason: "", actor: "ana" };
  await requestRollout(app.ctx, shop.id, request);
  await upkeep();
  expect(await readSince()).toBe(`${startMs + 2 * day}-0`);
});

test("one shop's stream is folded into no other", async () => {
  await append(upsert("a"));
  await fold();
  const other = await app.createWorkspace();
  await foldCatalog(app.ctx, other);
  expect(await app.ctx.db.item.count({ where: { workspaceId: other.id } })).toBe(0);
});
