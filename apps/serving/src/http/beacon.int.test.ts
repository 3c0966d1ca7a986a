import { randomUUID } from "node:crypto";
import { redisKeys } from "@shortlist/contracts";
import { createRedis } from "@shortlist/platform";
import { requireEnv } from "@shortlist/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startReplica, type TestReplica } from "../testing/replicaFixture";

const redisUrl = requireEnv("TEST_REDIS_URL");
const redis = createRedis(redisUrl);
let shop: TestReplica;
beforeAll(async () => {
  await redis.connect();
  shop = await startReplica(redisUrl);
});
afterAll(async () => {
  await shop.replica.close();
  redis.disconnect();
});

async function beacon(payload: string) {
  const answer = await shop.replica.app.inject({
    method: "POST",
    url: "/v1/events",
    headers: { "content-type": "text/plain;charset=UTF-8" },
    payload,
  });
  return { status: answer.statusCode, body: answer.json() };
}
const event = () => ({
  eventId: randomUUID(),
  type: "click",
  itemId: "item-3",
  anonymousId: "visitor",
  occurredAt: new Date().toISOString(),
});

test("what a browser sends after the page is gone is taken with the key in its body, which is stored nowhere", async () => {
  const sent = event();
  expect(await beacon(JSON.stringify({ key: shop.apiKey, events: [sent] }))).toMatchObject({
    status: 200,
    body: { accepted: 1 },
  });
  const streams = await Promise.all(
    [0, 1, 2, 3].map((p) => redis.xrange(redisKeys.events(shop.workspace, p), "-", "+")),
  );
  const stored = JSON.stringify(streams);
  expect(stored).toContain(sent.eventId);
  expect(stored).not.toContain(shop.apiKey);
});

test.each([
  ["a wrong key", () => JSON.stringify({ key: "slk_wrong", events: [event()] }), 401],
  ["no key", () => JSON.stringify({ events: [event()] }), 401],
  ["no JSON", () => "events", 400],
  ["null", () => "null", 401],
])("a beacon with %s is refused", async (_what, payload, status) => {
  expect((await beacon(payload())).status).toBe(status);
});
