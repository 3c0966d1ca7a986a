import { type ControlDocument, Rule, RuleDefinition, redisKeys } from "@shortlist/contracts";
import { createRedis } from "@shortlist/platform";
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
  shop = await startReplica(redisUrl);
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

const rule = (draft: object): Rule =>
  Rule.parse({ ruleId: "r1", revision: 1, ...RuleDefinition.parse({ name: "r", ...draft }) });
const hide = (itemIds: readonly string[]) => rule({ effect: { kind: "hide" }, match: { itemIds } });
const recommend = async () =>
  (
    (await shop.post("/v1/recommend", { userId: "u-1", surface: "home_feed", n: 8 })).body as unknown as {
      items: { itemId: string }[];
    }
  ).items.map(({ itemId }) => itemId);

test("rules of the control document hold from the next request on, without a release, and go the same way", async () => {
  const before = await recommend();
  const ruleSet = { setId: "1".repeat(64), rules: [hide(before.slice(0, 3))] };
  shop.replica.update([{ ...document, ruleSet }], []);
  const during = await recommend();
  expect(during).toHaveLength(8);
  for (const itemId of before.slice(0, 3)) expect(during).not.toContain(itemId);
  shop.replica.update([document], []);
  expect(await recommend()).toEqual(before);
});

test("a preview shows both slates and what each rule matches, and leaves no trace", async () => {
  const ids = await recommend();
  const answer = await shop.post(
    "/v1/rules/preview",
    {
      rules: [
        hide(ids.slice(0, 2)),
        { ...rule({ effect: { kind: "hide" }, match: { brands: ["none"] } }), ruleId: "r2" },
      ],
      requests: [
        { userId: "u-1", surface: "home_feed", n: 8 },
        { pseudonyms: ["A".repeat(22)], surface: "cart", n: 4, context: { region: "DE" } },
      ],
    },
    adminKey,
  );
  expect(answer.status).toBe(200);
  const { previews, matched } = answer.body as unknown as {
    previews: {
      before: { items: { itemId: string }[] };
      after: { items: { itemId: string }[]; ruleHits: unknown[] };
    }[];
    matched: unknown[];
  };
  expect(previews[0]!.before.items.map(({ itemId }) => itemId)).toEqual(ids);
  for (const itemId of ids.slice(0, 2))
    expect(previews[0]!.after.items.map((item) => item.itemId)).not.toContain(itemId);
  expect(previews[1]!.after.items).toHaveLength(4);
  expect(matched).toEqual([
    { ruleId: "r1", items: 2 },
    { ruleId: "r2", items: 0 },
  ]);
  // The log is buffered: what was asked for after the preview has arrived once this one has.
  const last = (await shop.post("/v1/recommend", { surface: "cart", requestId: "after-preview" })).body;
  expect(last).toBeDefined();
  const listLogged = () => redis.lrange(redisKeys.recentSlates(shop.workspace), "0", "-1");
  await expect.poll(listLogged).toContain("after-preview");
  expect((await listLogged()).filter((id) => id.startsWith("preview_"))).toEqual([]);
});

test("a storefront's key may not preview, and a bad rule is refused by field", async () => {
  const body = { rules: [], requests: [{ surface: "cart" }] };
  expect((await shop.post("/v1/rules/preview", body)).status).toBe(403);
  const bad = await shop.post(
    "/v1/rules/preview",
    { ...body, requests: [{ surface: "checkout" }] },
    adminKey,
  );
  expect(bad).toMatchObject({ status: 400, body: { errors: [{ field: "requests.0.surface" }] } });
});
