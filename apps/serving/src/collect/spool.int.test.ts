import { randomUUID } from "node:crypto";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { redisKeys } from "@shortlist/contracts";
import { createRedis, partitionOf, pseudonymise } from "@shortlist/platform";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findFreePort, type RedisServer, startRedisServer } from "../testing/redisServer";
import { startReplica, TEST_PSEUDONYM_KEY, type TestReplica } from "../testing/replicaFixture";
import { createFaultyDisk } from "../testing/spoolFixture";

// A whole replica whose Redis goes away and comes back, on a disk that can be full.

const disk = createFaultyDisk();
let home: { dir: string; port: number; appendfsync: string };
let server: RedisServer;
let shop: TestReplica;
let stateDir: string;

beforeAll(async () => {
  home = {
    dir: await mkdtemp(join(tmpdir(), "spool-redis-")),
    port: await findFreePort(),
    appendfsync: "always",
  };
  stateDir = await mkdtemp(join(tmpdir(), "spool-state-"));
  server = await startRedisServer(home);
  shop = await startReplica(server.url, { spoolDisk: disk, env: { SERVING_STATE_DIR: stateDir } });
});
afterAll(async () => {
  await shop.replica.close();
  await server.stop();
  await rm(stateDir, { recursive: true, force: true });
});

const post = (itemId: string) =>
  shop.post("/v1/events", {
    events: [
      { eventId: randomUUID(), type: "view", itemId, userId: "u", occurredAt: new Date().toISOString() },
    ],
  });
const readMetric = async (name: string) => {
  const { text } = await shop.get("/metrics");
  return Number(new RegExp(`^${name} (.+)$`, "m").exec(text)?.[1]);
};
const shopper = () => pseudonymise(TEST_PSEUDONYM_KEY, shop.workspace, "user", "u");

describe("with Redis away", () => {
  beforeAll(() => server.kill());

  it("events are acknowledged from the spool, and the metrics say how many, how much and how long", async () => {
    expect(await post("item-1")).toMatchObject({ status: 200, body: { accepted: 1, durable: "spool" } });
    await sleep(20);
    expect(await readMetric("shortlist_spooled_events_total")).toBe(1);
    expect(await readMetric("shortlist_spool_bytes")).toBeGreaterThan(200);
    expect(await readMetric("shortlist_spool_oldest_age_seconds")).toBeGreaterThan(0.01);
  });

  it("an event that the rules refuse is spooled, too, before the answer", async () => {
    const answer = await shop.post("/v1/events", { events: [{ type: "look", userId: "u" }] });
    expect(answer.body).toMatchObject({ accepted: 0, durable: "spool" });
    expect((answer.body.rejected as unknown as unknown[]).length).toBe(1);
  });

  it("a full disk refuses events with 503 and acknowledges nothing", async () => {
    disk.fault = "ENOSPC";
    const refused = await post("item-2");
    expect(refused.status).toBe(503);
    expect(refused.body).toMatchObject({ code: "log_unavailable", retryable: true });
    disk.fault = null;
    expect(await post("item-3")).toMatchObject({ status: 200, body: { durable: "spool" } });
  });
});

describe("with Redis back", () => {
  beforeAll(async () => {
    server = await startRedisServer(home);
  });

  it("what was acknowledged reaches stream and shopper state, what was refused does not, and the disk is free", async () => {
    for (let tries = 0; (await readMetric("shortlist_spool_bytes")) > 0 && tries < 200; tries++)
      await sleep(50);
    const redis = createRedis(server.url);
    await redis.connect();
    const stream = await redis.xrange(redisKeys.events(shop.workspace, partitionOf(shopper())), "-", "+");
    const viewed = stream.map(([, fields]) => (JSON.parse(fields[1]!) as { itemId: string }).itemId);
    expect(viewed).toEqual(["item-1", "item-3"]);
    const recent = await redis.zrange(redisKeys.recent(shop.workspace, shopper()), "0", "-1");
    expect(recent.sort()).toEqual(["item-1", "item-3"]);
    const [kept] = await redis.xrange(redisKeys.quarantine(shop.workspace, 0), "-", "+");
    expect(JSON.parse(kept![1][1]!)).toMatchObject({ source: "collector", eventType: null });
    redis.disconnect();
    expect(await readMetric("shortlist_spool_replayed_events_total")).toBe(3);
    expect(await readdir(join(stateDir, "spool"))).toEqual([]);
    expect((await post("item-4")).body).toMatchObject({ durable: "log" });
  });
});
