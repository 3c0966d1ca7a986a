import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { InteractionType, StoredInteraction } from "@shortlist/contracts";
import { type Lake, openLake } from "@shortlist/lake";
import { afterEach, beforeEach, expect, test } from "vitest";
import { countBefore, loadInteractionLog, toMatrix } from "./interactionLog";

let dir: string;
let lake: Lake;
const T0 = Date.UTC(2026, 0, 1);
const ITEMS = new Map([
  ["a", 0],
  ["b", 1],
  ["c", 2],
]);

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "training-"));
  lake = await openLake(dir);
});
afterEach(async () => {
  lake.close();
  await rm(dir, { recursive: true });
});

const OPTIONS = { testSharePct: 15, unlinked: [] };
let serial = 0;
function event(o: Partial<StoredInteraction> & { shopper: string; minute: number }): StoredInteraction {
  const { minute, ...rest } = o;
  return {
    eventId: `e${serial++}`,
    type: "view" as InteractionType,
    itemId: "a",
    anonymousShopper: null,
    sessionId: null,
    requestId: null,
    position: null,
    surface: null,
    occurredAtMs: T0 + minute * 60_000,
    receivedAtMs: T0 + minute * 60_000,
    value: null,
    currency: null,
    quantity: null,
    context: {},
    ...rest,
  };
}

async function load(events: readonly StoredInteraction[]) {
  await lake.writeInteractions("shop", "b", events);
  return loadInteractionLog(lake, { workspace: "shop", itemIndex: ITEMS }, OPTIONS);
}

test("anonymous visits belong to the person who later signed in on that device", async () => {
  const { log, report } = await load([
    event({ shopper: "device", minute: 0 }),
    event({ shopper: "person", anonymousShopper: "device", minute: 1, type: "sign_in", itemId: null }),
    event({ shopper: "person", minute: 2, itemId: "b" }),
  ]);
  expect(log.shoppers).toEqual(["person"]);
  expect(report.mergedShoppers).toBe(1);
});

test("a device used by two people joins neither with the other, also after one of them is taken apart", async () => {
  const events = [
    event({ shopper: "device", minute: 0 }),
    event({ shopper: "ann", anonymousShopper: "device", minute: 1 }),
    event({ shopper: "bob", anonymousShopper: "device", minute: 2 }),
    event({ shopper: "device", minute: 3 }),
    event({ shopper: "cleo", minute: 90 }),
    event({ shopper: "cleo", minute: 91 }),
    event({ shopper: "cleo", minute: 92 }),
  ];
  const { log } = await load(events);
  const eventsOf = (who: string) => log.shopper.filter((shopper) => log.shoppers[shopper] === who).length;
  expect([eventsOf("ann"), eventsOf("bob")]).toEqual([2, 2]);
  const apart = await loadInteractionLog(
    lake,
    { workspace: "shop", itemIndex: ITEMS },
    { ...OPTIONS, unlinked: [{ device: "device", person: "ann" }] },
  );
  expect(apart.log.shoppers).not.toContain("device");
  expect(apart.log.shopper.filter((s) => apart.log.shoppers[s] === "ann").length).toBe(1);
});

test("what is learned before a window knows nothing of sign-ins inside it", async () => {
  const { log, windows } = await load([
    event({ shopper: "device", minute: 0 }),
    ...Array.from({ length: 8 }, (_, i) => event({ shopper: "cleo", minute: 10 + i })),
    event({ shopper: "ann", anonymousShopper: "device", minute: 40 }),
  ]);
  expect(windows.splitMs).toBeLessThanOrEqual(T0 + 40 * 60_000);
  expect(log.shoppers).toContain("device");
});

test("people who opted out are left out with everything they did, until they opt in again", async () => {
  const events = [
    event({ shopper: "device", minute: 0 }),
    event({ shopper: "ann", anonymousShopper: "device", minute: 1 }),
    event({ shopper: "ann", minute: 5, type: "opt_out", itemId: null }),
    event({ shopper: "bob", minute: 2 }),
    event({ shopper: "bob", minute: 3, type: "opt_out", itemId: null }),
    event({ shopper: "bob", minute: 4, type: "opt_in", itemId: null }),
  ];
  const { log, report, optedOut } = await load(events);
  expect(log.shoppers).toEqual(["bob"]);
  expect(optedOut).toEqual([{ shopper: "ann", atMs: T0 + 5 * 60_000 }]);
  expect(report.optedOutShoppers).toBe(1);
});

test("a program that opens many items a minute is left out and counted", async () => {
  const items = new Map(Array.from({ length: 60 }, (_, i) => [`i${i}`, i]));
  await lake.writeInteractions("shop", "b", [
    ...Array.from({ length: 60 }, (_, i) =>
      event({ shopper: "bot", minute: 0, occurredAtMs: T0 + i * 100, itemId: `i${i}` }),
    ),
    event({ shopper: "ann", minute: 1, itemId: "i1" }),
  ]);
  const { log, report } = await loadInteractionLog(lake, { workspace: "shop", itemIndex: items }, OPTIONS);
  expect(log.shoppers).toEqual(["ann"]);
  expect(report).toMatchObject({ rows: 61, usedRows: 1, botShoppers: 1 });
});

test("items that the catalogue does not hold are left out and counted", async () => {
  const { log, report } = await load([
    event({ shopper: "ann", minute: 0 }),
    event({ shopper: "ann", minute: 1, itemId: "gone" }),
  ]);
  expect(log.item.length).toBe(1);
  expect(report).toMatchObject({ rows: 2, usedRows: 1, unknownItemRows: 1 });
});

test("a pause of half an hour starts a new visit, a session id of the shop decides otherwise", async () => {
  const { log } = await load([
    event({ shopper: "ann", minute: 0 }),
    event({ shopper: "ann", minute: 29, itemId: "b" }),
    event({ shopper: "ann", minute: 60, itemId: "c" }),
    event({ shopper: "bob", minute: 61, sessionId: "s" }),
    event({ shopper: "bob", minute: 200, sessionId: "s", itemId: "b" }),
  ]);
  const [first, second, third, fourth, fifth] = log.session;
  expect(second).toBe(first);
  expect(third).not.toBe(first);
  expect(fifth).toBe(fourth);
});

test("events are in time order and a pair counts once in the matrix", async () => {
  const { log } = await load([
    event({ shopper: "ann", minute: 5, itemId: "b" }),
    event({ shopper: "ann", minute: 1 }),
    event({ shopper: "ann", minute: 3 }),
  ]);
  expect([...log.timeMs]).toEqual([...log.timeMs].sort((a, b) => a - b));
  expect(countBefore(log, T0 + 3 * 60_000)).toBe(1);
  const matrix = toMatrix(log, 0, 3);
  expect([...matrix.colIdx]).toEqual([0, 1]);
  expect([...matrix.values]).toEqual([1, 1]);
});
