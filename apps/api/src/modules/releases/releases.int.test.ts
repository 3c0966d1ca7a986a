import { ControlDocument, Release, redisKeys } from "@shortlist/contracts";
import { computeReleaseId, createRedis, deriveServiceKey, sha256Hex } from "@shortlist/platform";
import { requireEnv } from "@shortlist/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { publishTestRelease } from "../../testing/packages";
import { createTestApp, SERVICE_KEY, type TestApp } from "../../testing/testApp";
import { createKey, revokeKey } from "../keys/service";
import { getModel } from "../registry/service";
import { writeControlDocument } from "./control";
import { activateRelease, publishControlDocument, republishAll } from "./service";

let app: TestApp;
beforeAll(async () => {
  // A database number of its own, because emptying Redis is part of these tests.
  app = await createTestApp({ REDIS_URL: `${requireEnv("TEST_REDIS_URL")}/7` });
});
afterAll(() => app.close());

async function readDocument(slug: string): Promise<ControlDocument> {
  return ControlDocument.parse(JSON.parse((await app.ctx.redis.hget(redisKeys.control, slug))!));
}

test("a published release is the artifact the document points to, and hashes to its id", async () => {
  const { id, slug } = await app.createWorkspace();
  const { release } = await publishTestRelease(app.ctx, id);
  const document = await readDocument(slug);
  expect(document.release?.releaseId).toBe(release.releaseId);
  const bytes = await app.ctx.artifacts.get(document.release!.artifact.sha256);
  expect(document.release!.artifact.bytes).toBe(bytes.length);
  const read = JSON.parse(Buffer.from(bytes).toString()) as Record<string, unknown>;
  expect(computeReleaseId(read)).toBe(release.releaseId);
  expect(Release.parse(read)).toEqual(release);
  expect(release.surfaces).toHaveLength(5);
  expect(release.surfaces.every(({ rankers }) => rankers[0]?.model === "ranker@1")).toBe(true);
});

test("the document accepts the derived service key and the keys that are not revoked", async () => {
  const { id, slug } = await app.createWorkspace();
  const kept = await createKey(app.ctx, id, { name: "a", scopes: ["recommend"], createdBy: "t" });
  const gone = await createKey(app.ctx, id, { name: "b", scopes: ["events"], createdBy: "t" });
  await revokeKey(app.ctx, id, { id: gone.id, actor: "an admin" });
  const { keys } = await readDocument(slug);
  expect(keys.map(({ sha256 }) => sha256).sort()).toEqual(
    [sha256Hex(deriveServiceKey(SERVICE_KEY, slug)), sha256Hex(kept.key)].sort(),
  );
  expect(JSON.stringify(keys)).not.toContain(kept.key);
});

test("revisions only grow, whatever changes at once, and the last state is what Redis holds", async () => {
  const { id, slug } = await app.createWorkspace();
  const seen: number[] = [];
  const listener = createRedis(app.ctx.env.REDIS_URL);
  await listener.connect();
  await listener.subscribe(redisKeys.controlChanged);
  const reads: Promise<void>[] = [];
  listener.on("message", () => {
    reads.push(readDocument(slug).then(({ revision }) => void seen.push(revision)));
  });
  await Promise.all(
    Array.from({ length: 8 }, (_, i) =>
      createKey(app.ctx, id, { name: `k${i}`, scopes: ["events"], createdBy: "t" }),
    ),
  );
  await Promise.all(reads);
  listener.disconnect();
  const final = await readDocument(slug);
  expect(final.revision).toBe(8);
  expect(final.keys).toHaveLength(9);
  expect(seen).toEqual([...seen].sort((a, b) => a - b));
});

test("an older document never replaces a newer one", async () => {
  const { id, slug } = await app.createWorkspace();
  await createKey(app.ctx, id, { name: "k", scopes: ["events"], createdBy: "t" });
  const newer = await readDocument(slug);
  expect(await writeControlDocument(app.ctx.redis, { ...newer, revision: 0, keys: [] })).toBe(false);
  expect(await readDocument(slug)).toEqual(newer);
});

test("an emptied Redis gets every document back", async () => {
  const { id, slug } = await app.createWorkspace();
  await publishTestRelease(app.ctx, id);
  const before = await readDocument(slug);
  await app.ctx.redis.flushdb();
  await republishAll(app.ctx);
  expect(await readDocument(slug)).toEqual(before);
  // Unchanged documents wake nobody.
  expect(await republishAll(app.ctx)).toBe(0);
});

test("a Redis that is away does not undo a change; the next publishing brings it", async () => {
  const { id, slug } = await app.createWorkspace();
  const broken = createRedis("redis://127.0.0.1:1");
  const ctx = { ...app.ctx, redis: broken };
  const { key } = await createKey(ctx, id, { name: "k", scopes: ["events"], createdBy: "t" });
  broken.disconnect();
  expect(await app.ctx.redis.hget(redisKeys.control, slug)).toBeNull();
  await publishControlDocument(app.ctx, id);
  expect((await readDocument(slug)).keys.map(({ sha256 }) => sha256)).toContain(sha256Hex(key));
});

test("rolling back moves the pointer, and the history says what served when, by whom and why", async () => {
  const { id, slug } = await app.createWorkspace();
  const first = await publishTestRelease(app.ctx, id, "first");
  await publishTestRelease(app.ctx, id, "second");
  const back = await activateRelease(app.ctx, {
    workspaceId: id,
    number: 1,
    reason: "CTR fell",
    actor: "ana",
  });
  expect(back).toMatchObject({ action: "rollback", releaseId: first.release.releaseId });
  expect((await readDocument(slug)).release?.releaseId).toBe(first.release.releaseId);
  const { servingHistory, versions } = await getModel(app.ctx, id, "ranker");
  expect(
    servingHistory.map(({ version, action, actor, reason, to }) => [
      version,
      action,
      actor,
      reason,
      to === null,
    ]),
  ).toEqual([
    [1, "rollback", "ana", "CTR fell", true],
    [2, "publish", "tests", "second", false],
    [1, "publish", "tests", "first", false],
  ]);
  expect(servingHistory[1]!.to).toEqual(servingHistory[0]!.from);
  expect(versions.map(({ version, isServing }) => [version, isServing])).toEqual([
    [2, false],
    [1, true],
  ]);
  // Again: already there, so nothing happens.
  const again = await activateRelease(app.ctx, { workspaceId: id, number: 1, reason: "again", actor: "ana" });
  expect(again.action).toBe("none");
  expect(await app.ctx.db.releaseActivation.count({ where: { workspaceId: id } })).toBe(3);
});

test("releases published at once get consecutive numbers, and one of them is current", async () => {
  const { id } = await app.createWorkspace();
  const made = await Promise.all(["a", "b", "c"].map((note) => publishTestRelease(app.ctx, id, note)));
  expect(made.map(({ release }) => release.number).sort()).toEqual([1, 2, 3]);
  const workspace = await app.ctx.db.workspace.findUniqueOrThrow({ where: { id } });
  expect(made.map(({ release }) => release.releaseId)).toContain(workspace.currentReleaseId);
});

test("a release of another workspace cannot be activated", async () => {
  const { id } = await app.createWorkspace();
  await publishTestRelease(app.ctx, (await app.createWorkspace()).id);
  await expect(
    activateRelease(app.ctx, { workspaceId: id, number: 1, reason: "x", actor: "t" }),
  ).rejects.toMatchObject({ code: "not_found" });
});
