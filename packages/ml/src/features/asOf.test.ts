import { describe, expect, it } from "vitest";
import { findRowAsOf } from "./asOf";
import { comparePairs, compareSequences } from "./consistency";

describe("findRowAsOf", () => {
  const rows = [
    { eventMs: 10, createdMs: 12 },
    { eventMs: 10, createdMs: null },
    { eventMs: 20, createdMs: 40 },
  ];
  it.each([
    ["the latest row at or before", { atMs: 20, ttlMs: null, knownByMs: null }, 2],
    ["nothing known later", { atMs: 20, ttlMs: null, knownByMs: 39 }, 0],
    ["an age equal to the ttl", { atMs: 15, ttlMs: 5, knownByMs: null }, 0],
    ["nothing older than the ttl", { atMs: 16, ttlMs: 5, knownByMs: null }, null],
    ["any age for a ttl of 0", { atMs: 16, ttlMs: 0, knownByMs: null }, 0],
    ["nothing from the future", { atMs: 9, ttlMs: null, knownByMs: null }, null],
  ])("takes %s", (_, options, wanted) => {
    expect(findRowAsOf(rows, options)).toBe(wanted);
  });
});

describe("consistency", () => {
  it("has no rate for no pairs", () => {
    expect(comparePairs([])).toMatchObject({ total: 0, matchRate: null, smape: null });
    expect(comparePairs([[0, 0]])).toMatchObject({ matchRate: 1, smape: 0 });
  });

  it("counts what a list lost and gained, not replacements", () => {
    expect(compareSequences(["a", "b"], [])).toEqual({ deletes: 2, inserts: 0 });
    expect(compareSequences(["a", "b", "c"], ["a", "x", "c"])).toEqual({ deletes: 1, inserts: 1 });
    expect(() => compareSequences(Array(2001).fill(1), [])).toThrow(/at most 2000/);
  });
});
