import { randomUUID } from "node:crypto";
import { QuarantinedEvent, redisKeys, SlateLogRecord } from "@shortlist/contracts";
import { createRedis, pseudonymise, readSlateLog } from "@shortlist/platform";
import { requireEnv } from "@shortlist/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startReplica, TEST_PSEUDONYM_KEY, type TestReplica } from "../testing/replicaFixture";

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

const event = (changes: Record<string, unknown> = {}) => ({
  eventId: randomUUID(),
  type: "click",
  itemId: "item-5",
  userId: "customer-0815",
  occurredAt: new Date().toISOString(),
  ...changes,
});
const pseudonym = (id: string, kind: "user" | "anonymous" = "user") =>
  pseudonymise(TEST_PSEUDONYM_KEY, shop.workspace, kind, id);
const streamEvents = async (workspace: string) => {
  const streams = [0, 1, 2, 3].map((p) => redis.xrange(redisKeys.events(workspace, p), "-", "+"));
  return (await Promise.all(streams)).flat().map(([, fields]) => JSON.parse(fields![1]!));
};
const items = (body: Record<string, never>) => body.items as unknown as { itemId: string }[];
const metadata = (body: Record<string, never>) =>
  body.metadata as unknown as { requestId: string; degradation: { rung: number; reasons: string[] } };

describe("POST /v1/recommend", () => {
  it.each([
    ["no surface", { n: 5 }, ["surface"]],
    ["an unknown surface", { surface: "checkout" }, ["surface"]],
    ["n of 0", { surface: "cart", n: 0 }, ["n"]],
    ["n of 101", { surface: "cart", n: 101 }, ["n"]],
    [
      "a session item that is no text",
      { surface: "cart", context: { sessionItems: ["a", 7] } },
      ["context.sessionItems.1"],
    ],
    [
      "101 session items",
      { surface: "cart", context: { sessionItems: new Array(101).fill("a") } },
      ["context.sessionItems"],
    ],
    ["a negative price", { surface: "cart", filters: { priceMin: -1 } }, ["filters.priceMin"]],
    ["a request id with spaces", { surface: "cart", requestId: "a b c d e" }, ["requestId"]],
    ["two faults", { surface: "x", n: "many" }, ["surface", "n"]],
    ["a list", [], ["(body)"]],
    ["no JSON", "{", ["(body)"]],
  ])("refuses %s, naming the field", async (_name, body, fields) => {
    const answer = await shop.post("/v1/recommend", body);
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ code: "invalid_request", retryable: false });
    expect((answer.body.errors as unknown as { field: string }[]).map((error) => error.field)).toEqual(
      fields,
    );
  });

  it("takes an unknown user, unknown session items and an unknown product for what they are: unknown", async () => {
    const answer = await shop.post("/v1/recommend", {
      surface: "product_detail",
      userId: "nobody-yet",
      context: { itemId: "gone", sessionItems: ["never-was"] },
    });
    expect(answer.status).toBe(200);
    expect(items(answer.body)).toHaveLength(20);
    expect(metadata(answer.body).degradation.rung).toBe(0);
  });

  it("refuses a body over the limit, a missing key, an unknown key and a key without the scope", async () => {
    const large = await shop.post("/v1/recommend", { surface: "cart", queryText: "x".repeat(200_000) });
    expect([large.status, large.body.code]).toEqual([413, "payload_too_large"]);
    const unknown = await shop.post("/v1/recommend", { surface: "cart" }, "slk_unknown");
    expect([unknown.status, unknown.body.code]).toEqual([401, "unauthenticated"]);
    const bare = await shop.replica.app.inject({ method: "POST", url: "/v1/recommend", payload: {} });
    expect(bare.statusCode).toBe(401);
    expect(bare.headers["content-type"]).toMatch(/^application\/problem\+json/);
  });

  it("answers a repeated request id with the same slate", async () => {
    const body = { surface: "home_feed", userId: "retrying", requestId: "retry-me-1" };
    const first = await shop.post("/v1/recommend", body);
    const [top] = items(first.body);
    await shop.post("/v1/events", {
      events: [event({ userId: "retrying", type: "hide", itemId: top!.itemId })],
    });
    expect((await shop.post("/v1/recommend", body)).body).toEqual(first.body);
    const other = await shop.post("/v1/recommend", { ...body, requestId: "retry-me-2" });
    expect(items(other.body).map((item) => item.itemId)).not.toContain(top!.itemId);
  });

  it("accepts a trace context, echoes it and logs it", async () => {
    const traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    const answer = await shop.replica.app.inject({
      method: "POST",
      url: "/v1/recommend",
      headers: { authorization: `Bearer ${shop.apiKey}`, traceparent },
      payload: { surface: "cart", requestId: "traced-request" },
    });
    expect(answer.headers.traceparent).toBe(traceparent);
    const record = await waitForSlate("traced-request");
    expect(record.context.traceparent).toBe(traceparent);
  });

  it("writes a slate log that its schema accepts, and the list of recent requests", async () => {
    const answer = await shop.post("/v1/recommend", { surface: "home_feed", userId: "customer-1" });
    const { requestId } = metadata(answer.body);
    const record = await waitForSlate(requestId);
    expect(record.shopper).toBe(pseudonym("customer-1"));
    expect(record.items.map((item) => item.itemId)).toEqual(items(answer.body).map((item) => item.itemId));
    expect(await redis.lrange(redisKeys.recentSlates(shop.workspace), 0, -1)).toContain(requestId);
  });
});

describe("POST /v1/events", () => {
  it("what is acknowledged is in the stream, and a repeated event changes no state", async () => {
    const sent = [
      event(),
      event({ type: "purchase", itemId: "item-6" }),
      event({ type: "hide", itemId: "item-7" }),
    ];
    const first = await shop.post("/v1/events", { events: sent });
    expect(first.body).toEqual({ accepted: 3, rejected: [], durable: "log" });
    const stored = await streamEvents(shop.workspace);
    for (const one of sent) expect(stored.map((e) => e.eventId)).toContain(one.eventId);
    const shopper = pseudonym("customer-0815");
    const readState = () =>
      Promise.all([
        redis.zrange(redisKeys.recent(shop.workspace, shopper), "0", "-1", "WITHSCORES"),
        redis.zrange(redisKeys.purchased(shop.workspace, shopper), "0", "-1", "WITHSCORES"),
        redis.smembers(redisKeys.blocked(shop.workspace, shopper)),
      ]);
    const before = await readState();
    const late = event({ occurredAt: new Date(Date.now() - 86_400_000).toISOString() });
    await shop.post("/v1/events", { events: [...sent, late] });
    expect(await readState()).toEqual(before);
    expect(before[2]).toEqual(["item-7"]);
  });

  it("a hidden item is gone from the very next request, a viewed one counts in it", async () => {
    const body = { surface: "home_feed", userId: "hider", n: 10 };
    await shop.post("/v1/events", { events: [event({ userId: "hider", itemId: "item-11" })] });
    const before = items((await shop.post("/v1/recommend", body)).body).map((item) => item.itemId);
    const hide = event({ type: "hide", userId: "hider", itemId: before[0] });
    await shop.post("/v1/events", { events: [hide] });
    const answer = await shop.post("/v1/recommend", body);
    expect(items(answer.body).map((item) => item.itemId)).not.toContain(before[0]);
    const record = await waitForSlate(metadata(answer.body).requestId);
    expect(record.shopperState).toMatchObject({ recentItems: ["item-11"], nBlocked: 1 });
  });

  it("an event with both ids is known under the user alone, and a request with both ids reads both", async () => {
    await shop.post("/v1/events", {
      events: [event({ userId: undefined, anonymousId: "visitor-1", itemId: "item-12" })],
    });
    await shop.post("/v1/events", {
      events: [event({ userId: "member-1", anonymousId: "visitor-1", itemId: "item-14" })],
    });
    const answer = await shop.post("/v1/recommend", {
      surface: "cart",
      userId: "member-1",
      anonymousId: "visitor-1",
    });
    const record = await waitForSlate(metadata(answer.body).requestId);
    expect([...record.shopperState.recentItems].sort()).toEqual(["item-12", "item-14"]);
    expect(
      await redis.zrange(redisKeys.recent(shop.workspace, pseudonym("visitor-1", "anonymous")), "0", "-1"),
    ).toEqual(["item-12"]);
  });

  it("reports every bad event by index and field and takes the rest; refuses 501 and none", async () => {
    const answer = await shop.post("/v1/events", { events: [event(), event({ type: "?" }), 7] });
    expect(answer.body).toMatchObject({
      accepted: 1,
      rejected: [
        { index: 1, errors: [{ field: "type" }] },
        { index: 2, errors: [{ field: "(body)" }] },
      ],
    });
    expect(answer.body.durable).toBe("log");
    const [kept] = await redis.xrange(redisKeys.quarantine(shop.workspace, 0), "-", "+");
    // An archive keeps times as whole milliseconds; one with a fraction would be set aside there.
    expect(Number.isInteger(QuarantinedEvent.parse(JSON.parse(kept![1][1]!)).receivedAtMs)).toBe(true);
    for (const event of await streamEvents(shop.workspace))
      expect(Number.isInteger(event.receivedAtMs)).toBe(true);
    expect(QuarantinedEvent.parse(JSON.parse(kept![1][1]!))).toMatchObject({
      reasons: ["unknown_type"],
      isEvent: true,
    });
    for (const events of [new Array(501).fill(event()), []]) {
      const refused = await shop.post("/v1/events", { events });
      expect([refused.status, refused.body.code]).toEqual([400, "invalid_request"]);
    }
  });

  it("a double click is acknowledged and set aside, and the answer says so", async () => {
    const twice = [event({ userId: "double" }), event({ userId: "double" })];
    const answer = await shop.post("/v1/events", { events: twice });
    expect(answer.body).toEqual({
      accepted: 2,
      rejected: [],
      durable: "log",
      setAside: { duplicate: 1, velocity: 0 },
    });
  });

  it("keeps the fifty latest items of a shopper", async () => {
    const many = Array.from({ length: 80 }, (_, i) =>
      event({
        userId: "busy",
        itemId: `item-${i}`,
        occurredAt: new Date(Date.now() - i * 1_000).toISOString(),
      }),
    );
    await shop.post("/v1/events", { events: many });
    const kept = await redis.zrevrange(redisKeys.recent(shop.workspace, pseudonym("busy")), "0", "-1");
    expect(kept).toEqual(many.slice(0, 50).map((e) => e.itemId));
  });
});

describe("privacy and isolation", () => {
  it("raw ids of shoppers appear nowhere in Redis", async () => {
    const ids = ["raw-user-7421", "raw-visitor-9133"];
    const [userId, anonymousId] = ids;
    const page = `/account/${userId}`;
    await shop.post("/v1/events", {
      events: [event({ userId, anonymousId, page, context: { [anonymousId!]: userId } })],
    });
    const answer = await shop.post("/v1/recommend", {
      surface: "cart",
      userId,
      anonymousId,
      context: { page },
    });
    const record = await waitForSlate(metadata(answer.body).requestId);
    await shop.get(`/v1/items/item-5/related?userId=${userId}`);
    await shop.post("/v1/recommend", {
      surface: "cart",
      userId,
      personalize: false,
      context: { page },
      requestId: "opted-out-1",
    });
    const optedOut = await waitForSlate("opted-out-1");
    expect(optedOut).toMatchObject({ shopper: null, personalized: false });
    const everything = `${JSON.stringify([record, optedOut])}${await dumpKeys(shop.workspace)}`;
    expect(everything.length).toBeGreaterThan(10_000);
    for (const id of ids) expect(everything).not.toContain(id);
  });

  it("a key of one workspace never sees another's items, shoppers or events", async () => {
    const other = await startReplica(redisUrl, { fixture: { idPrefix: "other" } });
    try {
      const both = await startReplica(redisUrl, { fixture: { idPrefix: "mine" } });
      both.replica.served.forEach((served) => {
        other.replica.served.set(served.stable.workspace, served);
      });
      other.replica.update([...other.documents, ...both.documents], []);
      await other.post("/v1/events", { events: [event({ userId: "same", itemId: "mine-5" })] }, both.apiKey);
      expect(await streamEvents(other.workspace)).toEqual([]);
      expect(await streamEvents(both.workspace)).toHaveLength(1);
      const theirs = await other.post("/v1/recommend", {
        surface: "cart",
        userId: "same",
        filters: { excludeItems: ["mine-1"] },
      });
      const mine = await other.post("/v1/recommend", { surface: "cart", userId: "same" }, both.apiKey);
      expect(items(theirs.body).every((item) => item.itemId.startsWith("other-"))).toBe(true);
      expect(items(mine.body).every((item) => item.itemId.startsWith("mine-"))).toBe(true);
      await both.replica.close();
    } finally {
      await other.replica.close();
    }
  });
});

describe("the other paths", () => {
  it("related: similar, bought together and alternatives leave out the item itself; unknown items get popular ones", async () => {
    for (const kind of ["similar", "bought_together", "alternatives"]) {
      const answer = await shop.get(`/v1/items/item-5/related?kind=${kind}&n=4&userId=customer-0815`);
      expect(answer.status).toBe(200);
      expect(items(answer.body).map((item) => item.itemId)).not.toContain("item-5");
      expect(items(answer.body)).toHaveLength(4);
    }
    const unknown = await shop.get("/v1/items/no%2Fsuch%20item/related");
    expect(unknown.status).toBe(200);
    expect(metadata(unknown.body).degradation).toMatchObject({ rung: 4, reasons: ["unknown_item"] });
    const refused = await shop.get("/v1/items/item-5/related?n=0&kind=x");
    expect((refused.body.errors as unknown as { field: string }[]).map((e) => e.field).sort()).toEqual([
      "kind",
      "n",
    ]);
  });

  it("a related slate is logged like any other: it can be explained and its clicks attributed", async () => {
    await shop.post("/v1/events", { events: [event({ userId: "compares", itemId: "item-9" })] });
    const path = "/v1/items/item-5/related?kind=similar&n=4&userId=compares&requestId=related-1";
    const answer = await shop.get(path);
    const record = await waitForSlate("related-1");
    expect(record).toMatchObject({
      surface: "product_detail",
      context: { itemId: "item-5", related: "similar" },
      shopper: pseudonym("compares"),
      isAnonymous: false,
      shopperState: { recentItems: ["item-9"] },
      rung: 0,
      n: 4,
      sources: [{ name: "content", status: "ok" }],
    });
    expect(record.modelVersion).toMatch(/^ranker@/);
    expect(record.stages.map((stage) => stage.name)).toEqual(["sources", "shopper_state", "rank", "gate"]);
    expect(record.items.map((item) => item.itemId)).toEqual(items(answer.body).map((item) => item.itemId));
    for (const item of record.items) {
      expect(item.reason).toBe("Similar to this item");
      expect(item.sources).toMatchObject([{ name: "content" }]);
      expect(item.rankerPosition).not.toBeNull();
      expect(item.features).not.toBeNull();
    }
    // A retry is the same slate and not a second one (S6).
    expect((await shop.get(path)).body).toEqual(answer.body);
    const logged = await redis.lrange(redisKeys.recentSlates(shop.workspace), 0, -1);
    expect(logged.filter((id) => id === "related-1")).toHaveLength(1);
  });

  it("a related slate of an unknown item says so in its log, too", async () => {
    await shop.get("/v1/items/gone/related?kind=bought_together&requestId=related-2");
    expect(await waitForSlate("related-2")).toMatchObject({
      shopper: null,
      isAnonymous: true,
      rung: 4,
      degradationReasons: ["unknown_item"],
      sources: [{ name: "covisitation", status: "empty", retrieved: 0 }],
    });
  });

  it("an unknown path is a problem with 404, the contract is served, metrics are scraped", async () => {
    const missing = await shop.get("/v1/nothing");
    expect([missing.status, missing.body.code]).toEqual([404, "not_found"]);
    const contract = await shop.get("/openapi.json");
    expect(contract.body).toMatchObject({
      openapi: "3.1.0",
      components: { securitySchemes: { apiKey: { scheme: "bearer" } } },
    });
    const scraped = await shop.get("/metrics");
    expect(scraped.text).toMatch(
      /shortlist_recommend_duration_seconds_bucket\{le="[\d.]+",surface="home_feed",rung="0"\}/,
    );
    expect(scraped.text).toMatch(/shortlist_gate_violations_total 0/);
    expect((await shop.get("/readyz")).status).toBe(200);
  });

  it("a key over its rate gets 429 and may retry", async () => {
    const tight = await startReplica(redisUrl, {
      env: { SERVING_RATE_PER_SECOND: "1", SERVING_RATE_BURST: "2" },
    });
    const statuses = [];
    for (let i = 0; i < 3; i++)
      statuses.push((await tight.post("/v1/recommend", { surface: "cart" })).status);
    expect(statuses).toEqual([200, 200, 429]);
    await tight.replica.close();
  });
});

async function waitForSlate(requestId: string): Promise<SlateLogRecord> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const [json] = await readSlateLog(redis, shop.workspace, [requestId]);
    if (json != null) return SlateLogRecord.parse(JSON.parse(json));
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`no slate log of ${requestId}`);
}

async function dumpKeys(workspace: string): Promise<string> {
  const keys = await redis.keys(`*${workspace}*`);
  const values = keys.map(async (key) => {
    const type = await redis.type(key);
    if (type === "string") return redis.get(key);
    if (type === "stream") return redis.xrange(key, "-", "+");
    if (type === "zset") return redis.zrange(key, "0", "-1");
    if (type === "set") return redis.smembers(key);
    if (type === "list") return redis.lrange(key, 0, -1);
    return redis.hgetall(key);
  });
  return JSON.stringify([keys, await Promise.all(values)]);
}
