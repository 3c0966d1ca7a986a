import { randomUUID } from "node:crypto";
import { redisKeys } from "@shortlist/contracts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createRankerPackage, publishTestRelease } from "../testing/packages";
import { createTestApp, SERVICE_KEY, type TestApp } from "../testing/testApp";
import { endpoints } from "./server";

let app: TestApp;
let workspace: { id: string; slug: string };
beforeAll(async () => {
  app = await createTestApp();
  workspace = await app.createWorkspace();
});
afterAll(() => app.close());

const at = (path: string) => `/v1/workspaces/${workspace.slug}${path}`;
const createKey = async (scopes: string[], slug = workspace.slug) =>
  (await app.rest("POST", `/v1/workspaces/${slug}/keys`, { body: { name: "k", scopes } })).json as {
    id: string;
    key: string;
  };
const summary = (rowsImported: number) => ({
  fileName: "events.csv",
  fileSha256: "a".repeat(64),
  mappingName: "m",
  kind: "interactions",
  rowsRead: 10,
  rowsImported,
  rowsSetAside: 10 - rowsImported,
  setAsideByReason: {},
  problemsByReason: {},
  totals: {},
  firstAt: null,
  lastAt: null,
  seconds: 1,
});

test("a field that is misspelt is refused by name, in a body and in a manifest, instead of doing nothing", async () => {
  const body = { settings: null, resaon: "carts are slow", use: "candidate" };
  expect(await app.rest("PUT", at("/surfaces/cart"), { body })).toMatchObject({
    status: 400,
    json: { errors: [{ field: "resaon", problem: "There is no such field" }] },
  });
  const manifest = { features: [{ name: "popularity" }], makeGolden: true };
  const version = { manifest, artifacts: [{ name: "model.onnx", base64: "AAAA" }] };
  expect(await app.rest("POST", at("/models/mine/versions"), { body: version })).toMatchObject({
    status: 422,
    json: { errors: [{ field: "manifest.makeGolden", problem: "There is no such field" }] },
  });
});

test.each(endpoints.map((endpoint) => [`${endpoint.method} ${endpoint.path}`, endpoint] as const))(
  "%s refuses strangers, foreign keys and keys without the scope with problem+json",
  async (_name, endpoint) => {
    const url = endpoint.path
      .replace("{slug}", workspace.slug)
      .replace("{id}", randomUUID())
      .replace("{name}", "ranker")
      .replace("{number}", "1")
      .replace("{version}", "1")
      .replace("{sha256}", "a".repeat(64))
      .replace("{surface}", "cart")
      .replace("{target}", "cart");
    const other = await app.createWorkspace();
    const foreign = await createKey(["admin", "catalog"], other.slug);
    const weak = await createKey(["recommend", "events"]);
    const body = endpoint.body === null ? {} : { body: {} };
    const codes = [
      await app.rest(endpoint.method, url, { ...body, key: null }),
      await app.rest(endpoint.method, url, { ...body, key: "slk_unknown" }),
      await app.rest(endpoint.method, url, { ...body, key: foreign.key }),
      await app.rest(endpoint.method, url, { ...body, key: weak.key }),
    ];
    expect(codes.every(({ type }) => type.startsWith("application/problem+json"))).toBe(true);
    const isService = endpoint.access === "service";
    expect(codes.map(({ json }) => json.code)).toEqual([
      "unauthenticated",
      "unauthenticated",
      isService ? "forbidden" : "not_found",
      "forbidden",
    ]);
  },
);

test("a key works in its own workspace until it is revoked", async () => {
  const { id, key } = await createKey(["admin"]);
  expect((await app.rest("GET", at(""), { key })).status).toBe(200);
  expect((await app.rest("DELETE", at(`/keys/${id}`), { key: SERVICE_KEY })).status).toBe(200);
  expect((await app.rest("GET", at(""), { key })).json.code).toBe("unauthenticated");
  const document = await app.ctx.redis.hget(redisKeys.control, workspace.slug);
  expect(document).not.toContain(id);
});

test("catalogue items are created, replaced and counted, 5,000 in well under a second", async () => {
  const items = Array.from({ length: 5_000 }, (_, i) => ({
    itemId: `sku-${i}`,
    title: `Trail shoe ${i} “O'Neill” 鞋`,
    description: "Light and grippy. ".repeat(10),
    category: "Sport > Shoes",
    price: i % 7 === 0 ? null : i / 100,
    createdAt: "2026-01-02T03:04:05+02:00",
  }));
  const startedAt = performance.now();
  const answer = await app.rest("PUT", at("/catalog/items"), { body: { items } });
  expect(answer.json).toEqual({ upserted: 5_000 });
  // The promise is 5,000 a second; the machine that runs tests is shared, so a wider bound is held here.
  expect(performance.now() - startedAt).toBeLessThan(3_000);
  const again = await app.rest("PUT", at("/catalog/items"), {
    body: {
      items: [
        { itemId: "sku-1", title: "old" },
        { itemId: "sku-1", title: "new", inStock: false },
      ],
    },
  });
  expect(again.json).toEqual({ upserted: 1 });
  const row = await app.ctx.db.item.findUniqueOrThrow({
    where: { workspaceId_itemId: { workspaceId: workspace.id, itemId: "sku-1" } },
  });
  expect(row).toMatchObject({ title: "new", inStock: false, createdAt: new Date("2026-01-02T01:04:05Z") });
  expect(Math.abs(row.updatedAt.getTime() - Date.now())).toBeLessThan(60_000);
  expect((await app.rest("GET", at(""))).json.nItems).toBe(5_000);
});

test.each([
  ["a missing title", { items: [{ itemId: "a" }] }, "items.0.title"],
  ["a negative price", { items: [{ itemId: "a", title: "t", price: -1 }] }, "items.0.price"],
  ["a NUL in a text", { items: [{ itemId: "a", title: "t\u0000" }] }, "items.0.title"],
  ["half a surrogate pair", { items: [{ itemId: "a", title: "\ud83d" }] }, "items.0.title"],
  ["no items", {}, "items"],
])("a catalogue call with %s names the field", async (_what, body, field) => {
  const answer = await app.rest("PUT", at("/catalog/items"), { body });
  expect(answer).toMatchObject({ status: 400, json: { code: "invalid_request", errors: [{ field }] } });
});

test("an import is recorded once per file and mapping", async () => {
  const first = await app.rest("POST", at("/imports"), { body: summary(8) });
  const second = await app.rest("POST", at("/imports"), { body: summary(9) });
  expect(second.json.id).toBe(first.json.id);
  const found = await app.rest("GET", at(`/imports?fileSha256=${"a".repeat(64)}&mapping=m`));
  expect(found.json.imports).toMatchObject([{ ...summary(9), id: first.json.id }]);
  expect((await app.rest("GET", at(`/imports?fileSha256=${"b".repeat(64)}`))).json.imports).toEqual([]);
});

test("sample shoppers are replaced in the given order", async () => {
  const shopper = (userId: string) => ({ userId, name: userId, taste: "trail runner", region: "DE" });
  await app.rest("PUT", at("/sample-shoppers"), { body: { shoppers: [shopper("z"), shopper("a")] } });
  await app.rest("PUT", at("/sample-shoppers"), { body: { shoppers: [shopper("c"), shopper("b")] } });
  const viewer = await app.createMember(workspace.id, "viewer");
  const shoppers = await app.callAs(viewer).playground.shoppers({ workspace: workspace.slug });
  expect(shoppers.map(({ userId }) => userId)).toEqual(["c", "b"]);
});

test("a training run is started with defaults filled in, cancelled and retried", async () => {
  const started = await app.rest("POST", at("/training-runs"), { body: { factors: 16 } });
  const job = await app.rest("GET", at(`/jobs/${started.json.jobId}`));
  expect(job.json).toMatchObject({
    state: "queued",
    payload: { factors: 16, iterations: 8, publish: true },
    log: [],
  });
  expect((await app.rest("POST", at(`/jobs/${started.json.jobId}/cancel`))).json).toEqual({
    state: "cancelled",
  });
  expect((await app.rest("POST", at(`/jobs/${started.json.jobId}/retry`))).json).toEqual({ state: "queued" });
  expect((await app.rest("POST", at(`/jobs/${started.json.jobId}/retry`))).json.code).toBe("conflict");
  const wrong = await app.rest("POST", at("/training-runs"), { body: { factors: 1 } });
  expect(wrong.json.errors).toMatchObject([{ field: "factors" }]);
});

test("a release is activated by number, with a reason", async () => {
  await publishTestRelease(app.ctx, workspace.id, "one");
  await publishTestRelease(app.ctx, workspace.id, "two");
  expect((await app.rest("POST", at("/releases/1/activate"), { body: {} })).json.errors).toMatchObject([
    { field: "reason" },
  ]);
  const back = await app.rest("POST", at("/releases/1/activate"), { body: { reason: "drill" } });
  expect(back.json).toMatchObject({ number: 1, action: "rollback" });
  expect((await app.rest("GET", at(""))).json.currentRelease).toMatchObject({ number: 1 });
  expect((await app.rest("POST", at("/releases/9/activate"), { body: { reason: "x" } })).status).toBe(404);
});

test("a ranker that was trained elsewhere is registered, released and taken back", async () => {
  const shop = await app.createWorkspace();
  const url = `/v1/workspaces/${shop.slug}`;
  await publishTestRelease(app.ctx, shop.id);
  const { manifest, artifacts } = createRankerPackage("theirs");
  const body = {
    kind: "ranker",
    manifest,
    artifacts: artifacts.map(({ name, bytes }) => ({ name, base64: Buffer.from(bytes).toString("base64") })),
  };
  const registered = await app.rest("POST", `${url}/models/theirs/versions`, { body });
  expect(registered).toMatchObject({ status: 200, json: { ref: "theirs@1", version: 1 } });
  const broken = { ...body, manifest: { ...manifest, output: "other" } };
  expect(await app.rest("POST", `${url}/models/theirs/versions`, { body: broken })).toMatchObject({
    status: 422,
    json: { code: "model_refused", detail: "The model has no output other; it has score." },
  });
  const released = await app.rest("POST", `${url}/releases`, {
    body: { ranker: { name: "theirs", version: 1 }, note: "try theirs" },
  });
  expect(released.json).toMatchObject({ number: 2 });
  const { content } = await app.ctx.db.release.findUniqueOrThrow({ where: { id: released.json.releaseId } });
  expect(JSON.stringify(content)).toContain('"theirs@1"');
  const none = { ranker: { name: "theirs", version: 9 }, note: "x" };
  expect((await app.rest("POST", `${url}/releases`, { body: none })).status).toBe(404);
  await app.rest("POST", `${url}/releases/1/activate`, { body: { reason: "CTR fell" } });
  expect((await app.rest("GET", url)).json.currentRelease.number).toBe(1);
});

test("health, metrics, document and unknown addresses answer as promised", async () => {
  expect((await app.rest("GET", "/healthz", { key: null })).json).toEqual({ status: "ok" });
  expect((await app.rest("GET", "/readyz", { key: null })).json).toEqual({ status: "ready" });
  const metrics = await app.rest("GET", "/metrics", { key: null });
  expect(metrics.json).toContain("shortlist_api_request_seconds_bucket");
  expect(metrics.json).not.toContain(workspace.slug);
  const document = (await app.rest("GET", "/openapi.json", { key: null })).json;
  for (const { method, path } of endpoints)
    expect(document.paths[path][method.toLowerCase()].summary, path).toBeTruthy();
  expect(document.paths["/v1/workspaces/{slug}/catalog/items"].put.requestBody).toBeTruthy();
  expect(await app.rest("GET", "/v1/nothing")).toMatchObject({ status: 404, json: { code: "not_found" } });
  const broken = await app.server.inject({
    method: "POST",
    url: "/v1/setup",
    headers: { authorization: `Bearer ${SERVICE_KEY}`, "content-type": "application/json" },
    payload: "{",
  });
  expect(broken.json()).toMatchObject({ status: 400, code: "invalid_request" });
});

test("a Redis that is away makes the API not ready, and says nothing private", async () => {
  const lost = await createTestApp({ REDIS_URL: "redis://127.0.0.1:1" });
  const answer = await lost.rest("GET", "/readyz", { key: null });
  expect(answer).toMatchObject({
    status: 503,
    json: { code: "dependency_down", detail: "Redis does not answer" },
  });
  await lost.close();
});
