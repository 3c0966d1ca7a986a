import { expect, test } from "vitest";
import { decideUpkeep } from "./decideUpkeep";

const DAY = 86_400_000;
const NOW = 10 * DAY;
const at = (days: number) => `${days * DAY}-0`;
const none = { kind: "none" };

test.each([
  ["a shop that is new", null, [], "0-0", { kind: "restore", from: "0-0" }],
  ["and then", "0-0", [], "0-0", none],
  [
    "old entries are cut at the oldest release in use",
    at(1),
    [at(7), at(5)],
    at(9),
    { kind: "trim", to: at(5) },
  ],
  ["but not for a minute's worth", at(5), [`${5 * DAY + 59_000}-0`], at(9), none],
  ["never beyond what the database has", at(1), [at(8)], at(3), { kind: "trim", to: at(3) }],
  ["a day is kept without a release", at(1), [], at(9.9), { kind: "trim", to: at(9) }],
  ["back to a release older than the stream", at(5), [at(2), at(7)], at(9), { kind: "restore", from: at(2) }],
  ["Redis was emptied", null, [at(2), at(7)], at(9), { kind: "restore", from: at(2) }],
  ["a release made before there was a stream keeps all", "0-0", ["0-0", at(7)], at(9), none],
] as const)("%s", (_case, since, positions, folded, expected) => {
  expect(decideUpkeep({ since, positions, folded, nowMs: NOW })).toEqual(expected);
});
