import { expect, it } from "vitest";
import { decideAdoption, formatOwner, parseOwner } from "./spoolOwner";

const self = { pid: 7, nonce: "aa", host: "box.one" };

it("a name says who owns the spool, whatever the host is called, and nothing else is taken for one", () => {
  expect(parseOwner(formatOwner(self))).toEqual(self);
  expect(parseOwner("damaged-00000000000001-00000001.spool")).toBeNull();
});

it.each([
  ["a process that is gone", { pid: 8 }, { isAlive: false, untouchedMs: 10 }, true],
  ["a living process", { pid: 8 }, { isAlive: true, untouchedMs: 10 }, false],
  ["a process id that someone else has now", { pid: 8 }, { isAlive: true, untouchedMs: 61_000 }, true],
  ["the one that had this process's id before", { nonce: "bb" }, { isAlive: true, untouchedMs: 10 }, true],
  ["this process", {}, { isAlive: true, untouchedMs: 61_000 }, false],
  ["another host that may live", { host: "two" }, { isAlive: false, untouchedMs: 10 }, false],
  ["another host long silent", { host: "two" }, { isAlive: false, untouchedMs: 61_000 }, true],
] as const)("the spool of %s", (_name, owner, facts, expected) => {
  expect(decideAdoption({ owner: { ...self, ...owner }, self, ...facts })).toBe(expected);
});
