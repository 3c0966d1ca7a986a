import { expect, test } from "vitest";
import { decideOwn } from "./assign";

const THINGS = Array.from({ length: 400 }, (_, i) => `shop-${i % 100}:p${i % 4}:${i}`);

test("every partition has exactly one worker, whatever the order in which they are listed", () => {
  const workers = ["a", "b", "c"];
  const shares = workers.map((self, i) =>
    decideOwn(self, i === 1 ? [...workers].reverse() : workers, THINGS),
  );
  expect(shares.flat().sort()).toEqual([...THINGS].sort());
  for (const share of shares) expect(share.length).toBeGreaterThan(80);
});

test("a worker that is gone leaves its share to the others and moves nothing else", () => {
  const before = decideOwn("a", ["a", "b", "c"], THINGS);
  const after = decideOwn("a", ["a", "b"], THINGS);
  expect(before.every((thing) => after.includes(thing))).toBe(true);
  expect(after.length + decideOwn("b", ["a", "b"], THINGS).length).toBe(THINGS.length);
});

test("a worker alone has all", () => {
  expect(decideOwn("a", ["a"], THINGS)).toEqual(THINGS);
});
