import type { EventFilter } from "@shortlist/contracts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatFilter, parseFilter } from "./filterText";

describe("a filter is read as it is written", () => {
  test.each([
    ["", null],
    ["type = click", { field: "type", op: "eq", value: "click" }],
    ["value>=10.5", { field: "value", op: "gte", value: 10.5 }],
    ["type in (view, click)", { field: "type", op: "in", value: ["view", "click"] }],
    ['context.size = "42"', { field: "context.size", op: "eq", value: "42" }],
    [
      "type = click AND not (value exists or surface = cart)",
      {
        all: [
          { field: "type", op: "eq", value: "click" },
          {
            not: {
              any: [
                { field: "value", op: "exists" },
                { field: "surface", op: "eq", value: "cart" },
              ],
            },
          },
        ],
      },
    ],
    [
      "a = 1 or b = 2 and c = 3",
      {
        any: [
          { field: "a", op: "eq", value: 1 },
          {
            all: [
              { field: "b", op: "eq", value: 2 },
              { field: "c", op: "eq", value: 3 },
            ],
          },
        ],
      },
    ],
  ] as const)("%s", (text, filter) => {
    expect(parseFilter(text)).toEqual({ filter });
  });
});

test.each([
  ["type", "a comparison such as =, in or exists is missing at the end", 4],
  ["type is click", '"is" is no comparison: use =, !=, >, >=, <, <=, in or exists', 5],
  ["type in view", "write a list in brackets, such as (view, click)", 8],
  ["(type = click", "a closing bracket is missing at the end", 13],
  ["type = click value = 3", '"value" is too much: join with and or or', 13],
  ["type = =", '"=" is no value', 7],
])("%s: the problem says what was expected and where", (text, problem, at) => {
  expect(parseFilter(text)).toEqual({ problem, at });
});

test("what is written out reads back as the same filter", () => {
  const value = fc.oneof(
    fc.constantFrom("click", "it's", "and", "", 'a"b', "4", "ä\\"),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
  );
  const field = fc.constantFrom("type", "value", "context.size");
  const comparison = fc.oneof(
    fc.record({ field, op: fc.constantFrom("eq", "ne", "gt", "gte", "lt", "lte"), value }),
    fc.record({ field, op: fc.constant("in"), value: fc.array(value, { minLength: 1, maxLength: 3 }) }),
    fc.record({ field, op: fc.constant("exists") }),
  ) as fc.Arbitrary<EventFilter>;
  const { filter } = fc.letrec<{ filter: EventFilter }>((tie) => ({
    filter: fc.oneof(
      { maxDepth: 3 },
      comparison,
      fc.record({ all: fc.array(tie("filter"), { minLength: 2, maxLength: 3 }) }),
      fc.record({ any: fc.array(tie("filter"), { minLength: 2, maxLength: 3 }) }),
      fc.record({ not: tie("filter") }),
    ),
  }));
  fc.assert(
    fc.property(filter, (given) => {
      expect(parseFilter(formatFilter(given))).toEqual({ filter: JSON.parse(JSON.stringify(given)) });
    }),
    { seed: 42, numRuns: 500 },
  );
});
