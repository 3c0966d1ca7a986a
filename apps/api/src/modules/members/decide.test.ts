import { expect, test } from "vitest";
import { isLastAdminLeaving } from "./decide";

test.each([
  ["the only admin steps down", { from: "admin", to: "viewer", admins: 1 }, true],
  ["the only admin is removed", { from: "admin", to: null, admins: 1 }, true],
  ["the only admin stays", { from: "admin", to: "admin", admins: 1 }, false],
  ["one of two steps down", { from: "admin", to: "viewer", admins: 2 }, false],
  ["somebody else leaves", { from: "viewer", to: null, admins: 1 }, false],
] as const)("%s", (_what, change, isRefused) => {
  expect(isLastAdminLeaving(change)).toBe(isRefused);
});
