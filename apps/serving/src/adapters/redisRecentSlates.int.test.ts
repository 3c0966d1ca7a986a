import { createRedis } from "@shortlist/platform";
import { requireEnv } from "@shortlist/testing";
import { expect, it } from "vitest";
import { startReplica } from "../testing/replicaFixture";
import { listRecentSlates } from "./redisRecentSlates";

it("finds what shoppers of the workspace were given lately, newest first, and nothing with Redis away", async () => {
  const redis = createRedis(requireEnv("TEST_REDIS_URL"));
  await redis.connect();
  const shop = await startReplica(requireEnv("TEST_REDIS_URL"));
  for (const requestId of ["first-request", "second-request"])
    await shop.post("/v1/recommend", { surface: "home_feed", requestId, context: { region: "DE" } });
  await shop.replica.close();
  const recent = await listRecentSlates(redis, shop.workspace, 10);
  expect(recent.map(({ requestId }) => requestId)).toEqual(["second-request", "first-request"]);
  expect(recent[0]).toMatchObject({ surface: "home_feed", context: { region: "DE" }, rung: 0 });
  expect(await listRecentSlates(redis, shop.workspace, 1)).toHaveLength(1);
  expect(await listRecentSlates(redis, "another-shop", 10)).toEqual([]);
  redis.disconnect();
  expect(await listRecentSlates(redis, shop.workspace, 10)).toEqual([]);
});
