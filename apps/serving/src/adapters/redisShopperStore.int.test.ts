import { randomBytes, randomUUID } from "node:crypto";
import { canonicalFeatureViewJson, FeatureView, redisKeys } from "@shortlist/contracts";
import { createFeatureState, foldEvent } from "@shortlist/ml";
import { compileLiveView, writeStreamStates } from "@shortlist/online";
import { createRedis, sha256Hex } from "@shortlist/platform";
import { requireEnv } from "@shortlist/testing";
import type { Redis } from "ioredis";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Breaker } from "../degrade/breaker";
import { createRedisShopperStore } from "./redisShopperStore";

let redis: Redis;
beforeAll(async () => {
  redis = createRedis(requireEnv("TEST_REDIS_URL"));
  await redis.connect();
});
afterAll(() => void redis.disconnect());

const createView = (name: string, entity: "shopper" | "item" = "shopper") => {
  const view = FeatureView.parse({
    name,
    version: 1,
    owner: "tests",
    entity,
    source: { types: ["click"] },
    features: [{ name: "clicks", op: "count", windows: ["7d"] }],
    mode: "stream",
    freshnessObjectiveSeconds: 10,
  });
  return compileLiveView({ view, hash: sha256Hex(canonicalFeatureViewJson(view)), batch: null });
};
const VIEWS = [createView("a"), createView("b"), createView("items", "item")];
const USER = "user__________________";
const DEVICE = "device________________";
const NOW = Date.now();

const store = () =>
  createRedisShopperStore(redis, {
    now: () => performance.now(),
    breaker: new Breaker(performance.now()),
    wallClock: () => NOW,
    findView: (_workspace, id) => VIEWS.find((view) => view.id === id) ?? null,
  });

async function write(workspace: string, view: (typeof VIEWS)[number], shopper: string, clicks: number) {
  const state = createFeatureState(view.plan);
  for (let i = 0; i < clicks; i++)
    foldEvent(view.plan, state, {
      eventId: randomUUID(),
      type: "click",
      itemId: "sku-1",
      shopper,
      sessionId: null,
      requestId: null,
      position: null,
      surface: null,
      occurredAtMs: NOW - 1000,
      receivedAtMs: NOW - 1000,
      value: null,
      currency: null,
      quantity: null,
      context: {},
    });
  await writeStreamStates(redis, [{ workspace, view, key: [shopper], token: "", state }], () =>
    randomBytes(9).toString("base64url"),
  );
}

const readFeatures = async (workspace: string, shoppers: string[], viewIds: string[]) => {
  const read = await store().read({ workspace, shoppers }, { spaceId: "", viewIds }, 1_000);
  if (read.status !== "ok") throw new Error(read.status);
  return read.state.features;
};

it("brings the readings of the views that are wanted with the shopper's state", async () => {
  const workspace = `w-${randomUUID().slice(0, 12)}`;
  await redis.zadd(`sl:{${workspace}:u:${USER}}:recent`, NOW, "sku-1");
  await write(workspace, VIEWS[0]!, USER, 3);
  const features = await readFeatures(workspace, [USER], ["a@1", "b@1"]);
  expect(features?.get("a@1")).toMatchObject({ status: "present", values: { clicks_7d: 3 } });
  expect(features?.get("b@1")).toMatchObject({ status: "none", values: { clicks_7d: 0 } });
});

it("takes the row of the person before that of the device, and that of the device while there is no other", async () => {
  const workspace = `w-${randomUUID().slice(0, 12)}`;
  await write(workspace, VIEWS[0]!, USER, 3);
  await write(workspace, VIEWS[0]!, DEVICE, 7);
  await write(workspace, VIEWS[1]!, DEVICE, 5);
  const features = await readFeatures(workspace, [USER, DEVICE], ["a@1", "b@1"]);
  expect(features?.get("a@1")?.values).toEqual({ clicks_7d: 3 });
  expect(features?.get("b@1")?.values).toEqual({ clicks_7d: 5 });
});

it("leaves out views that are not live or not of shoppers, and has none when none is wanted", async () => {
  const workspace = `w-${randomUUID().slice(0, 12)}`;
  expect([...(await readFeatures(workspace, [USER], ["gone@1", "items@1", "a@1"]))!.keys()]).toEqual(["a@1"]);
  expect(await readFeatures(workspace, [USER], [])).toBeUndefined();
});

it("a person under two pseudonyms is read as one: the later time counts, and any id comes back as it was", async () => {
  const workspace = `merge-${randomUUID().slice(0, 8)}`;
  const vector = Buffer.from(Float32Array.of(0.5, -2).buffer);
  await redis.zadd(redisKeys.recent(workspace, USER), NOW - 3_000, "Schuh Größe 42", NOW - 9_000, "b");
  await redis.zadd(redisKeys.recent(workspace, DEVICE), NOW - 1_000, "b", NOW - 5_000, "c,\n");
  await redis.zadd(redisKeys.purchased(workspace, DEVICE), NOW, "d");
  await redis.sadd(redisKeys.blocked(workspace, USER), "e", "f");
  await redis.hset(redisKeys.vector(workspace, USER), "space", vector);
  const wanted = { spaceId: "space", viewIds: [] };
  const both = await store().read({ workspace, shoppers: [USER, DEVICE] }, wanted, 1_000);
  expect(both).toEqual({
    status: "ok",
    state: {
      recentItems: ["b", "Schuh Größe 42", "c,\n"],
      recentAtMs: [NOW - 1_000, NOW - 3_000, NOW - 5_000],
      purchased: ["d"],
      blocked: expect.arrayContaining(["e", "f"]),
      vector: Float32Array.of(0.5, -2),
      isOptedOut: false,
    },
  });
  const stranger = await store().read({ workspace, shoppers: ["nobody________________"] }, wanted, 1_000);
  expect(stranger).toMatchObject({ state: { recentItems: [], purchased: [], blocked: [], vector: null } });
});

it("a Redis that has forgotten the script is given it again", async () => {
  const held = store();
  const person = { workspace: "script", shoppers: [USER] };
  const wanted = { spaceId: "space", viewIds: [] };
  expect((await held.read(person, wanted, 1_000)).status).toBe("ok");
  await redis.script("FLUSH");
  expect((await held.read(person, wanted, 1_000)).status).toBe("ok");
  await redis.script("FLUSH");
  expect((await held.read({ ...person, shoppers: [USER, DEVICE] }, wanted, 1_000)).status).toBe("ok");
});

it("a reply that came in time is not late because this process was busy when it came", async () => {
  const held = store();
  const wanted = { spaceId: "space", viewIds: [] };
  await held.read({ workspace: "busy", shoppers: [USER] }, wanted, 1_000);
  const reading = held.read({ workspace: "busy", shoppers: [USER] }, wanted, 20);
  // Long enough for the request to leave; then nothing is heard until long after the deadline.
  await new Promise((resolve) => setImmediate(resolve));
  const untilMs = performance.now() + 100;
  while (performance.now() < untilMs);
  expect((await reading).status).toBe("ok");
});
