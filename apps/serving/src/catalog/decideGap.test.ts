import { expect, test } from "vitest";
import { decideGap } from "./decideGap";

test.each([
  ["the stream is whole from where it reads", null, "5-0", "7-0", null],
  ["exactly from there", null, "7-0", "7-0", null],
  ["it was cut beyond", null, "9-0", "7-0", "7-0"],
  ["a gap stays one however far it reads on", "7-0", "9-0", "20-0", "7-0"],
  ["until the stream is whole from there again", "7-0", "6-3", "20-0", null],
  ["Redis was emptied", null, null, "7-0", "7-0"],
  ["a shop that never changed anything", null, null, "0-0", null],
  ["serials are numbers, not texts", null, "7-10", "7-9", "7-9"],
] as const)("%s", (_case, gapFrom, since, position, expected) => {
  expect(decideGap({ gapFrom, since, position })).toBe(expected);
});
