import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import type { StoredInteraction } from "@shortlist/contracts";
import { quote, tableDir } from "@shortlist/lake";
import { findSharedData } from "@shortlist/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runChecks } from "../modules/quality/checkRunService";
import {
  getGrid,
  listLatestFailures,
  recheckDays,
  setClosedDay,
  startDueChecks,
} from "../modules/quality/checkService";
import { createTestApp, type TestApp } from "../testing/testApp";

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());

type Workspace = { id: string; slug: string };
const all = { fromDay: null, toDay: null, report: () => undefined };
const check = (workspace: Workspace, o: Partial<Parameters<typeof runChecks>[2]> = {}) =>
  runChecks(app.ctx, workspace, { ...all, askedAt: new Date(), ...o });

const retail = findSharedData("online-retail", "online_retail.csv.gz");
if (retail === null)
  process.stdout.write("SKIPPED: checks of Online Retail: the shared data folder is absent\n");

/** The clean order lines as events, one file a day; `change` may drop or alter rows. */
async function loadRetail(workspace: Workspace, change = "SELECT * FROM line"): Promise<void> {
  const lake = await app.ctx.lake();
  const dir = tableDir(fileURLToPath(app.ctx.env.LAKE_URL), workspace.slug, "events");
  await mkdir(dirname(dir), { recursive: true });
  await lake.connection.run(
    `COPY (
       WITH line AS (
         SELECT uuid()::VARCHAR AS event_id, 'purchase' AS type, upper(trim(StockCode)) AS item_id,
           left(md5(CustomerID), 22) AS shopper, NULL::VARCHAR AS anonymous_shopper, InvoiceNo AS session_id,
           NULL::VARCHAR AS request_id, NULL::INTEGER AS position, NULL::VARCHAR AS surface,
           epoch_ms(InvoiceDate::TIMESTAMP) AS occurred_at_ms, epoch_ms(InvoiceDate::TIMESTAMP) AS received_at_ms,
           UnitPrice::DOUBLE AS value, 'GBP' AS currency, Quantity::DOUBLE AS quantity,
           json_object('region', Country)::VARCHAR AS context, strftime(InvoiceDate::TIMESTAMP, '%Y-%m-%d') AS day
         FROM read_csv(${quote(retail!)}, all_varchar = true)
         WHERE CustomerID IS NOT NULL AND NOT starts_with(InvoiceNo, 'C') AND Quantity::DOUBLE > 0 AND UnitPrice::DOUBLE > 0)
       ${change}) TO ${quote(dir)} (FORMAT parquet, PARTITION_BY (day))`,
  );
}

const read = async (workspace: Workspace, name: string) => {
  const rows = await app.ctx.db.qualityCheck.findMany({ where: { workspaceId: workspace.id, check: name } });
  return new Map(rows.map((row) => [row.day, row]));
};
const weekdayOf = (day: string) => new Date(day).getUTCDay();
/** Days without trade that no rule of weekdays can foresee: bank holidays, Easter, and the pause around New Year. */
const CLOSED_DAYS = [
  ...["2011-04-22", "2011-04-24", "2011-04-25", "2011-04-29", "2011-05-02", "2011-05-30", "2011-08-29"],
  ...["2010-12-24", "2010-12-25", "2010-12-26", "2010-12-27", "2010-12-28", "2010-12-29", "2010-12-30"],
  ...["2010-12-31", "2011-01-01", "2011-01-02", "2011-01-03"],
];

describe.skipIf(retail === null)("Online Retail, 374 days without a Saturday", () => {
  test("Saturdays are as expected, a year is checked within a minute, and holidays are silent once they are marked", async () => {
    const workspace = await app.createWorkspace();
    await loadRetail(workspace);
    for (const day of CLOSED_DAYS)
      await app.ctx.db.closedDay.create({ data: { workspaceId: workspace.id, day, createdBy: "t" } });
    const done = await check(workspace);
    expect(done).toMatchObject({ days: 374, fromDay: "2010-12-01", toDay: "2011-12-09" });
    const volume = await read(workspace, "volume");
    const saturdays = [...volume.values()].filter(({ day }) => weekdayOf(day) === 6);
    expect(saturdays).toHaveLength(53);
    // The first weeks have too little to compare with, two of them closed.
    expect(saturdays.slice(6).map(({ state }) => state)).toEqual(Array(47).fill("pass"));
    expect(saturdays.at(-1)!.sentence).toBe("No events, as on the last 8 Saturdays");
    for (const day of CLOSED_DAYS) expect(volume.get(day)?.state, day).toBe("pass");
    // A year of a real shop, seasons and all: some days are worth a look, none failed.
    expect(done.byState.fail ?? 0).toBe(0);
    const nulls = await read(workspace, "nulls");
    for (const { day } of saturdays) expect(nulls.get(day)?.state).toBe("no_data");
    process.stdout.write(`online retail: ${JSON.stringify(done.byState)}\n`);
  });

  test("a cut day, a spike and a day without sessions fail, each in its own check", async () => {
    const workspace = await app.createWorkspace();
    await loadRetail(
      workspace,
      `SELECT * REPLACE (CASE WHEN day = '2011-11-01' THEN NULL ELSE session_id END AS session_id) FROM line
         WHERE day <> '2011-10-18' OR hash(event_id) % 10 = 0
       UNION ALL SELECT line.* REPLACE (event_id || n AS event_id) FROM line, range(5) copies(n) WHERE day = '2011-10-25'`,
    );
    await check(workspace, { fromDay: "2011-10-01" });
    const [volume, nulls, duplicates] = await Promise.all(
      ["volume", "nulls", "duplicates"].map((name) => read(workspace, name)),
    );
    expect(volume!.get("2011-10-18")).toMatchObject({ state: "fail" });
    expect(volume!.get("2011-10-18")!.sentence).toMatch(
      /fewer than the .* that the last 8 Tuesdays let expect/,
    );
    expect(volume!.get("2011-10-25")).toMatchObject({ state: "fail" });
    expect(duplicates!.get("2011-10-25")).toMatchObject({ state: "fail" });
    expect(nulls!.get("2011-11-01")).toMatchObject({ state: "fail", value: 1 });
    expect(nulls!.get("2011-11-01")!.sentence).toBe(
      "sessionId is missing in 100.0 % of events; 0.0 % is usual",
    );
    const days = ["2011-10-18", "2011-10-25", "2011-11-01"];
    const others = [...nulls!.values()].filter(({ day, state }) => state === "fail" && !days.includes(day));
    expect(others).toEqual([]);
  });
});

const DAY_MS = 86_400_000;
function createEvents(day: string, n: number): StoredInteraction[] {
  const atMs = Date.parse(day) + 12 * 3_600_000;
  return Array.from({ length: n }, (_, i) => ({
    eventId: `${day}-${i}`,
    type: "view",
    itemId: `sku-${i % 20}`,
    shopper: `${i % 50}`.padStart(22, "A"),
    anonymousShopper: null,
    sessionId: `s-${i % 50}`,
    requestId: null,
    position: null,
    surface: null,
    occurredAtMs: atMs + i * 10_000,
    receivedAtMs: atMs + i * 10_000,
    value: null,
    currency: null,
    quantity: null,
    context: {},
  }));
}
const dayAgo = (days: number) => new Date(Date.now() - days * DAY_MS).toISOString().slice(0, 10);

async function createShop(days: number, eventsOf: (ago: number) => number): Promise<Workspace> {
  const workspace = await app.createWorkspace();
  const lake = await app.ctx.lake();
  for (let ago = days; ago > 0; ago--) {
    const n = eventsOf(ago);
    if (n > 0) await lake.writeInteractions(workspace.slug, `d${ago}`, createEvents(dayAgo(ago), n));
  }
  return workspace;
}

test("due checks are started once, and a failure of the latest day is what the front page hears of", async () => {
  const workspace = await createShop(40, (ago) => (ago === 1 ? 20 : 400));
  expect(await startDueChecks(app.ctx)).toBeGreaterThanOrEqual(1);
  await startDueChecks(app.ctx);
  const jobs = await app.ctx.db.job.findMany({ where: { workspaceId: workspace.id } });
  expect(jobs.map(({ name, payload }) => ({ name, payload }))).toEqual([
    { name: "quality.check", payload: { fromDay: null, toDay: dayAgo(1) } },
  ]);
  await check(workspace);
  expect(await listLatestFailures(app.ctx, workspace.id)).toMatchObject([
    { day: dayAgo(1), check: "volume", state: "fail" },
    { day: dayAgo(1), check: "volume_by_type", state: "fail" },
  ]);
});

test("a run that was killed goes on with the days that are left", async () => {
  const workspace = await createShop(40, () => 100);
  const askedAt = new Date();
  let rounds = 0;
  const killed = check(workspace, {
    askedAt,
    report: () => {
      if (++rounds === 2) throw new Error("killed");
    },
  });
  await expect(killed).rejects.toThrow("killed");
  const before = await app.ctx.db.qualityCheck.findMany({ where: { workspaceId: workspace.id } });
  const done = await check(workspace, { askedAt });
  expect(done.days).toBe(40);
  // Of 40 days 28 were written before the kill; what is counted is what was left.
  expect(Object.values(done.byState).reduce((a, b) => a + b, 0)).toBe(11 * 12);
  const after = await app.ctx.db.qualityCheck.findMany({ where: { workspaceId: workspace.id } });
  expect(after).toHaveLength(11 * 40);
  expect(after).toEqual(expect.arrayContaining(before));
});

test("marking a day as closed asks for the days that it changes, and the grid says so", async () => {
  const workspace = await createShop(40, (ago) => (ago === 3 ? 0 : 100));
  await check(workspace);
  expect((await read(workspace, "volume")).get(dayAgo(3))?.state).toBe("fail");
  await setClosedDay(app.ctx, workspace.id, {
    day: dayAgo(3),
    closed: true,
    note: "holiday",
    createdBy: "ann",
  });
  const [job] = await app.ctx.db.job.findMany({ where: { workspaceId: workspace.id } });
  await check(workspace, job!.payload as { fromDay: string; toDay: string });
  expect((await read(workspace, "volume")).get(dayAgo(3))?.state).toBe("pass");
  const grid = await getGrid(app.ctx, workspace.id, { toDay: null, days: 7 });
  expect(grid).toMatchObject({ lastDay: dayAgo(1), closedDays: [{ day: dayAgo(3), note: "holiday" }] });
  expect(grid.days).toHaveLength(7);
  const other = await app.createWorkspace();
  expect(await getGrid(app.ctx, other.id, { toDay: null, days: 7 })).toMatchObject({
    lastDay: null,
    rows: [],
  });
});

test("a day that is not over is never judged, and days that a repair gave events to are judged again", async () => {
  const workspace = await createShop(40, () => 100);
  await (await app.ctx.lake()).writeInteractions(workspace.slug, "today", createEvents(dayAgo(0), 5));
  expect(await check(workspace, { fromDay: dayAgo(2), toDay: dayAgo(0) })).toMatchObject({
    days: 2,
    toDay: dayAgo(1),
  });
  await recheckDays(app.ctx, workspace.id, { days: [dayAgo(0), dayAgo(1), dayAgo(5)], createdBy: "ann" });
  const jobs = await app.ctx.db.job.findMany({ where: { workspaceId: workspace.id } });
  expect(jobs.map(({ payload }) => payload)).toEqual([{ fromDay: dayAgo(5), toDay: dayAgo(1) }]);
});
