import { redisKeys } from "@shortlist/contracts";
import { createRedis, pseudonymise } from "@shortlist/platform";
import { requireEnv } from "@shortlist/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createControl } from "../testing/publishControl";
import { startReplica, TEST_PSEUDONYM_KEY, type TestReplica } from "../testing/replicaFixture";

// Lists of many shoppers in one go, and what an answer from one costs beside a live one. LISTS_SHOPPERS sets the size.

const SHOPPERS = Number(process.env.LISTS_SHOPPERS ?? 400);
const BATCH = 200;
const ITEMS = 5_000;
const redis = createRedis(requireEnv("TEST_REDIS_URL"));
let shop: TestReplica;
let adminKey: string;

beforeAll(async () => {
  await redis.connect();
  const surface = { mode: "precomputed", budgetMs: 5_000 } as const;
  shop = await startReplica(requireEnv("TEST_REDIS_URL"), {
    fixture: { nItems: ITEMS, surface },
    env: { SERVING_RATE_PER_SECOND: "1000000", SERVING_RATE_BURST: "1000000" },
  });
  const [document] = shop.documents;
  const admin = createControl(shop.workspace, document!.release!, { scopes: ["admin"] });
  adminKey = admin.apiKey;
  shop.replica.update([{ ...document!, keys: [...document!.keys, ...admin.document.keys] }], []);
});
afterAll(async () => {
  await shop.replica.close();
  redis.disconnect();
});

const pseudonym = (i: number) => pseudonymise(TEST_PSEUDONYM_KEY, shop.workspace, "user", `u-${i}`);

test(`lists of ${SHOPPERS} shoppers: all are computed, and every one of them is served from theirs until Redis loses it`, async () => {
  const seenAt = Date.now() - 3_600_000;
  for (let from = 0; from < SHOPPERS; from += 1_000) {
    const pipeline = redis.pipeline();
    for (let i = from; i < Math.min(SHOPPERS, from + 1_000); i++) {
      const seen = Array.from({ length: 10 }, (_, s) => [
        seenAt - s,
        `item-${(i * 37 + s * 11) % ITEMS}`,
      ]).flat();
      pipeline.zadd(redisKeys.recent(shop.workspace, pseudonym(i)), ...seen);
    }
    await pipeline.exec();
  }
  const startedMs = performance.now();
  let bytes = 0;
  let rounds = 0;
  let waiting = Array.from({ length: SHOPPERS }, (_, i) => pseudonym(i));
  while (waiting.length > 0) {
    const shoppers = waiting.slice(0, BATCH);
    const { body } = await shop.post("/v1/lists/precompute", { surface: "home_feed", shoppers }, adminKey);
    const answer = body as unknown as {
      written: number;
      bytes: number;
      skipped: { shopper: string; reason: string }[];
    };
    bytes += answer.bytes;
    // On a busy machine a replica puts some off; the job asks again, and so does this.
    for (const { reason } of answer.skipped) expect(["busy", "state_away"]).toContain(reason);
    waiting = [...waiting.slice(BATCH), ...answer.skipped.map(({ shopper }) => shopper)];
    if (answer.skipped.length > 0) await new Promise((resolve) => setTimeout(resolve, 500));
    rounds++;
  }
  const seconds = (performance.now() - startedMs) / 1_000;
  const inRedis = await redis.call(
    "MEMORY",
    "USAGE",
    redisKeys.precomputed(shop.workspace, pseudonym(0), "home_feed"),
  );

  const ask = async (i: number) => {
    const askedMs = performance.now();
    const { body } = await shop.post("/v1/recommend", { userId: `u-${i}`, surface: "home_feed", n: 20 });
    const { metadata, items } = body as unknown as { metadata: { modelVersion: string }; items: unknown[] };
    expect(items).toHaveLength(20);
    return { model: metadata.modelVersion, ms: performance.now() - askedMs };
  };
  const asked = Math.min(SHOPPERS, 1_000);
  const fromList = [];
  for (let i = 0; i < asked; i++) fromList.push(await ask(i));
  const hits = fromList.filter(({ model }) => model === "precomputed").length;
  // A state that was read too late leaves no list either.
  expect(hits).toBeGreaterThanOrEqual(asked * 0.95);
  for (let i = 0; i < asked; i++)
    await redis.del(redisKeys.precomputed(shop.workspace, pseudonym(i), "home_feed"));
  const live = [];
  for (let i = 0; i < asked; i++) live.push(await ask(i));
  expect(live.every(({ model }) => model !== "precomputed")).toBe(true);

  const quantile = (all: readonly { ms: number }[], q: number) =>
    all
      .map(({ ms }) => ms)
      .sort((a, b) => a - b)
      [Math.floor(q * (all.length - 1))]!.toFixed(2);
  process.stdout.write(
    `lists: ${SHOPPERS} shoppers in ${seconds.toFixed(1)} s (${(SHOPPERS / seconds).toFixed(0)}/s, ${rounds} calls), ` +
      `${Math.round(bytes / SHOPPERS)} bytes a list, ${inRedis} in Redis; answers p50/p99 ms: from lists ` +
      `${quantile(fromList, 0.5)}/${quantile(fromList, 0.99)}, live ${quantile(live, 0.5)}/${quantile(live, 0.99)}; hits ${hits}/${asked}\n`,
  );
}, 3_600_000);
