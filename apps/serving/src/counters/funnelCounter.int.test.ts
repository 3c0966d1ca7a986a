import { FUNNEL_ALL, readCount, type SurfaceCounts, sumFunnelCounts } from "@shortlist/contracts";
import { createRedis, listFunnelCounts } from "@shortlist/platform";
import { requireEnv, startTcpProxy } from "@shortlist/testing";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startReplica } from "../testing/replicaFixture";

const url = requireEnv("TEST_REDIS_URL");
const redis = createRedis(url);
beforeAll(() => redis.connect());
afterAll(() => redis.disconnect());

async function readTotal(workspace: string, step: 1 | 10): Promise<SurfaceCounts | undefined> {
  const now = Math.floor(Date.now() / 60_000);
  const minutes = Array.from({ length: 20 / step + 1 }, (_, i) => now - 20 + i * step);
  return sumFunnelCounts(await listFunnelCounts(redis, workspace, { minutes, step })).get("home_feed");
}
/** By the minute and by ten minutes, which must say the same. */
const countRequests = async (workspace: string): Promise<number[]> =>
  (await Promise.all([readTotal(workspace, 1), readTotal(workspace, 10)])).map((surface) =>
    readCount(surface, "all", { name: FUNNEL_ALL, measure: "requests" }),
  );

it("requests of all replicas add up, with stages and sources, once their processes have ended", async () => {
  const first = await startReplica(url);
  const second = await startReplica(url, { workspace: first.workspace });
  for (const [replica, userId] of [
    [first, "u-1"],
    [second, "u-2"],
    [second, "u-3"],
  ] as const)
    await replica.post("/v1/recommend", { surface: "home_feed", userId, n: 5 });
  await first.replica.close();
  await second.replica.close();
  expect(await countRequests(first.workspace)).toEqual([3, 3]);
  const total = await readTotal(first.workspace, 10);
  expect(readCount(total, "all", { name: FUNNEL_ALL, measure: "items" })).toBe(15);
  expect(readCount(total, "stage", { name: "gate", measure: "out" })).toBe(15);
  expect(readCount(total, "source", { name: "popular", measure: "ok" })).toBe(3);
});

it("with Redis cut requests are answered, and their counts arrive when it is back", async () => {
  const proxy = await startTcpProxy(url);
  const { replica, post, workspace } = await startReplica(proxy.url);
  proxy.setUp(false);
  for (let i = 0; i < 4; i++)
    expect((await post("/v1/recommend", { surface: "home_feed", n: 5 })).status).toBe(200);
  expect(await countRequests(workspace)).toEqual([0, 0]);
  proxy.setUp(true);
  await expect.poll(() => countRequests(workspace), { timeout: 30_000 }).toEqual([4, 4]);
  await replica.close();
  await proxy.close();
});
