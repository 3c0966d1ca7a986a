import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type CatalogChange,
  type CatalogStatus,
  type ControlDocument,
  redisKeys,
} from "@shortlist/contracts";
import { appendCatalogChanges, createRedis } from "@shortlist/platform";
import type { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createControl } from "../testing/publishControl";
import { findFreePort, type RedisServer, startRedisServer } from "../testing/redisServer";
import { titleOf } from "../testing/releaseFixture";
import { startReplica, type TestReplica } from "../testing/replicaFixture";

// A Redis of its own, because it is emptied, stopped and started again.

const FIXTURE = {
  hasTexts: true,
  flagsOf: () => 1,
  surface: {
    sources: (["content", "new_arrivals", "popular"] as const).map((name) => ({
      name,
      enabled: true,
      quota: 200,
      timeoutMs: 100,
    })),
  },
};
const NEW_MAX_MS = 5_000;
const GONE_MAX_MS = 2_000;

let dir: string;
let port: number;
let redisServer: RedisServer;
let redis: Redis;
const open: TestReplica[] = [];
const worstMs = new Map<string, number>();

const startRedis = () => startRedisServer({ dir, port, appendfsync: "always" });

interface Shop {
  readonly replica: TestReplica;
  readonly catalogKey: string;
}

async function openShop(workspace?: string): Promise<Shop> {
  const replica = await startReplica(redisServer.url, {
    fixture: FIXTURE,
    ...(workspace === undefined ? {} : { workspace }),
  });
  open.push(replica);
  // What the worker does for a shop it has not seen before.
  if (redis.status === "ready") await redis.set(redisKeys.catalogSince(replica.workspace), "0-0", "NX");
  const [document] = replica.documents as [ControlDocument];
  const catalog = createControl(replica.workspace, document.release, { scopes: ["catalog"] });
  replica.replica.update([{ ...document, keys: [...document.keys, ...catalog.document.keys] }], []);
  return { replica, catalogKey: catalog.apiKey };
}

async function put({ replica, catalogKey }: Shop, changes: unknown, key = catalogKey) {
  const answer = await replica.replica.app.inject({
    method: "PUT",
    url: "/v1/catalog/items",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    payload: JSON.stringify({ changes }),
  });
  return { status: answer.statusCode, body: answer.json() };
}

interface Item {
  readonly itemId: string;
  readonly price: number | null;
  readonly sources: readonly string[];
}
async function recommend({ replica }: Shop, body: object = {}): Promise<Item[]> {
  const answer = await replica.post("/v1/recommend", { surface: "home_feed", n: 20, ...body });
  expect(answer.status).toBe(200);
  return (answer.body as unknown as { items: Item[] }).items;
}
const statusOf = ({ replica }: Shop): CatalogStatus => replica.replica.status().catalogs[0]!;

const upsert = (itemId: string, more: object = {}): CatalogChange =>
  ({
    op: "upsert",
    item: {
      itemId,
      title: titleOf(0, 5),
      category: "Department 5 > Category 5",
      brand: "Brand 1",
      seller: "",
      price: 19.99,
      currency: "EUR",
      inStock: true,
      restricted: false,
      ...more,
    },
  }) as CatalogChange;

/** Time until the probe holds; fails beyond `maxMs`. Kept under `name` when it is the worst so far. */
async function measure(name: string, maxMs: number, probe: () => Promise<boolean>): Promise<void> {
  const startedMs = performance.now();
  while (!(await probe())) {
    if (performance.now() - startedMs > maxMs) throw new Error(`${name}: not within ${maxMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  worstMs.set(name, Math.max(worstMs.get(name) ?? 0, performance.now() - startedMs));
}

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "shortlist-catalog-"));
  port = await findFreePort();
  redisServer = await startRedis();
  redis = createRedis(redisServer.url);
  redis.on("error", () => undefined);
  await redis.connect();
});
afterAll(async () => {
  await Promise.all(open.map(({ replica }) => replica.close()));
  redis.disconnect();
  await redisServer.stop();
  const figures = [...worstMs].map(([name, ms]) => `${name} ${ms.toFixed(0)} ms`);
  process.stdout.write(`catalogue drill, worst after the acknowledgement: ${figures.join(", ")}\n`);
});

test("a new item is found, changed and gone on every replica within seconds of the acknowledgement", async () => {
  const first = await openShop();
  const second = await openShop(first.replica.workspace);
  for (let trial = 0; trial < 10; trial++) {
    const itemId = `new-${trial}`;
    const shops = [first, second];
    const all = async (probe: (shop: Shop) => Promise<boolean>) =>
      (await Promise.all(shops.map(probe))).every(Boolean);
    const find = async (shop: Shop) =>
      (await recommend(shop, { context: { sessionItems: ["new-like"] } })).find((i) => i.itemId === itemId);

    expect((await put(first, [upsert("new-like"), upsert(itemId)])).status).toBe(200);
    await measure("new item found by content and as new arrival", NEW_MAX_MS, () =>
      all(async (shop) => {
        const sources = (await find(shop))?.sources ?? [];
        return sources.includes("content") && sources.includes("new_arrivals");
      }),
    );
    await put(second, [{ op: "patch", itemId, price: 5.49 + trial }]);
    await measure("price in answers", NEW_MAX_MS, () =>
      all(async (shop) => (await find(shop))?.price === 5.49 + trial),
    );
    await put(first, [{ op: "patch", itemId, inStock: false }]);
    await measure("out of stock", NEW_MAX_MS, () => all(async (shop) => (await find(shop)) === undefined));
    await put(first, [{ op: "patch", itemId, inStock: true }]);
    await measure("in stock again", NEW_MAX_MS, () => all(async (shop) => (await find(shop)) !== undefined));
    await put(first, [{ op: "patch", itemId, restricted: true }]);
    await measure("block", GONE_MAX_MS, () => all(async (shop) => (await find(shop)) === undefined));
    await put(first, [upsert(itemId)]);
    await measure("new item again", NEW_MAX_MS, () => all(async (shop) => (await find(shop)) !== undefined));
    await put(second, [{ op: "delete", itemId }]);
    await measure("delete", GONE_MAX_MS, () => all(async (shop) => (await find(shop)) === undefined));
  }
  expect([first, second].map((shop) => shop.replica.replica.status().gateViolations)).toEqual([0, 0]);
  expect(statusOf(first)).toMatchObject({ state: "live", added: 11, waiting: 0 });
});

test("a replica that was away answers with all it missed from its first request on", async () => {
  const shop = await openShop();
  const { workspace } = shop.replica;
  const gone = (await recommend(shop))[0]!.itemId;
  await put(shop, [upsert("before")]);
  await shop.replica.replica.close();
  open.splice(open.indexOf(shop.replica), 1);
  await appendCatalogChanges(redis, workspace, [upsert("while-away"), { op: "delete", itemId: gone }]);
  const again = await openShop(workspace);
  const ids = (await recommend(again)).map(({ itemId }) => itemId);
  expect(ids).toContain("before");
  expect(ids).toContain("while-away");
  expect(ids).not.toContain(gone);
});

test("one shop's changes reach no other", async () => {
  const [one, other] = [await openShop(), await openShop()];
  const before = await recommend(other);
  await put(one, [upsert("theirs"), { op: "delete", itemId: before[0]!.itemId }]);
  await measure("isolation", NEW_MAX_MS, async () => statusOf(one).changes === 2);
  expect(await recommend(other)).toMatchObject(before.map(({ itemId }) => ({ itemId })));
  expect(statusOf(other)).toMatchObject({ changes: 0, added: 0 });
});

describe("refused", () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await openShop();
  });

  test.each([
    ["a title is missing", [{ op: "upsert", item: { itemId: "a" } }], "changes.0.item.title"],
    ["a price is negative", [upsert("a"), { op: "patch", itemId: "a", price: -1 }], "changes.1.price"],
    ["a patch changes nothing", [{ op: "patch", itemId: "a" }], "changes.0"],
    ["the operation is unknown", [{ op: "replace", itemId: "a" }], "changes.0.op"],
    ["an id is no text", [{ op: "delete", itemId: "a\u0000" }], "changes.0.itemId"],
    ["there are none", [], "changes"],
    ["there are too many", Array.from({ length: 5_001 }, () => ({ op: "delete", itemId: "a" })), "changes"],
  ])("when %s, by field and whole", async (_what, changes, field) => {
    const answer = await put(shop, changes);
    expect(answer).toMatchObject({ status: 400, body: { code: "invalid_request", errors: [{ field }] } });
    expect(await redis.xlen(redisKeys.catalog(shop.replica.workspace))).toBe(0);
  });

  test("with a key of another scope", async () => {
    expect((await put(shop, [upsert("a")], shop.replica.apiKey)).status).toBe(403);
  });
});

test("an unreadable change is left out, and those around it count", async () => {
  const shop = await openShop();
  const good = (itemId: string) => JSON.stringify(upsert(itemId));
  const key = redisKeys.catalog(shop.replica.workspace);
  await redis.xadd(key, "*", "c", good("one"), "c", "{", "c", good("two"), "other", "x");
  await measure("unreadable", NEW_MAX_MS, async () => statusOf(shop).added === 2);
});

test("100,000 changes are caught up with before a replica answers, and do not stop one that does", async () => {
  const shop = await openShop();
  const { workspace } = shop.replica;
  const batch = (n: number) =>
    Array.from({ length: 5_000 }, (_, i): CatalogChange => {
      const at = n * 5_000 + i;
      return at % 20 === 0
        ? upsert(`bulk-${at}`)
        : { op: "patch", itemId: `item-${at % 600}`, price: (at % 900) / 10 };
    });
  const startedMs = performance.now();
  let slowestMs = 0;
  for (let n = 0; n < 20; n++) await appendCatalogChanges(redis, workspace, batch(n));
  while (statusOf(shop).changes < 100_000) {
    const askedMs = performance.now();
    expect(await recommend(shop)).toHaveLength(20);
    slowestMs = Math.max(slowestMs, performance.now() - askedMs);
    expect(performance.now() - startedMs).toBeLessThan(60_000);
  }
  const liveMs = performance.now() - startedMs;
  const restartedMs = performance.now();
  const again = await openShop(workspace);
  expect(statusOf(again)).toMatchObject({ changes: 100_000, added: 5_000, state: "live" });
  process.stdout.write(
    `catalogue drill: 100,000 changes took ${liveMs.toFixed(0)} ms while answering (slowest answer ` +
      `${slowestMs.toFixed(0)} ms); a start with them to catch up ${(performance.now() - restartedMs).toFixed(0)} ms\n`,
  );
});

test("without Redis nothing is accepted and all is served; back again, everything arrives", async () => {
  const shop = await openShop();
  await put(shop, [upsert("kept")]);
  await measure("before the outage", NEW_MAX_MS, async () => statusOf(shop).added === 1);
  await redisServer.kill();
  try {
    await measure("outage seen", NEW_MAX_MS, async () => statusOf(shop).state === "stream_away");
    expect(await put(shop, [upsert("lost")])).toMatchObject({
      status: 503,
      body: { code: "dependency_down", retryable: true },
    });
    expect((await recommend(shop)).map(({ itemId }) => itemId)).toContain("kept");
    // One that starts meanwhile serves its release.
    const late = await openShop(shop.replica.workspace);
    expect(await recommend(late)).toHaveLength(20);
    redisServer = await startRedis();
    await measure("accepted again", 10_000, async () => (await put(shop, [upsert("after")])).status === 200);
    for (const each of [shop, late])
      await measure("caught up after an outage", 10_000, async () => statusOf(each).added === 2);
  } finally {
    if (redis.status !== "ready") await new Promise((resolve) => redis.once("ready", resolve));
  }
});

test("an emptied Redis takes nothing from a replica, which says that changes may be missing", async () => {
  const shop = await openShop();
  await put(shop, [upsert("kept")]);
  await measure("before", NEW_MAX_MS, async () => statusOf(shop).added === 1);
  await redis.set(redisKeys.catalogSince(shop.replica.workspace), "0-0");
  await redis.flushall();
  await measure("emptying seen", NEW_MAX_MS, async () => statusOf(shop).state === "incomplete");
  expect((await recommend(shop)).map(({ itemId }) => itemId)).toContain("kept");
  await put(shop, [upsert("after")]);
  await measure("after", NEW_MAX_MS, async () => statusOf(shop).added === 2);
  // What the worker does once it has put back what is missing.
  await redis.set(redisKeys.catalogSince(shop.replica.workspace), "0-0");
  await measure("whole again", NEW_MAX_MS, async () => statusOf(shop).state === "live");
});
