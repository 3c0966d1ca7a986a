import { Rule, RuleDefinition } from "@shortlist/contracts";
import { expect, test } from "vitest";
import { createSlate } from "../../testing/slates";
import { computeImpact, decideState, findConflicts } from "./decide";

let serial = 0;
const rule = (draft: object) =>
  Rule.parse({
    ruleId: `r${serial++}`,
    revision: 1,
    ...RuleDefinition.parse({ name: `rule ${serial}`, ...draft }),
  });
const pin = (itemIds: string[], o: object = {}) =>
  rule({ effect: { kind: "pin", position: 0 }, match: { itemIds }, ...o });
const hide = (match: object, o: object = {}) => rule({ effect: { kind: "hide" }, match, ...o });

test.each([
  ["an item both name", [pin(["a", "b"]), hide({ itemIds: ["b"] })], ["hidden_pin"]],
  ["different items", [pin(["a"]), hide({ itemIds: ["b"] })], []],
  ["an item and a brand it may be of", [pin(["a"]), hide({ brands: ["x"] })], ["hidden_pin"]],
  [
    "different surfaces",
    [
      pin(["a"], { scope: { surfaces: ["cart"] } }),
      hide({ itemIds: ["a"] }, { scope: { surfaces: ["home_feed"] } }),
    ],
    [],
  ],
  [
    "times that do not meet",
    [pin(["a"], { to: "2026-01-01T00:00:00Z" }), hide({ itemIds: ["a"] }, { from: "2026-01-01T00:00:00Z" })],
    [],
  ],
  ["one position", [pin(["a"]), pin(["b"])], ["same_position"]],
  [
    "boost and bury of one brand",
    [
      rule({ effect: { kind: "boost", strength: "some" }, match: { brands: ["x"] } }),
      rule({ effect: { kind: "bury", strength: "some" }, match: { brands: ["x", "y"] } }),
    ],
    ["opposite"],
  ],
  [
    "boost and bury of different brands",
    [
      rule({ effect: { kind: "boost", strength: "some" }, match: { brands: ["x"] } }),
      rule({ effect: { kind: "bury", strength: "some" }, match: { brands: ["y"] } }),
    ],
    [],
  ],
  [
    "one shelf only, and a boost on another",
    [
      rule({ effect: { kind: "only" }, match: { categories: ["Shoes"] } }),
      rule({ effect: { kind: "boost", strength: "some" }, match: { categories: ["Toys"] } }),
    ],
    ["only_excludes"],
  ],
  [
    "one shelf only, and a boost inside it",
    [
      rule({ effect: { kind: "only" }, match: { categories: ["Shoes"] } }),
      rule({ effect: { kind: "boost", strength: "some" }, match: { categories: ["Shoes > Trail"] } }),
    ],
    [],
  ],
] as const)("conflicts: %s", (_what, rules, kinds) => {
  expect(findConflicts(rules).map(({ kind }) => kind)).toEqual(kinds);
  expect(findConflicts([...rules].reverse()).map(({ kind }) => kind)).toEqual(kinds);
});

test.each([
  ["off", false, null, null],
  ["in_force", true, null, null],
  ["scheduled", true, "2026-01-02T00:00:00Z", null],
  ["ended", true, null, "2026-01-01T00:00:00Z"],
  ["in_force", true, "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"],
] as const)("a rule is %s", (state, isEnabled, from, to) => {
  expect(decideState({ isEnabled, definition: { from, to } }, Date.UTC(2026, 0, 1))).toBe(state);
});

const slate = (itemIds: string[], ruleHits: { rule: string; effect: string; items: number }[] = []) =>
  createSlate("shop", {
    ruleHits,
    items: itemIds.map((itemId, position) => ({ ...createSlate("shop").items[0]!, itemId, position })),
  });

test("impact counts changed lists, what is new in them, exposure before and after, and hits", () => {
  const impact = computeImpact(
    [
      {
        before: slate(["a1", "b1"]),
        after: slate(["b1", "b2"], [{ rule: "r@1", effect: "hide", items: 3 }]),
      },
      { before: slate(["a1"]), after: slate(["a1"], [{ rule: "r@1", effect: "hide", items: 0 }]) },
    ],
    (itemId) => itemId[0]!,
  );
  expect(impact).toEqual({
    requests: 2,
    changed: 1,
    replacedShare: 0.5,
    exposure: [
      { name: "b", before: 1, after: 2 },
      { name: "a", before: 2, after: 1 },
    ],
    hits: [{ rule: "r@1", requests: 1, items: 3 }],
  });
});

test("without requests there is no share rather than a zero", () => {
  expect(computeImpact([], () => "")).toMatchObject({ requests: 0, changed: 0, replacedShare: null });
});
