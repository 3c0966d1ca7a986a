import { createHash } from "node:crypto";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { sha256Hex } from "@shortlist/platform";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestApp, PASSWORD, type Person, SERVICE_KEY, type TestApp } from "../testing/testApp";

let app: TestApp;
let workspace: { id: string; slug: string };
let url: string;

beforeAll(async () => {
  app = await createTestApp();
  workspace = await app.createWorkspace();
  url = await app.server.listen({ host: "127.0.0.1", port: 0 });
});
afterAll(() => app.close());

async function signIn(person: Person): Promise<string> {
  const answer = await app.server.inject({
    method: "POST",
    url: "/api/auth/sign-in/email",
    payload: { email: person.email, password: PASSWORD },
  });
  return answer.cookies.map(({ name, value }) => `${name}=${encodeURIComponent(value)}`).join("; ");
}

const upload = (headers: Record<string, string>) =>
  fetch(`${url}/api/uploads/${workspace.slug}`, { method: "PUT", headers, body: "a model" });

const send = (sha256: string, source: AsyncIterable<Uint8Array>) =>
  fetch(`${url}/v1/workspaces/${workspace.slug}/artifacts/${sha256}`, {
    method: "PUT",
    headers: { authorization: `Bearer ${SERVICE_KEY}` },
    body: Readable.toWeb(Readable.from(source)) as ReadableStream,
    duplex: "half",
  } as RequestInit);

/** Bytes of the upload that are on the disk. */
async function sizeOfIncoming(): Promise<number> {
  const dir = join(fileURLToPath(app.ctx.env.ARTIFACT_URL), "incoming");
  const names = await readdir(dir).catch(() => []);
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(dir, name))).size));
  return sizes.reduce((a, b) => a + b, 0);
}

test("the console uploads with a session that may register, and gets the hash", async () => {
  const cookie = await signIn(await app.createMember(workspace.id, "ml_engineer"));
  const answer = await upload({ cookie, origin: "http://127.0.0.1:3000" });
  expect(await answer.json()).toEqual({ sha256: sha256Hex("a model"), bytes: 7 });
});

test("nobody else uploads: strangers, other origins, viewers, members of other workspaces", async () => {
  expect((await upload({})).status).toBe(401);
  const cookie = await signIn(await app.createMember(workspace.id, "ml_engineer"));
  expect((await upload({ cookie, origin: "http://evil.test" })).status).toBe(403);
  const viewer = await signIn(await app.createMember(workspace.id, "viewer"));
  expect((await upload({ cookie: viewer })).status).toBe(403);
  const other = await app.createWorkspace();
  const foreign = await signIn(await app.createMember(other.id, "admin"));
  expect((await upload({ cookie: foreign })).status).toBe(404);
});

test("a large file streams to the disk: what was sent and not yet written stays small", async () => {
  const piece = new Uint8Array(1024 * 1024);
  const pieces = 300;
  const hash = createHash("sha256");
  for (let i = 0; i < pieces; i++) hash.update(piece);
  const sha256 = hash.digest("hex");
  let inFlightMax = 0;
  async function* source() {
    for (let i = 0; i < pieces; i++) {
      inFlightMax = Math.max(inFlightMax, i * piece.length - (await sizeOfIncoming()));
      yield piece;
    }
  }
  const answer = await send(sha256, source());
  expect(await answer.json()).toEqual({ sha256, bytes: pieces * piece.length });
  expect(inFlightMax / piece.length).toBeLessThan(32);
});

test("an upload that breaks off leaves no artifact", async () => {
  const sha256 = sha256Hex("never whole");
  async function* source() {
    yield new TextEncoder().encode("never");
    throw new Error("the line is cut");
  }
  await expect(send(sha256, source())).rejects.toThrow();
  expect(await app.ctx.artifacts.has(sha256)).toBe(false);
  expect(await app.ctx.db.storedArtifact.count({ where: { sha256 } })).toBe(0);
});
