import { createLogger } from "@shortlist/platform";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestApp, PASSWORD, SERVICE_KEY, type TestApp } from "../testing/testApp";
import { createServer } from "./server";

let app: TestApp;
let workspace: { id: string; slug: string };
beforeAll(async () => {
  app = await createTestApp();
  workspace = await app.createWorkspace();
});
afterAll(() => app.close());

const at = (path: string) => `/v1/workspaces/${workspace.slug}${path}`;

test("the first admin is made once, also when two ask at once, and belongs to later workspaces", async () => {
  const fresh = await createTestApp();
  const body = { email: "Admin@shortlist.test", password: PASSWORD, name: "Admin" };
  const answers = await Promise.all([
    fresh.rest("POST", "/v1/setup", { body }),
    fresh.rest("POST", "/v1/setup", { body }),
  ]);
  expect(answers.map(({ json }) => json.created).sort()).toEqual([false, true]);
  const put = await fresh.rest("PUT", "/v1/workspaces/first-shop", { body: { name: "First" } });
  expect(put.json).toMatchObject({
    slug: "first-shop",
    name: "First",
    created: true,
    nItems: 0,
    currentRelease: null,
  });
  expect(
    (await fresh.rest("PUT", "/v1/workspaces/first-shop", { body: { name: "Renamed" } })).json,
  ).toMatchObject({
    name: "Renamed",
    created: false,
  });
  const signIn = await fresh.server.inject({
    method: "POST",
    url: "/api/auth/sign-in/email",
    payload: { email: "admin@shortlist.test", password: PASSWORD },
  });
  expect(signIn.statusCode).toBe(200);
  const cookie = signIn.cookies.map(({ name, value }) => `${name}=${encodeURIComponent(value)}`).join("; ");
  expect(signIn.cookies[0]).toMatchObject({ httpOnly: true, sameSite: "Lax" });
  const mine = await fresh.server.inject({ url: "/api/trpc/workspaces.mine", headers: { cookie } });
  expect(mine.json().result.data.json.workspaces).toMatchObject([{ slug: "first-shop", role: "admin" }]);
  const out = await fresh.server.inject({
    method: "POST",
    url: "/api/auth/sign-out",
    headers: { cookie, origin: "http://127.0.0.1:3000" },
  });
  expect(out.statusCode).toBe(200);
  expect(
    (await fresh.server.inject({ url: "/api/trpc/workspaces.mine", headers: { cookie } })).statusCode,
  ).toBe(401);
  await fresh.close();
});

test("a job is followed over server-sent events with a session, and the stream ends with the job", async () => {
  const person = await app.createMember(workspace.id, "viewer");
  const json = { "content-type": "application/json" };
  const signIn = await app.server.inject({
    method: "POST",
    url: "/api/auth/sign-in/email",
    payload: { email: person.email, password: PASSWORD },
  });
  const cookie = signIn.cookies.map(({ name, value }) => `${name}=${encodeURIComponent(value)}`).join("; ");
  const job = await app.ctx.db.job.create({
    data: {
      workspaceId: workspace.id,
      name: "training.run",
      payload: {},
      createdBy: "t",
      state: "failed",
      error: "x",
    },
  });
  const input = encodeURIComponent(JSON.stringify({ json: { workspace: workspace.slug, id: job.id } }));
  const stream = await app.server.inject({
    url: `/api/trpc/jobs.watch?input=${input}`,
    headers: { cookie, accept: "text/event-stream" },
  });
  expect(stream.headers["content-type"]).toContain("text/event-stream");
  expect(stream.body).toContain('"state":"failed"');
  // An empty body under a JSON content type is what many clients send when there is nothing to say.
  const out = await app.server.inject({
    method: "POST",
    url: "/api/auth/sign-out",
    headers: { ...json, cookie, origin: "http://127.0.0.1:3000" },
  });
  expect(out.statusCode).toBe(200);
  const cancel = await app.server.inject({
    method: "POST",
    url: at(`/jobs/${job.id}/cancel`),
    headers: { ...json, authorization: `Bearer ${SERVICE_KEY}` },
  });
  expect(cancel.json().code).toBe("conflict");
});

test("nobody can sign up, and guessing passwords is slowed down per account", async () => {
  const person = await app.createMember(workspace.id, "viewer");
  const signUp = await app.server.inject({
    method: "POST",
    url: "/api/auth/sign-up/email",
    payload: { email: "me@shortlist.test", password: PASSWORD, name: "Me" },
  });
  expect(signUp.statusCode).toBeGreaterThanOrEqual(400);
  expect(await app.ctx.db.user.count({ where: { email: "me@shortlist.test" } })).toBe(0);
  const guess = (email: string) =>
    app.server.inject({
      method: "POST",
      url: "/api/auth/sign-in/email",
      payload: { email, password: "wrong wrong" },
    });
  const statuses: number[] = [];
  for (let i = 0; i < 22; i++) statuses.push((await guess(person.email)).statusCode);
  expect(statuses.slice(0, 20).every((status) => status === 401)).toBe(true);
  expect(statuses.at(-1)).toBe(429);
  expect((await guess("other@shortlist.test")).statusCode).toBe(401);
});

test("logs hold neither raw shopper ids nor passwords nor keys", async () => {
  const lines: string[] = [];
  const logger = createLogger({ name: "test", level: "trace" });
  // pino writes to the descriptor itself, so the destination is swapped instead of stdout.
  const stream = Object.getOwnPropertySymbols(logger).find((symbol) => symbol.description === "pino.stream");
  (logger as unknown as Record<symbol, unknown>)[stream!] = { write: (line: string) => lines.push(line) };
  const server = await createServer({ ...app.ctx, logger });
  const secrets = ["raw-shopper-4711", "s3cret-passw0rd", "slk_secret-key-value"];
  const bearer = { authorization: `Bearer ${SERVICE_KEY}` };
  const payloads = [
    { url: "/v1/setup", payload: { email: "x", password: secrets[1], name: "n" }, headers: bearer },
    {
      url: at("/keys"),
      payload: { name: "k", scopes: [] },
      headers: { authorization: `Bearer ${secrets[2]}` },
    },
    { url: "/api/auth/sign-in/email", payload: { email: "x@y.zz", password: secrets[1] }, headers: {} },
    {
      url: "/api/trpc/playground.recommend",
      payload: { json: { workspace: workspace.slug, shopper: { userId: secrets[0] } } },
      headers: {},
    },
  ];
  for (const { url, payload, headers } of payloads)
    await server.inject({ method: "POST", url, payload, headers });
  const shoppers = [{ userId: secrets[0], name: "n", taste: 5 }];
  await server.inject({ method: "PUT", url: at("/sample-shoppers"), payload: { shoppers }, headers: bearer });
  await app
    .callAs(await app.createMember(workspace.id, "viewer"))
    .playground.recommend({ workspace: workspace.slug, shopper: { userId: secrets[0]! } })
    .catch(() => undefined);
  await server.close();
  expect(lines.length).toBeGreaterThan(0);
  for (const secret of [...secrets, SERVICE_KEY]) expect(lines.join("")).not.toContain(secret);
});
