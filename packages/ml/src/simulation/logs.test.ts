import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { DAY_MS } from "./catalogue";
import { describeMess } from "./logs";
import { createSmallHistory, findItemIndex, SMALL_SHOP } from "./smallShop.test-support";
import type { RawLogRow } from "./types";

const { shop, ledger, rows, slates } = createSmallHistory();
const bots = new Set(ledger.botDeviceIds);
const people = rows.filter(({ device_id }) => device_id === undefined || !bots.has(device_id));
const count = (holds: (row: RawLogRow) => boolean) => rows.filter(holds).length;
const hash = (xs: unknown[]) => createHash("sha256").update(JSON.stringify(xs)).digest("hex");

describe("generateLogs", () => {
  it("writes the same rows for the same seed and others for another seed", () => {
    expect(hash(createSmallHistory().rows)).toBe(hash(rows));
    expect(hash(createSmallHistory(8).rows)).not.toBe(hash(rows));
  });

  it("writes in order of arrival within the period", () => {
    const arrivals = rows.map(({ received_at }) => Date.parse(received_at));
    expect(arrivals.every((ms, i) => i === 0 || ms >= arrivals[i - 1]!)).toBe(true);
    expect(arrivals[0]!).toBeGreaterThanOrEqual(shop.startMs);
    expect(arrivals.at(-1)!).toBeLessThan(SMALL_SHOP.endMs);
  });

  it("touches items only after they were created", () => {
    for (const row of rows) {
      const index = findItemIndex(shop.indexByItemId, row);
      if (index === null || typeof row.ts !== "string") continue;
      expect(Date.parse(row.ts)).toBeGreaterThanOrEqual(shop.items[index]!.createdAtMs);
    }
  });

  it("never sells an item that is out of stock", () => {
    const sold = rows.filter(({ type }) => type === "purchase" || type === "add_to_cart");
    expect(sold.length).toBeGreaterThan(200);
    for (const row of sold) {
      const index = findItemIndex(shop.indexByItemId, row);
      if (index === null || row.ts === undefined || typeof row.ts === "boolean") continue;
      const atMs = typeof row.ts === "number" ? row.ts : Date.parse(row.ts);
      if (atMs > Date.parse(row.received_at)) continue; // a clock in the future says nothing about that moment
      expect(shop.isInStock(index, atMs)).toBe(true);
    }
  });

  it("opens about as many product pages from slates as from browsing", () => {
    const views = people.filter(({ type }) => type === "view");
    const fromSlates = views.filter(({ request_id }) => request_id !== undefined).length / views.length;
    expect(fromSlates).toBeGreaterThan(0.35);
    expect(fromSlates).toBeLessThan(0.6);
  });

  it("reports for every click the slate that showed the item at that position", () => {
    const shown = new Map(slates.map((slate) => [slate.request_id, slate.skus]));
    const clicks = people.filter(({ type, sku }) => type === "click" && shop.indexByItemId.has(String(sku)));
    for (const { request_id, position, sku } of clicks) {
      if (typeof position === "number") expect(shown.get(request_id!)![position]).toBe(sku);
    }
  });
});

describe("the mess ledger", () => {
  const arrivedMs = (row: RawLogRow) => Date.parse(row.received_at);
  const happenedMs = (row: RawLogRow) => (typeof row.ts === "string" ? Date.parse(row.ts) : Number(row.ts));

  it("counts what is in the rows", () => {
    expect(rows.length).toBe(ledger.rows);
    expect(count((r) => r.event_id === undefined)).toBe(ledger.missing.event_id);
    expect(count((r) => r.type === undefined)).toBe(ledger.missing.type);
    expect(count((r) => r.ts === undefined)).toBe(ledger.missing.ts);
    expect(count((r) => r.sku === undefined && r.type !== "sign_in")).toBe(ledger.missing.sku);
    expect(count((r) => r.user_id === undefined && r.device_id === undefined)).toBe(ledger.missing.identity);
    expect(count((r) => r.type === "purchase" && r.price === undefined)).toBe(ledger.missing.price);
    expect(count((r) => typeof r.ts === "number")).toBe(ledger.epochTimestamps);
    expect(count((r) => r.type === "sign_in")).toBe(ledger.signInRows);
    expect(count((r) => typeof r.sku === "string" && !shop.indexByItemId.has(r.sku))).toBe(
      ledger.unknownItems,
    );
    expect(count((r) => happenedMs(r) >= arrivedMs(r) + DAY_MS)).toBe(ledger.futureClocks);
    expect(count((r) => typeof r.ts !== "boolean" && arrivedMs(r) - happenedMs(r) >= 3_600_000)).toBe(
      ledger.lateRows,
    );
    expect(count((r) => r.device_id !== undefined && bots.has(r.device_id))).toBe(ledger.botRows);
    const phoneIds = new Set(rows.flatMap((r) => (r.user_id?.startsWith("m") ? [r.user_id] : [])));
    expect([...phoneIds].sort()).toEqual([...ledger.twoIdUserIds].sort());
    const wrong = (r: RawLogRow) =>
      r.ts === true ||
      typeof r.sku === "number" ||
      [r.position, r.price, r.quantity].some((x) => typeof x === "string");
    expect(count(wrong)).toBe(ledger.wrongTypes);
  });

  it("counts exact duplicates and events under two ids", () => {
    const texts = new Set(rows.map((row) => JSON.stringify(row)));
    expect(rows.length - texts.size).toBe(ledger.exactDuplicates);
    const sameEvent = new Set(
      [...texts].map((text) => JSON.stringify({ ...JSON.parse(text), event_id: "", received_at: "" })),
    );
    expect(texts.size - sameEvent.size).toBe(ledger.reissuedIds);
  });

  it("counts sessions by how they identify themselves", () => {
    const sessions = new Map<string | undefined, RawLogRow[]>();
    for (const row of people) sessions.set(row.session_id, [...(sessions.get(row.session_id) ?? []), row]);
    expect(sessions.size).toBe(ledger.sessions);
    const anonymous = [...sessions.values()].filter((s) => s.every((r) => r.user_id === undefined)).length;
    // A damaged row can hide the only user id of a very short session.
    expect(Math.abs(anonymous - ledger.anonymousSessions)).toBeLessThan(0.01 * sessions.size);
    expect(ledger.signInSessions).toBeGreaterThan(0.05 * sessions.size);
  });

  it("holds every kind of mess at about its intended share", () => {
    const missing = Object.values(ledger.missing).reduce((a, b) => a + b, 0);
    const { rows: all, botRows, lateRows, signInRows, exactDuplicates, reissuedIds } = ledger;
    const exposed = all - botRows - lateRows - signInRows - exactDuplicates - reissuedIds;
    for (const [n, share] of [
      [missing, 0.005],
      [exactDuplicates, 0.01],
      [reissuedIds, 0.003],
    ] as const) {
      // Four standard deviations of a count: chance alone exceeds them once in 16,000 seeds.
      expect(Math.abs(n - share * exposed)).toBeLessThan(4 * Math.sqrt(share * exposed));
    }
    expect(
      Math.min(ledger.wrongTypes, ledger.unknownItems, ledger.futureClocks, ledger.lateRows),
    ).toBeGreaterThan(0);
  });

  it("is the same from describeMess", () => {
    expect(describeMess(shop)).toEqual(ledger);
  });
});
