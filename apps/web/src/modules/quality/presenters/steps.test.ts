import type { RepairStep } from "@shortlist/contracts";
import { describe, expect, it } from "vitest";
import {
  createStep,
  isComplete,
  listChanges,
  STEP_LABELS,
  type StepOp,
  stepText,
  suggestStep,
} from "./steps";

describe("the suggested step", () => {
  it.each<[string, object[], RepairStep | null]>([
    [
      "unknown_type",
      [{ type: "tap" }, { type: "tap" }, { type: "swipe" }],
      { op: "map", field: "type", values: { tap: "", swipe: "" } },
    ],
    ["missing_shopper", [{ user_id: "A" }], { op: "rename", from: "user_id", to: "userId" }],
    ["missing_shopper", [{ name: "A" }], null],
    ["missing_item", [{ sku: "s" }], { op: "rename", from: "sku", to: "itemId" }],
    ["value_not_a_number", [{}], { op: "read_number", field: "value" }],
    ["unreadable_time", [{}], { op: "read_time" }],
    ["unreadable_request_id", [{}], { op: "drop", field: "requestId" }],
    ["duplicate", [{}], { op: "accept", reason: "duplicate" }],
    ["cancellation", [{}], { op: "accept", reason: "cancellation" }],
    ["missing_time", [{}], null],
  ])("for %s", (reason, events, step) => {
    expect(suggestStep(reason, events as Record<string, unknown>[])).toEqual(step);
  });
});

it("a new step has to be filled in before it is tried, unless it has nothing to fill in", () => {
  const ops = Object.keys(STEP_LABELS) as StepOp[];
  expect(ops.filter((op) => isComplete(createStep(op, "duplicate")))).toEqual([
    "read_number",
    "read_time",
    "accept",
  ]);
});

it("lists what changes, fields of the context one by one", () => {
  const before = { type: "tap", user_id: "A", context: { color: "red", depth: 1 } };
  const after = { type: "click", userId: "A", context: { depth: 1 } };
  expect(listChanges(before, after)).toEqual([
    { field: "type", before: "tap", after: "click" },
    { field: "user_id", before: "A", after: "–" },
    { field: "context.color", before: "red", after: "–" },
    { field: "userId", before: "–", after: "A" },
  ]);
});

it("says a step in words", () => {
  expect(stepText({ op: "map", field: "type", values: { tap: "click" } })).toBe("type: tap becomes click");
  expect(stepText({ op: "rekey_item", stripPrefix: "de:", addPrefix: "" })).toBe("item ids lose de:");
});
