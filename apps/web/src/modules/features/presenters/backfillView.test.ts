import { expect, test } from "vitest";
import type { Backfill } from "../types";
import { backfillVerdict, backfillWord, isMoving } from "./backfillView";

const job = (state: "queued" | "running" | "failed" | "cancelled" | "succeeded") => ({
  id: "j",
  state,
  progressPct: 50,
  step: "writing rows: 250 of 500",
  error: state === "failed" ? "Redis went away" : null,
});
const plan = {
  computedAtMs: 0,
  nEvents: 120_000,
  nRows: 500,
  bytes: 2_000_000,
  seconds: 3,
  against: null,
  nSampled: 500,
  rows: { new: 500, changed: 0, unchanged: 0 },
  outputs: [],
  consumers: [],
};
const result = {
  rowsWritten: 500,
  bytesWritten: 2_000_000,
  nEvents: 120_000,
  seconds: 3,
  resumed: 1,
  replaced: null,
  swappedAtMs: 0,
};
const make = (o: Partial<Backfill>): Backfill =>
  ({
    ref: "clicks@1",
    state: "planned",
    batchEnd: new Date("2026-11-20T00:00:00Z"),
    job: null,
    plan: null,
    result: null,
    isLive: false,
    ...o,
  }) as Backfill;

test.each([
  [
    "planned",
    { state: "planned", plan },
    "waits for a person",
    false,
    /Would read 120,000 events and write 500 rows/,
  ],
  ["planning", { state: "planning", job: job("running") }, "planning", true, /Nothing is written yet/],
  ["waiting for its job", { state: "running" }, "running", true, /waiting for a worker/],
  ["running", { state: "running", job: job("running") }, "running", true, /250 of 500/],
  [
    "failed",
    { state: "running", job: job("failed") },
    "running failed",
    false,
    /Redis went away\. Retry its job/,
  ],
  ["cancelled", { state: "planning", job: job("cancelled") }, "planning cancelled", false, /Retry its job/],
  [
    "in use",
    { state: "done", result, isLive: true },
    "in use",
    false,
    /going on 1 time after it was stopped/,
  ],
  ["replaced", { state: "done", result }, "replaced", false, /newer batch/],
  ["given up", { state: "discarded" }, "discarded", false, /never used/],
] as const)(
  "a backfill that is %s says so, and whether anything still moves",
  (_what, o, word, moves, verdict) => {
    const backfill = make(o as Partial<Backfill>);
    expect(backfillWord(backfill).word).toBe(word);
    expect(isMoving(backfill)).toBe(moves);
    expect(backfillVerdict(backfill)).toMatch(verdict);
  },
);
