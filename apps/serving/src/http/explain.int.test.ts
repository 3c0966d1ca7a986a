import {
  type ControlDocument,
  ReplayResponse,
  Rule,
  RuleDefinition,
  redisKeys,
  ServedItem,
  SlateLogRecord,
} from "@shortlist/contracts";
import { createRedis, readSlateLog } from "@shortlist/platform";
import { requireEnv } from "@shortlist/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createControl } from "../testing/publishControl";
import { startReplica, type TestReplica } from "../testing/replicaFixture";

const redisUrl = requireEnv("TEST_REDIS_URL");
const redis = createRedis(redisUrl);
let shop: TestReplica;
let adminKey: string;
let document: ControlDocument;

beforeAll(async () => {
  await redis.connect();
  shop = await startReplica(redisUrl, { fixture: { hasTexts: true } });
  const [loaded] = shop.documents;
  const admin = createControl(shop.workspace, loaded!.release!, { scopes: ["admin"] });
  adminKey = admin.apiKey;
  document = { ...loaded!, keys: [...loaded!.keys, ...admin.document.keys] };
  shop.replica.update([document], []);
});
afterAll(async () => {
  await shop.replica.close();
  redis.disconnect();
});

async function recommend(requestId: string, body: object = {}): Promise<SlateLogRecord> {
  const answer = await shop.post("/v1/recommend", {
    userId: "u-1",
    surface: "home_feed",
    n: 8,
    requestId,
    ...body,
  });
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  return readRecord(requestId);
}
async function readRecord(requestId: string): Promise<SlateLogRecord> {
  const read = async () => (await readSlateLog(redis, shop.workspace, [requestId]))[0] ?? null;
  await expect.poll(read).not.toBeNull();
  return SlateLogRecord.parse(JSON.parse((await read())!));
}
const replay = async (body: object) => {
  const answer = await shop.post("/v1/explain/replay", body, adminKey);
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  return ReplayResponse.parse(answer.body);
};

test("a record from the log replays to the identical slate, for a shopper with a history and a typed text too, and is not logged", async () => {
  const now = new Date().toISOString();
  const events = Array.from({ length: 12 }, (_, i) => ({
    eventId: `01890a5d-ac96-774b-bcce-b302099a8${(100 + i).toString()}`,
    type: i % 4 === 0 ? "purchase" : "view",
    userId: "u-1",
    itemId: `item-${20 + 7 * i}`,
    surface: "home_feed",
    occurredAt: now,
  }));
  expect((await shop.post("/v1/events", { events })).status).toBe(200);
  const records = [
    await recommend("replayed-1"),
    await recommend("replayed-2", {
      userId: undefined,
      anonymousId: "a-1",
      context: { sessionItems: ["item-5"], region: "DE" },
    }),
    await recommend("replayed-3", {
      surface: "search_suggestions",
      queryText: "Sport shoe",
      filters: { priceMin: 10 },
    }),
    await recommend("replayed-4", { personalize: false, surface: "cart", context: { itemId: "item-9" } }),
  ];
  const before = await redis.lrange(redisKeys.recentSlates(shop.workspace), 0, -1);
  for (const record of records)
    expect(await replay({ record }), record.requestId).toMatchObject({ identical: true, causes: [] });
  await recommend("after-replays");
  const after = await redis.lrange(redisKeys.recentSlates(shop.workspace), 0, -1);
  expect(after).toEqual(["after-replays", ...before]);
});

test("says where an item fell out, by the rule that was in force then", async () => {
  const [first] = (await recommend("before-rule")).items;
  const rule = Rule.parse({
    ruleId: "r1",
    revision: 3,
    ...RuleDefinition.parse({ name: "r", effect: { kind: "hide" }, match: { itemIds: [first!.itemId] } }),
  });
  shop.replica.update([{ ...document, ruleSet: { setId: "1".repeat(64), rules: [rule] } }], []);
  const ruled = await recommend("with-rule");
  const dropped = { stage: "dropped", reason: "rule_hidden", rule: "r1@3" };
  expect((await replay({ record: ruled, itemId: first!.itemId })).whyNot).toEqual(dropped);
  const served = await shop.get(`/v1/items/${first!.itemId}/state`, adminKey);
  expect(ServedItem.parse(served.body).rules).toEqual([{ rule: "r1@3", name: "r", effect: "hide" }]);
  shop.replica.update([document], []);
  expect(await replay({ record: ruled })).toMatchObject({ identical: false, causes: ["rules_not_held"] });
  const given = await replay({ record: ruled, rules: [rule], itemId: first!.itemId });
  expect(given).toMatchObject({ identical: true, whyNot: dropped });
});

test("related items replay to the identical list, and say why another item is not among them", async () => {
  const answer = await shop.get(
    "/v1/items/item-7/related?kind=alternatives&userId=u-1&n=6&requestId=related-1",
  );
  expect(answer.status).toBe(200);
  const record = await readRecord("related-1");
  expect(await replay({ record, itemId: record.items[2]!.itemId })).toMatchObject({
    identical: true,
    causes: [],
    whyNot: { stage: "shown", position: 2 },
  });
  expect(await replay({ record, itemId: "item-none" })).toMatchObject({ whyNot: { stage: "unknown_item" } });
});

test("shows an item as it is served: facts of the release, what changed since, and an unknown one as such", async () => {
  const read = async (id: string) =>
    ServedItem.parse((await shop.get(`/v1/items/${id}/state`, adminKey)).body);
  expect((await read("item-none")).state).toBeNull();
  const eligible = await recommend("served-item");
  const { itemId } = eligible.items[0]!;
  expect(await read(itemId)).toMatchObject({
    state: { isEligible: true, barredBy: [], isNewSinceRelease: false, price: expect.anything() },
    release: { releaseId: eligible.releaseId },
  });
  shop.replica.served
    .get(shop.workspace)!
    .stable.loaded.catalog.apply([{ op: "patch", itemId, inStock: false, restricted: true }], 0);
  expect((await read(itemId)).state).toMatchObject({
    isEligible: false,
    barredBy: ["restricted", "out_of_stock"],
  });
});

test("storefronts may not replay, nor a key another workspace's records; a bad record is refused by field", async () => {
  const record = await recommend("guarded-one");
  expect((await shop.post("/v1/explain/replay", { record })).status).toBe(403);
  expect((await shop.get("/v1/items/item-1/state")).status).toBe(403);
  const post = (body: object) => shop.post("/v1/explain/replay", body, adminKey);
  expect(await post({ record: { ...record, workspace: "other" } })).toMatchObject({
    status: 400,
    body: { errors: [{ field: "record.workspace" }] },
  });
  expect(await post({ record: { ...record, n: "many" } })).toMatchObject({
    status: 400,
    body: { errors: [{ field: "record.n" }] },
  });
});
