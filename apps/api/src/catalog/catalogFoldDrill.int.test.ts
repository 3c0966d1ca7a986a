import { type ChildProcess, fork } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type CatalogChange, comparePositions, CatalogItem as Item, redisKeys } from "@shortlist/contracts";
import { createRandom } from "@shortlist/ml";
import { appendCatalogChanges, type CatalogEntry, parseCatalogEntry } from "@shortlist/platform";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestApp, type TestApp } from "../testing/testApp";
import type { CatalogSnapshot } from "../training/itemSnapshot";
import { findFold } from "./repository";

// The drill of the catalogue's fold: processes that take the stream into the database and begin index builds from it are
// killed, some of them within the transaction of a fold, while changes keep coming (S8).

/** So many must fall into a transaction; DRILL_KILLS=50 for the long run. */
const KILLS_WITHIN = Number(process.env.DRILL_KILLS ?? 3);
const KILLS_MAX = KILLS_WITHIN * 10;
const PROCESSES = 2;
const BACKLOG_CHANGES = 12_000;
/** So many that most of what a lost fold held is changed by no later one. */
const ITEMS = 30_000;

let app: TestApp;
let builds: string;
beforeAll(async () => {
  app = await createTestApp();
  builds = await mkdtemp(join(tmpdir(), "catalog-builds-"));
});
afterAll(async () => {
  await app.close();
  await rm(builds, { recursive: true, force: true });
});

interface Sold {
  readonly title: string;
  readonly price: number | null;
  readonly inStock: boolean;
  readonly isDeleted: boolean;
}

/** What is meant: changes one after the other. */
function applyAll(entries: readonly CatalogEntry[]): Map<string, Sold> {
  const items = new Map<string, Sold>();
  for (const { changes } of entries)
    for (const change of changes) {
      if (change.op === "upsert") {
        const { itemId, title, price, inStock } = change.item;
        items.set(itemId, { title, price, inStock, isDeleted: false });
        continue;
      }
      const held = items.get(change.itemId);
      if (held === undefined) continue;
      if (change.op === "delete") items.set(change.itemId, { ...held, isDeleted: true });
      else
        items.set(change.itemId, {
          ...held,
          price: change.price === undefined ? held.price : change.price,
          inStock: change.inStock ?? held.inStock,
        });
    }
  return items;
}

const random = createRandom("catalogue fold");
function createChange(): CatalogChange {
  const itemId = `item-${random.int(ITEMS)}`;
  const kind = random.next();
  if (kind < 0.5)
    return { op: "upsert", item: Item.parse({ itemId, title: `t ${random.int(1e6)}`, price: 1 }) };
  if (kind < 0.6) return { op: "delete", itemId };
  return kind < 0.8
    ? { op: "patch", itemId, price: random.int(1_000) }
    : { op: "patch", itemId, inStock: random.next() < 0.5 };
}

async function startProcess(slug: string): Promise<ChildProcess> {
  const env = Object.fromEntries(
    Object.entries(app.ctx.env).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, String(value)]],
    ),
  );
  const child = fork(fileURLToPath(new URL("../testing/drillCatalog.ts", import.meta.url)), {
    execArgv: ["--import", "tsx"],
    env: { ...process.env, ...env, DRILL_WORKSPACE: slug, DRILL_BUILDS: builds },
    stdio: "ignore",
  });
  await new Promise<void>((resolve, reject) => {
    child.once("message", () => resolve());
    child.once("exit", (code) => reject(new Error(`a process ended with ${code} before it ran`)));
  });
  return child;
}

/** Whether somebody is writing items at this moment. */
async function isFolding(): Promise<boolean> {
  const [row] = await app.ctx.db.$queryRaw<{ n: bigint }[]>`
    SELECT count(*) AS n FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start IS NOT NULL
       AND query LIKE '%"Item"%' AND (query LIKE '%INSERT%' OR query LIKE '%UPDATE%')`;
  return Number(row!.n) > 0;
}

test(`killed in the middle of folds, ${KILLS_WITHIN} times: every change is in the database once, and every build is the stream up to its position`, {
  timeout: 120_000 + KILLS_MAX * 6_000,
}, async () => {
  const workspace = await app.createWorkspace();
  const { slug } = workspace;
  let [kills, within] = [0, 0];
  while (within < KILLS_WITHIN && kills < KILLS_MAX) {
    const children = await Promise.all(Array.from({ length: PROCESSES }, () => startProcess(slug)));
    for (let sent = 0; sent < BACKLOG_CHANGES; sent += 1_000)
      await appendCatalogChanges(app.ctx.redis, slug, Array.from({ length: 1_000 }, createChange));
    await new Promise((resolve) => setTimeout(resolve, random.next() * 150));
    const untilMs = Date.now() + 2_000;
    let isWithin = await isFolding();
    while (!isWithin && Date.now() < untilMs) isWithin = await isFolding();
    if (isWithin) within++;
    for (const child of children) {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGKILL");
      await ended;
      kills++;
    }
  }
  const entries = (await app.ctx.redis.xrange(redisKeys.catalog(slug), "-", "+")).map(parseCatalogEntry);
  const last = entries.at(-1)!.id;
  // One that is left alone takes up where they ended, and builds.
  const survivor = await startProcess(slug);
  await expect.poll(() => readdir(builds), { timeout: 60_000 }).toContain(`${last}.json`);
  await new Promise((resolve) => {
    survivor.once("exit", resolve);
    survivor.kill("SIGKILL");
  });
  expect((await findFold(app.ctx.db, workspace.id))!.position).toBe(last);
  const rows = await app.ctx.db.item.findMany({ where: { workspaceId: workspace.id } });
  const got = new Map(
    rows.map(({ itemId, title, price, inStock, deletedAt }): [string, Sold] => [
      itemId,
      { title, price, inStock, isDeleted: deletedAt !== null },
    ]),
  );
  expect(got).toEqual(applyAll(entries));

  const names = (await readdir(builds)).filter((name) => name.endsWith(".json"));
  for (const name of names) {
    const build: CatalogSnapshot = JSON.parse(await readFile(join(builds, name), "utf8"));
    const meant = applyAll(entries.filter(({ id }) => comparePositions(id, build.position) <= 0));
    const built = build.rows.map(({ itemId, title, price, inStock }) => [itemId, { title, price, inStock }]);
    const sold = [...meant].flatMap(([id, { isDeleted, ...item }]) => (isDeleted ? [] : [[id, item]]));
    expect(new Map(built as [string, object][])).toEqual(new Map(sold as [string, object][]));
  }
  expect(within).toBe(KILLS_WITHIN);
  process.stdout.write(
    `catalogue fold drill: ${kills} kills, ${within} while items were written; ${entries.length} entries, ` +
      `${rows.length} items, ${names.length} builds\n`,
  );
});
