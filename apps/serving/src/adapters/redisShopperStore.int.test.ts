import { randomBytes, randomUUID } from "node:crypto";
import { canonicalFeatureViewJson, FeatureView } from "@shortlist/contracts";
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
