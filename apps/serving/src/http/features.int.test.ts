import { randomBytes } from "node:crypto";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  canonicalFeatureViewJson,
  FeatureView,
  type LiveFeatureView,
  redisKeys,
  type StoredInteraction,
} from "@shortlist/contracts";
import { createFeatureState, type FeatureState, foldEvent } from "@shortlist/ml";
import { compileLiveView, getStreamKey, writeBatchStates, writeStreamStates } from "@shortlist/online";
import { pseudonymise, sha256Hex } from "@shortlist/platform";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findFreePort, type RedisServer, startRedisServer } from "../testing/redisServer";
import { startReplica, TEST_PSEUDONYM_KEY, type TestReplica } from "../testing/replicaFixture";

const DAY_MS = 86_400_000;
const MIDNIGHT = Math.floor(Date.now() / DAY_MS) * DAY_MS;
const BATCH = { generation: "g1", endMs: MIDNIGHT };
const createToken = () => randomBytes(9).toString("base64url");

function createLive(o: Partial<FeatureView> = {}, batch: LiveFeatureView["batch"] = BATCH): LiveFeatureView {
  const view = FeatureView.parse({
    name: "activity",
    version: 1,
    owner: "tests",
    entity: "shopper",
    source: { types: ["click"] },
    features: [
      { name: "clicks", op: "count", windows: ["7d"] },
      { name: "last", op: "last", field: "itemId", windows: ["7d"], default: "none yet" },
    ],
    mode: "both",
    allowedLateness: "1d",
    freshnessObjectiveSeconds: 10,
    ...o,
  });
  return { view, hash: sha256Hex(canonicalFeatureViewJson(view)), batch };
}

const SHOPPERS = createLive();
const OLDER = createLive({ version: 2, name: "items", entity: "item" }, null);
const ITEMS = createLive({ version: 3, name: "items", entity: "item" }, null);
const PAIRS = createLive({ name: "pairs", entity: "shopper_item" }, null);

let home: { dir: string; port: number; appendfsync: string };
let redis: RedisServer;
let shop: TestReplica;
beforeAll(async () => {
  home = {
    dir: await mkdtemp(join(tmpdir(), "features-redis-")),
    port: await findFreePort(),
    appendfsync: "always",
  };
  redis = await startRedisServer(home);
  shop = await startReplica(redis.url);
  shop.replica.update([{ ...shop.documents[0]!, featureViews: [SHOPPERS, ITEMS, OLDER, PAIRS] }], []);
});
afterAll(async () => {
  await shop.replica.close();
  await redis.stop();
});

const pseudonymOf = (userId: string) => pseudonymise(TEST_PSEUDONYM_KEY, shop.workspace, "user", userId);

function fold(
  live: LiveFeatureView,
  events: readonly Partial<StoredInteraction>[],
  sealedMs = 0,
): FeatureState {
  const { plan } = compileLiveView(live);
  const state = createFeatureState(plan);
  state.sealedMs = sealedMs;
  events.forEach((event, i) => {
    const atMs = event.occurredAtMs ?? Date.now() - 1_000;
    foldEvent(plan, state, {
      eventId: `e${i}`,
      type: "click",
      itemId: "sku-1",
      shopper: "s",
      sessionId: null,
      requestId: null,
      position: null,
      surface: null,
      occurredAtMs: atMs,
      receivedAtMs: atMs,
      value: null,
      currency: null,
      quantity: null,
      context: {},
      ...event,
    });
  });
  return state;
}

const writeStream = (live: LiveFeatureView, key: readonly string[], state: FeatureState) =>
  writeStreamStates(
    shop.replica.redis,
    [{ workspace: shop.workspace, view: compileLiveView(live), key, token: "", state }],
    createToken,
  );
const writeBatch = (live: LiveFeatureView, key: readonly string[], state: FeatureState) =>
  writeBatchStates(
    shop.replica.redis,
    { workspace: shop.workspace, view: live.view, generation: BATCH.generation },
    [[key, state]],
  );

/** A shopper with 3 clicks before midnight in the batch and 2 since in the stream. */
async function prepareShopper(userId: string): Promise<void> {
  const key = [pseudonymOf(userId)];
  const before = [1, 2, 3].map((hours) => ({ occurredAtMs: MIDNIGHT - hours * 3_600_000, itemId: "old" }));
  await writeBatch(SHOPPERS, key, fold(SHOPPERS, before, MIDNIGHT));
  await writeStream(SHOPPERS, key, fold(SHOPPERS, [{}, {}]));
}
const read = (body: unknown) => shop.post("/v1/features/read", body);
const readRow = async (userId: string) => {
  const { status, body } = await read({ view: "activity", rows: [{ userId }] });
  expect(status).toBe(200);
  return (body as unknown as { rows: { paths: string; values: object }[] }).rows[0]!;
};

describe("POST /v1/features/read", () => {
  it("answers values, status, paths and versions of every row in the order asked", async () => {
    await prepareShopper("ann");
    const { status, body } = await read({
      view: "activity",
      rows: [{ userId: "nobody" }, { userId: "ann" }],
    });
    expect(status).toBe(200);
    expect(body).toEqual({
      view: "activity@1",
      hash: SHOPPERS.hash,
      at: expect.any(String),
      batch: { generation: "g1", endAt: new Date(MIDNIGHT).toISOString() },
      store: "up",
      rows: [
        {
          status: "none",
          paths: "none",
          isOptedOut: false,
          values: { clicks_7d: 0, last_7d: "none yet" },
        },
        { status: "present", paths: "both", isOptedOut: false, values: { clicks_7d: 5, last_7d: "sku-1" } },
      ],
    });
  });

  it("answers from the stream when the generation is gone, from the batch when the stream is, with defaults without both", async () => {
    const { replica, workspace } = shop;
    const keyOf = (userId: string) => ({ entity: "shopper" as const, key: [pseudonymOf(userId)] });
    await prepareShopper("bob");
    await prepareShopper("cid");
    await replica.redis.del(
      redisKeys.featureBatch(workspace, "activity@1", { ...keyOf("bob"), generation: "g1" }),
    );
    expect(await readRow("bob")).toMatchObject({ paths: "stream_only", values: { clicks_7d: 2 } });
    const cidStream = getStreamKey(workspace, compileLiveView(SHOPPERS), keyOf("cid").key);
    await replica.redis.del(cidStream);
    expect(await readRow("cid")).toMatchObject({
      paths: "batch_only",
      values: { clicks_7d: 3, last_7d: "old" },
    });
    await replica.redis.del(
      redisKeys.featureBatch(workspace, "activity@1", { ...keyOf("cid"), generation: "g1" }),
    );
    expect(await readRow("cid")).toMatchObject({ paths: "none", values: { clicks_7d: 0 } });
  });

  it("takes the newest live version of a name, and the one that is named", async () => {
    await writeStream(ITEMS, ["sku-9"], fold(ITEMS, [{ itemId: "sku-9" }]));
    const rows = [{ itemId: "sku-9" }];
    expect((await read({ view: "items", rows })).body).toMatchObject({
      view: "items@3",
      rows: [{ values: { clicks_7d: 1 } }],
    });
    expect((await read({ view: "items@2", rows })).body).toMatchObject({
      view: "items@2",
      rows: [{ paths: "none" }],
    });
  });

  it("reads rows of two ids", async () => {
    await writeStream(PAIRS, [pseudonymOf("dan"), "sku-2"], fold(PAIRS, [{ itemId: "sku-2" }]));
    const { body } = await read({ view: "pairs", rows: [{ userId: "dan", itemId: "sku-2" }] });
    expect(body).toMatchObject({ rows: [{ paths: "stream_only", values: { clicks_7d: 1 } }] });
  });

  it("gives nothing of a shopper who opted out", async () => {
    await prepareShopper("eve");
    await shop.replica.redis.zadd(redisKeys.consent(shop.workspace, pseudonymOf("eve")), Date.now(), "out");
    expect(await readRow("eve")).toMatchObject({
      isOptedOut: true,
      paths: "none",
      values: { clicks_7d: 0 },
    });
  });

  it.each([
    ["no rows", { view: "activity", rows: [] }, "rows"],
    [
      "too many rows",
      { view: "activity", rows: Array.from({ length: 501 }, () => ({ userId: "a" })) },
      "rows",
    ],
    ["a name that is none", { view: "Activity!", rows: [{ userId: "a" }] }, "view"],
    ["a row without its id", { view: "activity", rows: [{ userId: "a" }, {}] }, "rows.1.userId"],
    ["a row of another entity", { view: "activity", rows: [{ userId: "a", itemId: "b" }] }, "rows.0.itemId"],
    [
      "two ids for one shopper",
      { view: "activity", rows: [{ userId: "a", anonymousId: "b" }] },
      "rows.0.anonymousId",
    ],
    ["an unknown field", { view: "activity", rows: [{ shopper: "a" }] }, "rows.0.shopper"],
  ])("refuses %s and names the field", async (_name, body, field) => {
    const answer = await read(body);
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ code: "invalid_request", errors: [{ field }] });
  });

  it("names the live views when asked for one that is not", async () => {
    const { status, body } = await read({ view: "gone", rows: [{ userId: "a" }] });
    expect(status).toBe(404);
    expect(body).toMatchObject({ detail: expect.stringContaining("activity@1") });
  });

  it("needs a key that may recommend", async () => {
    expect((await shop.post("/v1/features/read", {}, "slk_wrong")).status).toBe(401);
  });

  it("answers with defaults and says so while Redis is away, and reads again when it is back", async () => {
    await prepareShopper("fay");
    await redis.kill();
    const { status, body } = await read({ view: "activity", rows: [{ userId: "fay" }] });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      store: "down",
      rows: [{ status: "none", paths: "none", values: { clicks_7d: 0, last_7d: "none yet" } }],
    });
    redis = await startRedisServer(home);
    while (shop.replica.redis.status !== "ready") await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await readRow("fay")).toMatchObject({ paths: "both" });
  });
});
