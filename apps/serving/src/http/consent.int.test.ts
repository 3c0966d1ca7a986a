import { randomUUID } from "node:crypto";
import { redisKeys } from "@shortlist/contracts";
import { createRedis, pseudonymise, readSlateLog } from "@shortlist/platform";
import { requireEnv } from "@shortlist/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startReplica, TEST_PSEUDONYM_KEY, type TestReplica } from "../testing/replicaFixture";

const redisUrl = requireEnv("TEST_REDIS_URL");
const redis = createRedis(redisUrl);
let shop: TestReplica;
let minute = 0;

beforeAll(async () => {
  await redis.connect();
  shop = await startReplica(redisUrl);
});
afterAll(async () => {
  await shop.replica.close();
  redis.disconnect();
});

/** Events of consecutive minutes, in the order given. */
async function send(...events: Record<string, unknown>[]) {
  const start = Date.now() - 3_600_000;
  const stamped = events.map((event) => ({
    eventId: randomUUID(),
    occurredAt: new Date(start + minute++ * 1000).toISOString(),
    ...event,
  }));
  const answer = await shop.post("/v1/events", { events: stamped });
  expect(answer.body).toMatchObject({ accepted: events.length, rejected: [] });
}
const recommend = async (who: Record<string, unknown>) =>
  (await shop.post("/v1/recommend", { ...who, surface: "home_feed", n: 8 })).body as unknown as {
    items: { itemId: string; sources: string[] }[];
    metadata: { requestId: string; degradation: { reasons: string[] } };
  };
const idOf = (kind: "user" | "anonymous", id: string) =>
  pseudonymise(TEST_PSEUDONYM_KEY, shop.workspace, kind, id);

test("who opts out gets popular items and a log that does not name them from the next request on, until they opt in", async () => {
  const who = { userId: "ursula" };
  await send({ ...who, type: "click", itemId: "item-5" });
  const before = await recommend(who);
  expect(before.metadata.degradation.reasons).not.toContain("opted_out");
  await send({ ...who, type: "opt_out" });
  const out = await recommend(who);
  expect(out.items).toHaveLength(8);
  expect(out.metadata.degradation.reasons).toEqual(["opted_out"]);
  const anyone = await recommend({ userId: "someone-else-who-opted-out", personalize: false });
  expect(out.items.map(({ itemId }) => itemId)).toEqual(anyone.items.map(({ itemId }) => itemId));
  const [logged] = await readSlateLog(redis, shop.workspace, [out.metadata.requestId]);
  if (logged !== null) expect(logged).not.toContain(idOf("user", "ursula"));
  await send({ ...who, type: "opt_in" });
  expect((await recommend(who)).metadata.degradation.reasons).not.toContain("opted_out");
});

test("an older opt-out that arrives late does not undo a newer opt-in", async () => {
  const who = { userId: "late" };
  await send({ ...who, type: "opt_in" });
  await send({ ...who, type: "opt_out", occurredAt: new Date(Date.now() - 7_200_000).toISOString() });
  expect((await recommend(who)).metadata.degradation.reasons).not.toContain("opted_out");
});

test("what one person does on a shared device is not shown to the next", async () => {
  const device = { anonymousId: "kiosk" };
  await send({ userId: "ann", ...device, type: "click", itemId: "item-7" });
  await send({ userId: "ann", ...device, type: "hide", itemId: "item-9" });
  expect(await redis.zrange(redisKeys.recent(shop.workspace, idOf("user", "ann")), "0", "-1")).toEqual([
    "item-7",
  ]);
  expect(await redis.exists(redisKeys.recent(shop.workspace, idOf("anonymous", "kiosk")))).toBe(0);
  expect(await redis.exists(redisKeys.blocked(shop.workspace, idOf("anonymous", "kiosk")))).toBe(0);
});
