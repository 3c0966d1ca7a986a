import { redisKeys } from "@shortlist/contracts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { repairReadCounts } from "../../archive/repairReadCounts";
import { GROUP } from "../../archive/streams";
import { createTestApp, type TestApp } from "../../testing/testApp";
import { listGroupLags } from "./repository";
import { findEventLogTrouble } from "./service";

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());

const add = async (key: string, n: number) => {
  for (let i = 0; i < n; i++) await app.ctx.redis.xadd(key, "*", "e", "{}");
};
const lagsOf = async (slug: string, hasFeatures = false) =>
  (await listGroupLags(app.ctx.redis, slug, { hasFeatures })).filter(({ unread }) => unread > 0);

test("entries count as unread until they are acknowledged, whoever was to read them", async () => {
  const { slug } = await app.createWorkspace();
  const { redis } = app.ctx;
  const key = redisKeys.events(slug, 0);
  await add(key, 5);
  expect(await lagsOf(slug, true)).toMatchObject([
    { group: "archiver", unread: 5, unfinished: 0, hasLost: false },
    { group: "features", unread: 5, unfinished: 0 },
  ]);
  await redis.xgroup("CREATE", key, GROUP, "0");
  const read = await redis.xreadgroup("GROUP", GROUP, "a", "COUNT", 3, "STREAMS", key, ">");
  const ids = read![0]![1].map(([id]) => id);
  const [lag] = await lagsOf(slug);
  expect(lag).toMatchObject({ unread: 5, unfinished: 3, oldestUnreadAtMs: Number(ids[0]!.split("-")[0]) });
  await redis.xack(key, GROUP, ...ids);
  expect(await lagsOf(slug)).toMatchObject([{ unread: 2, unfinished: 0 }]);
  await redis.xreadgroup("GROUP", GROUP, "a", "COUNT", 3, "NOACK", "STREAMS", key, ">");
  expect(await lagsOf(slug)).toEqual([]);
});

test("entries that were dropped before they were read are noticed, those that were read before are not", async () => {
  const { slug } = await app.createWorkspace();
  const { redis } = app.ctx;
  const key = redisKeys.slates(slug);
  await redis.xgroup("CREATE", key, GROUP, "0", "MKSTREAM");
  await add(key, 10);
  await redis.xreadgroup("GROUP", GROUP, "a", "COUNT", 2, "NOACK", "STREAMS", key, ">");
  expect(await lagsOf(slug)).toMatchObject([{ kind: "slates", unread: 8, hasLost: false }]);
  await redis.xtrim(key, "MAXLEN", "=", 3);
  expect(await lagsOf(slug)).toMatchObject([{ unread: 3, hasLost: true }]);
  await redis.xreadgroup("GROUP", GROUP, "a", "COUNT", 2, "NOACK", "STREAMS", key, ">");
  expect(await lagsOf(slug)).toMatchObject([{ hasLost: false }]);
});

test("what was read is counted anew when the server has lost count", async () => {
  const { slug } = await app.createWorkspace();
  const { redis } = app.ctx;
  const key = redisKeys.events(slug, 1);
  await redis.xgroup("CREATE", key, GROUP, "0", "MKSTREAM");
  await add(key, 2_500);
  await redis.xreadgroup("GROUP", GROUP, "a", "COUNT", 100, "NOACK", "STREAMS", key, ">");
  // What a rewritten append-only file leaves behind: the place is right, the count is of long ago.
  const [last] = (await redis.xinfo("GROUPS", key)) as string[][];
  await redis.xgroup("SETID", key, GROUP, last![last!.indexOf("last-delivered-id") + 1]!, "ENTRIESREAD", 3);
  expect(await lagsOf(slug)).toMatchObject([{ unread: 2_497 }]);
  await repairReadCounts(redis, slug);
  expect(await lagsOf(slug)).toMatchObject([{ unread: 2_400 }]);
  await redis.xreadgroup("GROUP", GROUP, "a", "COUNT", 2_400, "NOACK", "STREAMS", key, ">");
  expect(await lagsOf(slug)).toEqual([]);
});

test("a reader that stopped is on home's list and in the metrics", async () => {
  const workspace = await app.createWorkspace();
  const person = await app.createMember(workspace.id, "viewer");
  const home = async () =>
    (await app.callAs(person).home.get({ workspace: workspace.slug })).needs.filter(({ kind }) =>
      kind.startsWith("event_log"),
    );
  await add(redisKeys.events(workspace.slug, 2), 4);
  expect(await findEventLogTrouble(app.ctx, workspace)).toBeNull();
  app.advance(5 * 60_000);
  expect(await findEventLogTrouble(app.ctx, workspace)).toMatchObject({ state: "behind" });
  expect(await home()).toMatchObject([
    { kind: "event_log_behind", severity: "warning", detail: expect.stringContaining("archiver") },
  ]);
  const metrics = (await app.rest("GET", "/metrics", { key: null })).json as string;
  expect(metrics).toContain(
    `shortlist_stream_unread_entries{workspace="${workspace.slug}",stream="sl:{${workspace.slug}:p2}:events",group="archiver"} 4`,
  );
});
