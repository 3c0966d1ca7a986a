import { mkdtemp, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { StoredInteraction } from "@shortlist/contracts";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createRowId, type Lake, openLake, quote } from "./lake";
import { tableDir } from "./paths";

let root: string;
let lake: Lake;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "lake it's-"));
  lake = await openLake(root);
});
afterEach(async () => {
  lake.close();
  await rm(root, { recursive: true });
});

const interaction = (eventId: string, receivedAtMs: number): StoredInteraction => ({
  eventId,
  type: "click",
  itemId: "sku-1",
  shopper: "AAAAAAAAAAAAAAAAAAAAAA",
  anonymousShopper: null,
  sessionId: null,
  requestId: null,
  position: 2,
  surface: "home_feed",
  occurredAtMs: receivedAtMs - 5,
  receivedAtMs,
  value: 9.95,
  currency: "EUR",
  quantity: 1,
  context: { unknownField: "kept" },
});

test("an event that arrives in two batches is read once, as first received", async () => {
  const day = Date.UTC(2026, 0, 5);
  await lake.writeInteractions("shop", "b1", [interaction("e1", day), interaction("e2", day)]);
  await lake.writeInteractions("shop", "b2", [interaction("e1", day + 1000)]);
  const rows = await lake.query(
    `SELECT event_id, received_at_ms::DOUBLE AS at FROM ${lake.dedupedInteractions("shop")} ORDER BY event_id`,
  );
  expect(rows).toEqual([
    { event_id: "e1", at: day },
    { event_id: "e2", at: day },
  ]);
});

test("writing a batch again replaces it", async () => {
  const day = Date.UTC(2026, 0, 5);
  await lake.writeInteractions("shop", "b1", [interaction("e1", day)]);
  await lake.writeInteractions("shop", "b1", [interaction("e1", day), interaction("e2", day)]);
  const [row] = await lake.query(`SELECT count(*)::INTEGER AS n FROM ${lake.scan("shop", "events")}`);
  expect(row).toEqual({ n: 2 });
});

test("rows of several days go to one file a day and unknown fields are kept", async () => {
  const day = Date.UTC(2026, 0, 5, 23, 59, 59);
  await lake.writeInteractions("shop", "b1", [interaction("e1", day), interaction("e2", day + 5000)]);
  const rows = await lake.query(
    `SELECT event_id, context->>'unknownField' AS kept FROM ${lake.scan("shop", "events")} ORDER BY 1`,
  );
  expect(rows).toEqual([
    { event_id: "e1", kept: "kept" },
    { event_id: "e2", kept: "kept" },
  ]);
});

test("a workspace without files has no rows, and another workspace's files are not seen", async () => {
  await lake.writeInteractions("a", "b1", [interaction("e1", 0)]);
  expect(await lake.hasRows("a", "events")).toBe(true);
  expect(await lake.hasRows("b", "events")).toBe(false);
});

test("files written before a column existed are read with null in it, alone and beside newer ones", async () => {
  const day = Date.UTC(2026, 0, 5);
  await lake.writeInteractions("shop", "b1", [interaction("e1", day)]);
  const old = `${tableDir(root, "shop", "events")}/day=2026-01-05/b1.parquet`;
  await lake.query(
    `COPY (SELECT * EXCLUDE corrected_at_ms FROM read_parquet(${quote(old)})) TO ${quote(`${old}.old`)} (FORMAT parquet)`,
  );
  await rename(`${old}.old`, old);
  const read = () =>
    lake.query(
      `SELECT event_id, corrected_at_ms::DOUBLE AS at FROM ${lake.scan("shop", "events")} ORDER BY event_id`,
    );
  expect(await read()).toEqual([{ event_id: "e1", at: null }]);
  await lake.writeInteractions("shop", "b2", [{ ...interaction("e2", day), correctedAtMs: day + 9 }]);
  expect(await read()).toEqual([
    { event_id: "e1", at: null },
    { event_id: "e2", at: day + 9 },
  ]);
});

test("of a correction and a copy that was known before it, the copy is read", async () => {
  const day = Date.UTC(2026, 0, 5);
  await lake.writeInteractions("shop", "b1", [
    { ...interaction("e1", day), correctedAtMs: day + 5_000 },
    interaction("e1", day + 1_000),
  ]);
  const rows = await lake.query(
    `SELECT received_at_ms::DOUBLE AS at, corrected_at_ms AS corrected FROM ${lake.dedupedInteractions("shop")}`,
  );
  expect(rows).toEqual([{ at: day + 1_000, corrected: null }]);
});

test("a quarantined row keeps its identity however often it is written", async () => {
  const row = {
    source: "collector",
    rowNumber: 1,
    reason: "unknown_type",
    problems: [],
    receivedAtMs: 0,
    appVersion: null,
    raw: "{}",
    isEvent: true,
  };
  await lake.writeQuarantine("shop", "b1", [row, { ...row, rowNumber: 2 }, { ...row, raw: '{"a":1}' }]);
  const [found] = await lake.query(
    `SELECT count(*)::INTEGER AS n, count(DISTINCT row_id)::INTEGER AS ids, min(reasons) AS reasons FROM ${lake.scan("shop", "quarantine")}`,
  );
  expect(found).toEqual({ n: 3, ids: 2, reasons: "unknown_type" });
});

test("equal rows of a file are two rows, and the same ones when the file is imported again", () => {
  const row = (rowNumber: number) => ({ source: `import-f-${rowNumber}`, rowNumber, raw: "{}" });
  expect(createRowId(row(1))).not.toBe(createRowId(row(2)));
  expect(createRowId(row(1))).toBe(createRowId(row(1)));
});
