import { expect, test } from "vitest";
import { decideRetry } from "./decideRetry";

const o = { self: "a", retryAfterMs: 2_000, claimAfterMs: 10_000 };

test.each([
  ["its own entry right after it failed", { owner: "a", idleMs: 1_999, deliveries: 1 }, "wait"],
  ["its own entry a moment later", { owner: "a", idleMs: 2_000, deliveries: 1 }, "again"],
  ["an entry of a living worker", { owner: "b", idleMs: 9_999, deliveries: 1 }, "wait"],
  ["an entry of a dead worker", { owner: "b", idleMs: 10_000, deliveries: 4 }, "again"],
  ["an entry that failed five times", { owner: "a", idleMs: 5_000, deliveries: 5 }, "alone"],
  ["an entry that was tried alone once", { owner: "b", idleMs: 60_000, deliveries: 6 }, "alone"],
  [
    "an entry that ended every process that tried it",
    { owner: "b", idleMs: 60_000, deliveries: 10 },
    "set_aside",
  ],
  ["… while its worker may still be at it", { owner: "b", idleMs: 5_000, deliveries: 10 }, "wait"],
] as const)("%s", (_name, entry, decision) => {
  expect(decideRetry(entry, o)).toBe(decision);
});
