import { decodePrecomputedList, PRECOMPUTED_TTL_SECONDS, redisKeys } from "@shortlist/contracts";
import { createRedis, pseudonymise } from "@shortlist/platform";
import { requireEnv } from "@shortlist/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createControl } from "../testing/publishControl";
import { startReplica, TEST_PSEUDONYM_KEY, type TestReplica } from "../testing/replicaFixture";

const redisUrl = requireEnv("TEST_REDIS_URL");
const redis = createRedis(redisUrl);
let shop: TestReplica;
let adminKey: string;

beforeAll(async () => {
  await redis.connect();
  // A release read on a busy machine must not be late for its own shoppers.
  shop = await startReplica(redisUrl, { fixture: { surface: { mode: "precomputed", budgetMs: 5_000 } } });
  const admin = createControl(shop.workspace, shop.documents[0]!.release!, { scopes: ["admin"] });
  adminKey = admin.apiKey;
  shop.replica.update(
    [{ ...shop.documents[0]!, keys: [...shop.documents[0]!.keys, ...admin.document.keys] }],
    [],
  );
});
afterAll(async () => {
  await shop.replica.close();
  redis.disconnect();
});

const pseudonym = (userId: string) => pseudonymise(TEST_PSEUDONYM_KEY, shop.workspace, "user", userId);
const keyOf = (userId: string) => redisKeys.precomputed(shop.workspace, pseudonym(userId), "home_feed");
const remember = (userId: string, ...items: string[]) =>
  redis.zadd(
    redisKeys.recent(shop.workspace, pseudonym(userId)),
    ...items.flatMap((item, i) => [Date.now() - 3_600_000 - i, item]),
  );
const precompute = (...userIds: string[]) =>
  shop.post("/v1/lists/precompute", { surface: "home_feed", shoppers: userIds.map(pseudonym) }, adminKey);
const recommend = async (userId: string, extra: object = {}) => {
  const { body } = await shop.post("/v1/recommend", { userId, surface: "home_feed", n: 10, ...extra });
  const answer = body as unknown as {
    items: { itemId: string; sources: string[] }[];
    metadata: { modelVersion: string; degradation: { rung: number; reasons: string[] } };
  };
  return { ...answer, ids: answer.items.map(({ itemId }) => itemId) };
};

test("lists are computed by the real funnel, kept two days, and served to their shopper alone", async () => {
  await remember("ann", "item-5", "item-8");
  await remember("bob", "item-300", "item-310");
  const { status, body } = await precompute("ann", "bob", "nobody");
  expect(status).toBe(200);
  expect(body).toMatchObject({
    releaseId: shop.documents[0]!.release!.releaseId,
    written: 2,
    skipped: [{ shopper: pseudonym("nobody"), reason: "nothing_known" }],
  });
  const stored = decodePrecomputedList((await redis.get(keyOf("ann"))) ?? "")!;
  expect(stored.itemIds).toHaveLength(100);
  expect(new Set(stored.itemIds).size).toBe(100);
  const ttl = await redis.ttl(keyOf("ann"));
  expect(ttl).toBeGreaterThan(PRECOMPUTED_TTL_SECONDS - 60);

  const ann = await recommend("ann");
  expect(ann.metadata).toMatchObject({ modelVersion: "precomputed", degradation: { rung: 0, reasons: [] } });
  for (const { itemId, sources } of ann.items) {
    expect(stored.itemIds).toContain(itemId);
    expect(sources).toEqual(["precomputed_list"]);
  }
  expect((await recommend("bob")).ids).not.toEqual(ann.ids);
  const stranger = await recommend("nobody");
  expect(stranger.ids).toHaveLength(10);
  expect(stranger.metadata.modelVersion).not.toBe("precomputed");
});

test("two names of one person: the list of the device serves until their own is there", async () => {
  const device = pseudonymise(TEST_PSEUDONYM_KEY, shop.workspace, "anonymous", "device-1");
  await redis.zadd(redisKeys.recent(shop.workspace, device), Date.now() - 3_600_000, "item-40");
  const answer = await shop.post(
    "/v1/lists/precompute",
    { surface: "home_feed", shoppers: [device] },
    adminKey,
  );
  expect(answer.body).toMatchObject({ written: 1 });
  const slate = await recommend("new-here", { anonymousId: "device-1" });
  expect(slate.metadata.modelVersion).toBe("precomputed");
});

test("Redis loses the lists: the surface is live, and never empty", async () => {
  await remember("cyd", "item-17", "item-27");
  await precompute("cyd");
  expect((await recommend("cyd")).metadata.modelVersion).toBe("precomputed");
  await redis.del(keyOf("cyd"));
  const live = await recommend("cyd");
  expect(live.ids).toHaveLength(10);
  expect(live.metadata.modelVersion).toBe("ranker@1");
  // What another version of the product wrote is as good as lost.
  await redis.set(keyOf("cyd"), "not a list");
  expect((await recommend("cyd")).metadata.modelVersion).toBe("ranker@1");
});

test("who opted out gets no list, and the one that was there is gone", async () => {
  await remember("dan", "item-5");
  await precompute("dan");
  expect(await redis.exists(keyOf("dan"))).toBe(1);
  await redis.zadd(redisKeys.consent(shop.workspace, pseudonym("dan")), Date.now(), "out");
  expect((await recommend("dan")).metadata.degradation.reasons).toEqual(["opted_out"]);
  expect((await precompute("dan")).body).toMatchObject({
    written: 0,
    skipped: [{ shopper: pseudonym("dan"), reason: "opted_out" }],
  });
  expect(await redis.exists(keyOf("dan"))).toBe(0);
});

test("computing lists leaves no trace in the slate log", async () => {
  await remember("eve", "item-9");
  await precompute("eve");
  await shop.post("/v1/recommend", { surface: "cart", requestId: "after-precompute" });
  const listLogged = () => redis.lrange(redisKeys.recentSlates(shop.workspace), "0", "-1");
  await expect.poll(listLogged).toContain("after-precompute");
  expect((await listLogged()).filter((id) => id.startsWith("precompute-"))).toEqual([]);
});

test("hits and misses are in the heartbeat and the metrics", async () => {
  const cache = shop.replica.status().caches.find(({ name }) => name === "precomputed_lists")!;
  expect(cache.hits).toBeGreaterThan(2);
  expect(cache.misses).toBeGreaterThan(1);
  const { text } = await shop.get("/metrics");
  expect(text).toContain(`shortlist_cache_hits{cache="precomputed_lists"} ${cache.hits}`);
  expect(text).toContain('shortlist_precomputed_lists_total{outcome="opted_out"} 1');
});

test("a storefront's key may not, and a bad call is refused by field", async () => {
  const body = { surface: "home_feed", shoppers: [pseudonym("ann")] };
  expect((await shop.post("/v1/lists/precompute", body)).status).toBe(403);
  expect(await shop.post("/v1/lists/precompute", { ...body, surface: "checkout" }, adminKey)).toMatchObject({
    status: 400,
    body: { errors: [{ field: "surface" }] },
  });
  expect(await shop.post("/v1/lists/precompute", { ...body, shoppers: ["ann"] }, adminKey)).toMatchObject({
    status: 400,
    body: { errors: [{ field: "shoppers.0" }] },
  });
});
