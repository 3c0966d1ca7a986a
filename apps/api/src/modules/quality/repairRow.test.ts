import { EVENT_RULES_DEFAULT, type RepairStep, RepairSteps } from "@shortlist/contracts";
import { describe, expect, it, test } from "vitest";
import { findStepProblems, repairRow } from "./repairRow";
import { readNumber, readTimeMs } from "./repairSteps";

const receivedAtMs = Date.parse("2026-11-20T10:00:00Z");
const USER = "AAAAAAAAAAAAAAAAAAAAAA";
const good = {
  eventId: "0197b2c4-7d1e-7c3a-9a52-3f1d2c4b5a70",
  type: "click",
  itemId: "sku-1",
  userId: USER,
  occurredAt: "2026-11-20T09:59:00Z",
};
const context = {
  rules: EVENT_RULES_DEFAULT,
  isKnownItem: null,
  pseudonymOf: (kind: string, id: string) => `${kind}-${id}`.padEnd(22, "_").slice(0, 22),
};
const repair = (raw: object, steps: object[], reasons: string[] = []) =>
  repairRow(
    { rowId: "0123456789abcdef0123456789abcdef", raw: JSON.stringify(raw), reasons, receivedAtMs },
    RepairSteps.parse(steps),
    context,
  );

describe("a step mends what it is for and leaves the rest", () => {
  it.each<[string, object, object[], object]>([
    ["rename", { user_id: USER, userId: undefined }, [{ op: "rename", from: "user_id", to: "userId" }], {}],
    [
      "rename out of the context",
      { itemId: undefined, context: { sku: "sku-1" } },
      [{ op: "rename", from: "context.sku", to: "itemId" }],
      { context: {} },
    ],
    [
      "default for a missing field",
      { itemId: undefined },
      [{ op: "default", field: "itemId", value: "sku-1" }],
      {},
    ],
    ["default leaves what is there", {}, [{ op: "default", field: "itemId", value: "other" }], {}],
    ["map", { type: "tap" }, [{ op: "map", field: "type", values: { tap: "click" } }], {}],
    ["re-key by prefix", { itemId: "de:sku-1" }, [{ op: "rekey_item", stripPrefix: "de:" }], {}],
    ["re-key a number", { itemId: 17 }, [{ op: "rekey_item", addPrefix: "sku-" }], { itemId: "sku-17" }],
    ["re-key by a table", { itemId: "old" }, [{ op: "map", field: "itemId", values: { old: "sku-1" } }], {}],
    ["number", { value: "9,95 €" }, [{ op: "read_number", field: "value" }], { value: 9.95 }],
    [
      "time",
      { occurredAt: 1_795_168_740 },
      [{ op: "read_time" }],
      { occurredAt: "2026-11-20T09:59:00.000Z" },
    ],
    [
      "drop",
      { context: { note: "[e-mail address]", a: 1 } },
      [{ op: "drop", field: "context.note" }],
      { context: { a: 1 } },
    ],
  ])("%s", (_name, change, steps, expected) => {
    const { after, reasons, stored } = repair({ ...good, ...change }, steps);
    expect(reasons).toEqual([]);
    expect(after).toEqual({ ...good, ...expected });
    expect(stored).toMatchObject({ eventId: good.eventId, receivedAtMs });
  });

  it("steps are applied in order", () => {
    const steps = [
      { op: "default", field: "type", value: "tap" },
      { op: "map", field: "type", values: { tap: "click" } },
    ];
    expect(repair({ ...good, type: undefined }, steps).stored?.type).toBe("click");
    expect(repair({ ...good, type: undefined }, steps.reverse()).reasons).toEqual(["unknown_type"]);
  });
});

it("what no step mends is still refused, with every reason", () => {
  const { reasons, stored } = repair({ ...good, type: "tap", quantity: -1 }, [
    { op: "map", field: "type", values: { tap: "click" } },
  ]);
  expect(reasons).toEqual(["quantity_out_of_range"]);
  expect(stored).toBeNull();
});

it("what only the stream or a mapping saw stays until it is accepted", () => {
  expect(repair(good, [], ["duplicate"]).reasons).toEqual(["duplicate"]);
  expect(repair(good, [], ["cancellation", "velocity"]).reasons).toEqual(["cancellation", "velocity"]);
  expect(repair(good, [{ op: "accept", reason: "velocity" }], ["velocity"]).stored).not.toBeNull();
});

it("a rule is asked as of the time the event was received", () => {
  const old = { ...good, occurredAt: "2026-10-01T00:00:00Z" };
  expect(repair(old, [], ["too_old"]).reasons).toEqual(["too_old"]);
  expect(repair(old, [{ op: "accept", reason: "too_old" }], ["too_old"]).stored?.occurredAtMs).toBe(
    Date.parse(old.occurredAt),
  );
});

it("an event without an id gets the same one however often it is repaired", () => {
  const ids = [undefined, "17"].map((eventId) => repair({ ...good, eventId }, []).stored?.eventId);
  expect(ids).toEqual(Array(2).fill("01234567-89ab-8def-a123-456789abcdef"));
});

it("an id that a person types is pseudonymised, one that is a pseudonym stays", () => {
  const { stored } = repair({ ...good, userId: undefined }, [
    { op: "default", field: "userId", value: "guest" },
  ]);
  expect(stored?.shopper).toBe(context.pseudonymOf("user", "guest"));
  expect(repair(good, []).stored?.shopper).toBe(USER);
});

it("a placeholder makes no shopper, however often it is repaired", () => {
  expect(repair({ ...good, userId: "null" }, []).reasons).toEqual(["placeholder_shopper"]);
  expect(repair({ ...good, userId: "null" }, [{ op: "drop", field: "userId" }]).reasons).toEqual([
    "missing_shopper",
  ]);
  const { stored } = repair({ ...good, userId: "null", anonymousId: USER }, []);
  expect(stored).toMatchObject({ shopper: USER, anonymousShopper: null });
});

it("names of the prototype are no fields", () => {
  const steps = [{ op: "rename", from: "constructor", to: "surface" }] as RepairStep[];
  expect(repair(good, steps).after).toEqual(good);
});

test.each([
  ["9,95 €", 9.95],
  ["EUR 1.299,00", 1299],
  ["1,299.50", 1299.5],
  ["3", 3],
  [7, 7],
  ["-2.5", -2.5],
  ["1,234,567", 1_234_567],
  ["1,234", null],
  ["top", null],
  ["", null],
  [true, null],
])("the number %j is %j", (text, number) => expect(readNumber(text)).toBe(number));

test.each([
  [1_795_168_740, "2026-11-20T09:59:00.000Z"],
  ["1795168740000", "2026-11-20T09:59:00.000Z"],
  ["2026-11-20 09:59:00", "2026-11-20T09:59:00.000Z"],
  ["2026-11-20T09:59", "2026-11-20T09:59:00.000Z"],
  ["2026-11-20T10:59:00+01:00", "2026-11-20T09:59:00.000Z"],
  ["yesterday", null],
  [true, null],
])("the time %j is %j", (value, iso) => {
  const timeMs = readTimeMs(value);
  expect(timeMs === null ? null : new Date(timeMs).toISOString()).toBe(iso);
});

test("steps that cannot help are refused by their field", () => {
  const steps = RepairSteps.parse([
    { op: "accept", reason: "missing_item" },
    { op: "accept", reason: "too_old" },
    { op: "accept", reason: "missing_value" },
    { op: "rename", from: "a", to: "a" },
    { op: "rekey_item" },
  ]);
  expect(findStepProblems(steps).map(({ field }) => field)).toEqual([
    "steps.0.reason",
    "steps.3.to",
    "steps.4.stripPrefix",
  ]);
});
