import { randomUUID } from "node:crypto";
import { redisKeys } from "@shortlist/contracts";
import { foldEvent } from "@shortlist/ml";
import { createRedis } from "@shortlist/platform";
import { requireEnv } from "@shortlist/testing";
import type { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { expireGeneration, writeBatchStates } from "./batchStates";
import {
  createEvent,
  createToken,
  createView,
  DAY_MS,
  foldAll,
  foldBatch,
  startOfDay,
} from "./onlineStore.test-support";
import { readDefaults, readFeatures } from "./readFeatures";
import { getStreamKey, loadStreamStates, writeStreamStates } from "./streamStates";

let redis: Redis;
beforeAll(async () => {
  redis = createRedis(requireEnv("TEST_REDIS_URL"));
  await redis.connect();
});
afterAll(() => void redis.disconnect());

const SHOPPER = ["AAAAAAAAAAAAAAAAAAAAAA"];
const NOW = Date.UTC(2026, 2, 1, 12);
const createWorkspace = () => `w-${randomUUID().slice(0, 12)}`;
const read = (workspace: string, view: ReturnType<typeof createView>, atMs = NOW + 1) =>
  readFeatures(redis, { workspace, view, keys: [SHOPPER] }, { atMs }).then(([reading]) => reading!);
const load = (workspace: string, view: ReturnType<typeof createView>) =>
  loadStreamStates(redis, [{ workspace, view, keys: [SHOPPER] }]).then(([rows]) => rows![0]!);

describe("the states of the stream", () => {
  const view = createView({ mode: "stream" });
  const write = (workspace: string, token: string, o: { events: number; key?: string[] }) =>
    writeStreamStates(
      redis,
      [
        {
          workspace,
          view,
          key: o.key ?? SHOPPER,
          token,
          state: foldAll(
            view,
            Array.from({ length: o.events }, () => createEvent({ occurredAtMs: NOW })),
          ),
        },
      ],
      createToken,
    ).then(([next]) => next?.token ?? null);

  test("a state is written only over the one that was read, so two writers never undo each other", async () => {
    const workspace = createWorkspace();
    const first = await write(workspace, "", { events: 1 });
    expect(first).toHaveLength(12);
    expect(await write(workspace, "", { events: 9 })).toBeNull();
    expect(await write(workspace, createToken(), { events: 9 })).toBeNull();
    const second = await write(workspace, first!, { events: 2 });
    expect(await write(workspace, first!, { events: 9 })).toBeNull();
    const row = await load(workspace, view);
    expect(row).toMatchObject({ token: second, problem: null });
    expect((await read(workspace, view)).values).toEqual({ events_1h: 2, events_7d: 2 });
  });

  test("twenty writers that fold again after a conflict count every event once", async () => {
    const workspace = createWorkspace();
    const add = async () => {
      const event = createEvent({ occurredAtMs: NOW });
      for (;;) {
        const row = await load(workspace, view);
        const state = row.state ?? foldAll(view, []);
        foldEvent(view.plan, state, event);
        const [written] = await writeStreamStates(
          redis,
          [{ workspace, view, key: SHOPPER, token: row.token, state }],
          createToken,
        );
        if (written !== null) return;
      }
    };
    await Promise.all(Array.from({ length: 20 }, add));
    expect((await read(workspace, view)).values).toEqual({ events_1h: 20, events_7d: 20 });
  });

  test("of many rows written at once each is judged for itself", async () => {
    const workspace = createWorkspace();
    const keys = Array.from({ length: 100 }, (_, i) => [`shopper-${i}`]);
    const writeAll = (tokens: readonly string[]) =>
      writeStreamStates(
        redis,
        keys.map((key, i) => ({ workspace, view, key, token: tokens[i]!, state: foldAll(view, []) })),
        createToken,
      );
    const first = await writeAll(keys.map(() => ""));
    const second = await writeAll(first.map((written, i) => (i % 3 === 0 ? "" : written!.token)));
    expect(second.map((written) => written !== null)).toEqual(keys.map((_, i) => i % 3 !== 0));
    const [rows] = await loadStreamStates(redis, [{ workspace, view, keys }]);
    expect(rows!.map(({ token }) => token)).toEqual(
      second.map((written, i) => written?.token ?? first[i]!.token),
    );
  });

  test("a value that cannot be read counts as none, says why, and can be written over", async () => {
    const workspace = createWorkspace();
    await redis.set(getStreamKey(workspace, view, SHOPPER), "aaaaaaaaaaaa\n{not json");
    const row = await load(workspace, view);
    expect(row).toMatchObject({
      token: "aaaaaaaaaaaa",
      state: null,
      problem: expect.stringContaining("JSON"),
    });
    const problems: string[] = [];
    const [reading] = await readFeatures(
      redis,
      { workspace, view, keys: [SHOPPER] },
      { atMs: NOW, onUnreadable: (problem) => problems.push(problem) },
    );
    expect(reading).toEqual({ status: "none", paths: "none", values: { events_1h: 0, events_7d: 0 } });
    expect(problems).toHaveLength(1);
    expect(await write(workspace, "aaaaaaaaaaaa", { events: 1 })).not.toBeNull();
  });

  test("rows leave once no window and no late copy can reach them, and live on with every write", async () => {
    const workspace = createWorkspace();
    const needMs = 7 * DAY_MS + 3_600_000 + 2 * 3_600_000;
    const key = getStreamKey(workspace, view, SHOPPER);
    const first = await write(workspace, "", { events: 1 });
    await redis.pexpire(key, 1000);
    await write(workspace, first!, { events: 2 });
    expect(view.retentionMs).toBe(needMs);
    expect(await redis.pttl(key)).toBeGreaterThan(needMs - 60_000);
  });

  test("a row of all time is kept two years at most", () => {
    const ever = createView({ features: [{ name: "n", op: "count", windows: [null, "1h"] }] });
    expect(ever.retentionMs).toBe(730 * DAY_MS);
  });
});

describe("reading both paths", () => {
  const midnight = startOfDay(NOW);
  const generation = "g-1";
  const before = [1, 2, 3].map((h) => createEvent({ occurredAtMs: midnight - h * 3_600_000 }));
  const after = [1, 2].map((m) => createEvent({ occurredAtMs: NOW - m * 60_000 }));
  const view = createView({}, { generation, endMs: midnight });

  async function prepare(paths: { batch: boolean; stream: boolean }): Promise<string> {
    const workspace = createWorkspace();
    if (paths.batch)
      await writeBatchStates(redis, { workspace, view: view.live.view, generation }, [
        [SHOPPER, foldBatch(view, before, midnight)],
      ]);
    if (paths.stream)
      await writeStreamStates(
        redis,
        [{ workspace, view, key: SHOPPER, token: "", state: foldAll(view, after) }],
        createToken,
      );
    return workspace;
  }

  test.each([
    ["both", { batch: true, stream: true }, "present", { events_1h: 2, events_7d: 5 }],
    ["batch_only", { batch: true, stream: false }, "present", { events_1h: 0, events_7d: 3 }],
    ["stream_only", { batch: false, stream: true }, "present", { events_1h: 2, events_7d: 2 }],
    ["none", { batch: false, stream: false }, "none", { events_1h: 0, events_7d: 0 }],
  ] as const)("%s: the values of what is there, and which it was", async (paths, there, status, values) => {
    expect(await read(await prepare(there), view)).toEqual({ status, paths, values });
  });

  test("rows of another view, version, workspace or generation are not read", async () => {
    const workspace = await prepare({ batch: true, stream: true });
    const none = { status: "none", paths: "none" };
    expect(await read(workspace, createView({ version: 2 }))).toMatchObject(none);
    expect(await read(workspace, createView({ name: "other" }))).toMatchObject(none);
    expect(await read(createWorkspace(), view)).toMatchObject(none);
    const next = createView({}, { generation: "g-2", endMs: midnight });
    expect(await read(workspace, next)).toMatchObject({ paths: "stream_only" });
  });

  test("a view of one path never reads the other", async () => {
    const workspace = await prepare({ batch: true, stream: true });
    expect(await read(workspace, createView({ mode: "stream" }))).toMatchObject({ paths: "stream_only" });
    const batch = createView({ mode: "batch" }, { generation, endMs: midnight });
    expect(await read(workspace, batch)).toMatchObject({ paths: "batch_only" });
  });

  test("an expired row has the defaults and is told from one never seen", async () => {
    const workspace = createWorkspace();
    const short = createView({ ttl: "10m", mode: "stream" });
    await writeStreamStates(
      redis,
      [{ workspace, view: short, key: SHOPPER, token: "", state: foldAll(short, after) }],
      createToken,
    );
    const newestMs = NOW - 60_000;
    expect(await read(workspace, short, newestMs + 600_000)).toMatchObject({ status: "present" });
    expect(await read(workspace, short, newestMs + 600_001)).toMatchObject({
      status: "expired",
      values: { events_1h: 0, events_7d: 0 },
    });
  });

  test("a reader whose clock is an hour behind is answered instead of refused", async () => {
    const workspace = await prepare({ batch: true, stream: true });
    expect(await read(workspace, view, NOW - 3_600_000)).toMatchObject({ status: "present" });
  });

  test("five hundred rows come in the order asked", async () => {
    const workspace = createWorkspace();
    const items = createView({ entity: "item", mode: "stream" });
    const keys = Array.from({ length: 500 }, (_, i) => [`sku-${i}`]);
    await writeStreamStates(
      redis,
      keys.map((key, i) => ({
        workspace,
        view: items,
        key,
        token: "",
        state: foldAll(
          items,
          Array.from({ length: i % 5 }, () => createEvent({ occurredAtMs: NOW, itemId: key[0]! })),
        ),
      })),
      createToken,
    );
    const readings = await readFeatures(redis, { workspace, view: items, keys }, { atMs: NOW + 1 });
    expect(readings.map(({ values }) => values.events_1h)).toEqual(keys.map((_, i) => i % 5));
  });

  test("a tile that cannot be read takes its path out and leaves the other", async () => {
    const workspace = await prepare({ batch: true, stream: true });
    const key = redisKeys.featureBatch(workspace, view.id, { entity: "shopper", key: SHOPPER, generation });
    await redis.set(key, (await redis.get(key))!.replaceAll(/^(\d \d+) .*$/gm, "$1 [broken"));
    const problems: string[] = [];
    const [reading] = await readFeatures(
      redis,
      { workspace, view, keys: [SHOPPER] },
      { atMs: NOW + 1, onUnreadable: (problem) => problems.push(problem) },
    );
    expect(reading).toEqual({
      status: "present",
      paths: "stream_only",
      values: { events_1h: 2, events_7d: 2 },
    });
    expect(problems.length).toBeGreaterThan(0);
  });

  test("without Redis the defaults are at hand", () => {
    expect(readDefaults(view)).toEqual({
      status: "none",
      paths: "none",
      values: { events_1h: 0, events_7d: 0 },
    });
  });
});

test("a generation leaves whole and alone", async () => {
  const workspace = createWorkspace();
  const view = createView({ entity: "shopper_item" }, { generation: "g1", endMs: startOfDay(NOW) });
  const state = foldBatch(view, [], startOfDay(NOW));
  const keys = [
    ["a", "sku-1"],
    ["a", "x}:fb:activity@1:g1"],
    ["b}", "sku-1"],
  ];
  const target = (generation: string) => ({ workspace, view: view.live.view, generation });
  for (const generation of ["g1", "g10"])
    await writeBatchStates(
      redis,
      target(generation),
      keys.map((key) => [key, state] as const),
    );
  expect(await expireGeneration(redis, target("g1"), 60_000)).toBe(3);
  const ttlOf = (generation: string, key: readonly string[]) =>
    redis.pttl(redisKeys.featureBatch(workspace, view.id, { entity: "shopper_item", key, generation }));
  for (const key of keys) {
    expect(await ttlOf("g1", key)).toBeLessThanOrEqual(60_000);
    expect(await ttlOf("g10", key)).toBeGreaterThan(7 * DAY_MS);
  }
});
