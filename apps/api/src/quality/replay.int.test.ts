import { fork } from "node:child_process";
import { join } from "node:path";
import { EVENT_PARTITIONS, redisKeys, type StoredInteraction } from "@shortlist/contracts";
import type { QuarantinedRow } from "@shortlist/lake";
import { createRandom } from "@shortlist/ml";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { archiveRound } from "../archive/archiver";
import {
  createRepairContext,
  listGroups,
  listRows,
  previewRepair,
  startReplay,
} from "../modules/quality/repairService";
import { findRepairRow } from "../modules/quality/repository";
import { CLICKS } from "../testing/featureViews";
import { createTap, setAside as setAsideRows, TAPS, TAPS_ARE_CLICKS } from "../testing/quarantine";
import { createTestApp, type TestApp } from "../testing/testApp";
import { replayRows } from "./replay";
import { runReplayJob } from "./replayJob";

let app: TestApp;
let workspace: { id: string; slug: string };
beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());
beforeEach(async () => {
  workspace = await app.createWorkspace();
});

const HOUR_MS = 3_600_000;
const group = TAPS;
const setAside = (rows: readonly QuarantinedRow[]) => setAsideRows(app.ctx, workspace.slug, rows);

async function readStream(): Promise<StoredInteraction[]> {
  const events: StoredInteraction[] = [];
  for (let p = 0; p < EVENT_PARTITIONS; p++)
    for (const [, fields] of await app.ctx.redis.xrange(redisKeys.events(workspace.slug, p), "-", "+"))
      events.push(JSON.parse(fields[1]!));
  return events;
}

const start = (steps = TAPS_ARE_CLICKS) =>
  startReplay(app.ctx, workspace, { group, steps, note: "", createdBy: "ann" });
const run = (repairId: string, ctx = app.ctx) =>
  runReplayJob({ ctx, workspace, payload: { repairId }, report: () => undefined, log: () => undefined });

test("rows are released into the event log with both old times and the time of the release, and reach the archive", async () => {
  await setAside(Array.from({ length: 25 }, (_, i) => createTap(i)));
  expect(await listGroups(app.ctx, workspace)).toMatchObject([
    { ...group, open: 25, repairable: 25, released: 0 },
  ]);
  const beforeMs = Date.now();
  const { repairId } = await start();
  const receipt = await run(repairId);
  expect(receipt).toMatchObject({ rows: 25, released: 25, items: 7, shoppers: 10, byType: { click: 25 } });
  const [event] = await readStream();
  expect(event).toMatchObject({ type: "click" });
  expect(event!.correctedAtMs).toBeGreaterThanOrEqual(beforeMs);
  expect(event!.receivedAtMs - event!.occurredAtMs).toBe(1_000);
  expect(event!.correctedAtMs! - event!.receivedAtMs).toBeGreaterThanOrEqual(HOUR_MS);
  const lake = await app.ctx.lake();
  await archiveRound({ redis: app.ctx.redis, lake, logger: app.ctx.logger }, [workspace.slug], {
    consumer: "a",
  });
  const [archived] = await lake.query(
    `SELECT count(*)::INTEGER AS n, count(corrected_at_ms)::INTEGER AS corrected FROM ${lake.dedupedInteractions(workspace.slug)}`,
  );
  expect(archived).toEqual({ n: 25, corrected: 25 });
  expect(await listGroups(app.ctx, workspace)).toMatchObject([{ open: 0, released: 25 }]);
});

test("the preview says what the replay does: rows that pass and the reasons of those that do not", async () => {
  await setAside([
    ...Array.from({ length: 6 }, (_, i) => createTap(i)),
    ...Array.from({ length: 3 }, (_, i) => createTap(i, { quantity: -1 })),
    createTap(0, { type: "swipe" }),
  ]);
  const preview = await previewRepair(app.ctx, workspace, { group, steps: TAPS_ARE_CLICKS });
  expect(preview).toMatchObject({
    total: 10,
    sampled: 10,
    passed: 6,
    remaining: { quantity_out_of_range: 3, unknown_type: 1 },
  });
  expect(await readStream()).toEqual([]);
  const { repairId } = await start();
  expect(await run(repairId)).toMatchObject({
    rows: 10,
    released: 6,
    refusedByReason: { quantity_out_of_range: 3, unknown_type: 1 },
  });
  expect(await listGroups(app.ctx, workspace)).toMatchObject([{ open: 4, released: 6 }]);
});

test.each(["after the append", "after the outcome"])(
  "killed %s, the next attempt appends nothing twice and counts everything once",
  async (when) => {
    await setAside(Array.from({ length: 2_500 }, (_, i) => createTap(i)));
    const { repairId } = await start();
    const lake = await app.ctx.lake();
    let writes = 0;
    const dying = {
      ...app.ctx,
      lake: async () => ({
        ...lake,
        writeRepairs: async (...args: Parameters<typeof lake.writeRepairs>) => {
          if (++writes === 2 && when === "after the append") throw new Error("killed");
          await lake.writeRepairs(...args);
          if (writes === 2) throw new Error("killed");
        },
      }),
    };
    await expect(run(repairId, dying)).rejects.toThrow("killed");
    expect(await readStream()).toHaveLength(2_000);
    expect((await findRepairRow(app.ctx.db, workspace.id, repairId))?.checkpoint?.released).toBe(1_000);
    expect(await run(repairId)).toMatchObject({ rows: 2_500, released: 2_500 });
    const ids = (await readStream()).map(({ eventId }) => eventId);
    expect([ids.length, new Set(ids).size]).toEqual([2_500, 2_500]);
  },
);

test("killed with SIGKILL at random moments, the process that runs a repair releases every row once", async () => {
  const nRows = 6_000;
  await setAside(Array.from({ length: nRows }, (_, i) => createTap(i)));
  const { repairId, jobId } = await start();
  const random = createRandom(process.env.DRILL_SEED ?? "replay");
  const env = { ...process.env, ...mapValues(app.ctx.env) };
  const attempt = (killAfterMs: number | null) =>
    new Promise<boolean>((resolve, reject) => {
      const child = fork(join(import.meta.dirname, "replayChild.ts"), [jobId], {
        execArgv: ["--import", "tsx"],
        env,
        stdio: "ignore",
      });
      let isDone = false;
      child.on("message", (message: { type: string; message?: string }) => {
        if (message.type === "error") reject(new Error(message.message));
        isDone ||= message.type === "done";
        // The first sign of progress: from here on a kill meets half-done work.
        if (message.type === "progress" && killAfterMs !== null)
          setTimeout(() => child.kill("SIGKILL"), killAfterMs);
      });
      child.on("exit", () => resolve(isDone));
    });
  let kills = 0;
  for (; kills < 4; kills++) if (await attempt(random.next() * 60)) break;
  expect(kills).toBeGreaterThan(0);
  while (!(await attempt(null)));
  const ids = (await readStream()).map(({ eventId }) => eventId);
  expect([ids.length, new Set(ids).size]).toEqual([nRows, nRows]);
  expect((await findRepairRow(app.ctx.db, workspace.id, repairId))?.receipt).toMatchObject({
    rows: nRows,
    released: nRows,
  });
});

/** A process reads its environment as text. */
function mapValues(env: object): Record<string, string> {
  return Object.fromEntries(Object.entries(env).map(([name, value]) => [name, String(value)]));
}

test("two repairs of the same rows release each once", async () => {
  await setAside(Array.from({ length: 10 }, (_, i) => createTap(i)));
  const [first, second] = [await start(), await start()];
  await run(first.repairId);
  expect(await run(second.repairId)).toMatchObject({ rows: 0, released: 0 });
  expect(await readStream()).toHaveLength(10);
  expect(await run(first.repairId)).toMatchObject({ released: 10 });
});

test("with Redis away nothing is marked as released, and the next attempt does all of it", async () => {
  await setAside([createTap(0)]);
  const { repairId } = await start();
  const away = {
    ...app.ctx,
    redis: { xinfo: async () => [], eval: async () => Promise.reject(new Error("away")) },
  };
  await expect(run(repairId, away as never)).rejects.toThrow("away");
  expect(await listGroups(app.ctx, workspace)).toMatchObject([{ open: 1, released: 0 }]);
  expect(await run(repairId)).toMatchObject({ released: 1 });
});

test("rows of an import are one group, named with its file and mapping, and are released like any other", async () => {
  const fileSha256 = "0123456789abcdef".repeat(4);
  const summary = { fileName: "log.csv", fileSha256, mappingName: "small", kind: "interactions" as const };
  await app.ctx.db.importRun.create({
    data: {
      ...summary,
      workspaceId: workspace.id,
      rowsRead: 3,
      rowsImported: 0,
      rowsSetAside: 3,
      summary: {
        ...summary,
        rowsRead: 3,
        rowsImported: 0,
        rowsSetAside: 3,
        setAsideByReason: {},
        problemsByReason: {},
        firstAt: null,
        lastAt: null,
        totals: {},
        seconds: 1,
      },
    },
  });
  const origin = "import-0123456789abcdef-small";
  const rows = [1, 2, 3].map((row) => ({ ...createTap(row), source: `${origin}-${row}`, rowNumber: row }));
  await setAside([
    ...rows.slice(0, 2),
    { ...rows[2]!, raw: "(unreadable, row 3 of the file)", isEvent: false },
  ]);
  const imported = { ...group, origin };
  expect(await listGroups(app.ctx, workspace)).toMatchObject([
    { ...imported, open: 3, repairable: 2, import: { fileName: "log.csv", mappingName: "small" } },
  ]);
  const o = { group: imported, steps: TAPS_ARE_CLICKS, note: "", createdBy: "ann" };
  const { repairId } = await startReplay(app.ctx, workspace, o);
  expect(await run(repairId)).toMatchObject({ rows: 2, released: 2 });
  expect(await listGroups(app.ctx, workspace)).toMatchObject([{ open: 1, released: 2, repairable: 0 }]);
});

test("rows are read page by page, each once, without those that were released", async () => {
  await setAside(Array.from({ length: 7 }, (_, i) => createTap(i, {}, 3_600_000 + (i >> 1))));
  const seen: string[] = [];
  let cursor: Awaited<ReturnType<typeof listRows>>["nextCursor"] = null;
  do {
    const page = await listRows(app.ctx, workspace, { group, cursor, limit: 3 });
    seen.push(...page.rows.map(({ rowId }) => rowId));
    cursor = page.nextCursor;
  } while (cursor !== null);
  expect([seen.length, new Set(seen).size]).toEqual([7, 7]);
});

test("readers that are behind are waited for while they catch up, and not for ever", async () => {
  await setAside([createTap(0)]);
  const { repairId } = await start();
  const repair = (await findRepairRow(app.ctx.db, workspace.id, repairId))!;
  const replay = async (lags: number[]) => {
    let asked = 0;
    const redis = {
      xinfo: async () => [["name", "archiver", "lag", lags[Math.min(asked++ >> 2, lags.length - 1)]]],
      eval: app.ctx.redis.eval.bind(app.ctx.redis),
    };
    let waits = 0;
    const deps = { lake: await app.ctx.lake(), redis: redis as never };
    const done = replayRows(deps, {
      ...repair,
      repairId,
      workspace: workspace.slug,
      createdAtMs: repair.createdAt.getTime(),
      context: createRepairContext(app.ctx, workspace),
      now: Date.now,
      sleep: async () => void waits++,
      saveCheckpoint: async () => undefined,
      report: () => undefined,
    });
    return done.then(
      ({ released }) => ({ released, waits }),
      (error) => ({ error: error.publicDetail as string, waits }),
    );
  };
  expect(await replay([500_000])).toEqual({
    error: expect.stringMatching(/^The event log is not being read: 500000 events wait/),
    waits: 120,
  });
  expect(await readStream()).toEqual([]);
  expect(await replay([500_000, 300_000, 5])).toEqual({ released: 1, waits: 2 });
});

test("a repair that would release nothing is refused and says which reasons remain", async () => {
  await setAside([createTap(0)]);
  await expect(start([])).rejects.toMatchObject({
    code: "conflict",
    publicDetail: "Of 1 rows none would pass: unknown_type remain",
  });
});

test("the receipt names the views whose stream takes the events, and those that need a backfill", async () => {
  await app.ctx.db.featureViewVersion.create({
    data: {
      workspaceId: workspace.id,
      name: "clicks",
      version: 1,
      definition: { ...CLICKS, name: "clicks", version: 1, allowedLateness: "1h" },
      hash: "0".repeat(64),
      owner: "t",
      createdBy: "t",
    },
  });
  await setAside([createTap(0), createTap(1), createTap(2, {}, 3 * HOUR_MS)]);
  const { repairId } = await start();
  expect((await run(repairId)).views).toEqual([
    { ref: "clicks@1", name: "clicks", folded: 2, needBackfill: 1 },
  ]);
});

test("rows of another workspace are neither shown nor released", async () => {
  await setAside([createTap(0)]);
  const other = await app.createWorkspace();
  expect(await listGroups(app.ctx, other)).toEqual([]);
  await expect(
    startReplay(app.ctx, other, { group, steps: TAPS_ARE_CLICKS, note: "", createdBy: "eve" }),
  ).rejects.toMatchObject({ code: "conflict" });
});
