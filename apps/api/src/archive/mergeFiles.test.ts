import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { StoredInteraction } from "@shortlist/contracts";
import { type Lake, openLake, tableDir, utcDay } from "@shortlist/lake";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type MergeOptions, mergeFiles } from "./mergeFiles";

let root: string;
let lake: Lake;
const AT = Date.now();
const LATER = AT + 3_600_000;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "merge-"));
  lake = await openLake(root);
  for (let i = 0; i < 25; i++) await lake.writeInteractions("shop", `stream-p0-${i}-0`, [createEvent(i)]);
  await lake.writeInteractions("shop", "import-abc-0", [createEvent(99)]);
});
afterEach(async () => {
  lake.close();
  await rm(root, { recursive: true });
});

const createEvent = (i: number): StoredInteraction => ({
  eventId: `e-${i}`,
  type: "click",
  itemId: "sku",
  shopper: "AAAAAAAAAAAAAAAAAAAAAA",
  anonymousShopper: null,
  sessionId: null,
  requestId: null,
  position: 1,
  surface: null,
  occurredAtMs: AT,
  receivedAtMs: AT,
  value: 0.5,
  currency: null,
  quantity: null,
  context: { page: "p" },
});
const merge = (o: Partial<MergeOptions> = {}) => mergeFiles("shop", { lake, root, nowMs: LATER, ...o });
const listFiles = () => readdir(join(tableDir(root, "shop", "events"), `day=${utcDay(AT)}`));
const read = () => lake.query(`SELECT * FROM ${lake.scan("shop", "events")} ORDER BY event_id`);

test("many small files become one, imports stay as they are, and no value changes", async () => {
  const before = await read();
  expect(await merge()).toBe(25);
  const files = await listFiles();
  expect(files).toHaveLength(2);
  expect(files).toContain("import-abc-0.parquet");
  expect(await read()).toEqual(before);
  expect(await merge()).toBe(0);
});

test("young files and few files are left alone: they may still be written again, or are no burden", async () => {
  expect(await merge({ nowMs: AT })).toBe(0);
  expect(await merge({ filesMin: 26 })).toBe(0);
  expect(await listFiles()).toHaveLength(26);
});

test.each(["planned", "written", "half_deleted"] as const)(
  "cut off after it has %s: readers lose nothing, and the next round leaves each row once",
  async (at) => {
    const before = await read();
    const cut = merge({
      onStep: async (step) => {
        if (step === at) throw new Error("killed");
      },
    });
    await expect(cut).rejects.toThrow("killed");
    const seen = await lake.query(`SELECT count(*)::INTEGER AS n FROM ${lake.dedupedInteractions("shop")}`);
    expect(seen).toEqual([{ n: 26 }]);
    await merge();
    expect(await read()).toEqual(before);
    expect(await listFiles()).toHaveLength(2);
  },
);
