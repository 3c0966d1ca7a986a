import { describe, expect, test } from "vitest";
import { decideSince, decideWaitMs, isDue, type ListsState } from "./decide";

const NOW = Date.parse("2026-11-20T10:00:00Z");
const HOUR = 3_600_000;
const RELEASE = "a".repeat(64);
const last = (hoursAgo: number, releaseId = RELEASE) => ({
  releaseId,
  eventsUntilMs: NOW - hoursAgo * HOUR,
  startedAtMs: NOW - hoursAgo * HOUR,
});

describe("whose lists a run computes", () => {
  test.each([
    ["all, the first time", { all: false, last: null }, null],
    ["all, when asked to", { all: true, last: last(5) }, null],
    ["all, after another release", { all: false, last: last(5, "b".repeat(64)) }, null],
    [
      "those with events since the last run, and a little before for late ones",
      { all: false, last: last(5) },
      NOW - 5 * HOUR - 600_000,
    ],
  ])("%s", (_what, o, since) => {
    expect(decideSince({ releaseId: RELEASE, ...o })).toBe(since);
  });
});

describe("by schedule", () => {
  const state = (o: Partial<ListsState>): ListsState => ({
    mode: "precomputed",
    releaseId: RELEASE,
    last: last(2),
    latestJob: { state: "succeeded", createdAtMs: NOW - 2 * HOUR },
    nowMs: NOW,
    ...o,
  });
  const job = (s: NonNullable<ListsState["latestJob"]>["state"], hoursAgo: number) => ({
    state: s,
    createdAtMs: NOW - hoursAgo * HOUR,
  });
  test.each<[string, Partial<ListsState>, boolean]>([
    ["not again on the same day", {}, false],
    ["again on the next UTC day", { last: last(11) }, true],
    ["after a release", { last: last(1, "b".repeat(64)) }, true],
    ["the first time", { last: null, latestJob: null }, true],
    ["beneath a live surface too", { last: null, latestJob: null, mode: "live_with_precomputed" }, true],
    ["never for a live surface", { last: null, latestJob: null, mode: "live" }, false],
    ["not beside one that waits", { last: null, latestJob: job("queued", 0) }, false],
    ["not beside one that runs", { last: null, latestJob: job("running", 30) }, false],
    ["not right after one failed", { last: null, latestJob: job("failed", 0.5) }, false],
    ["an hour after one failed", { last: null, latestJob: job("failed", 1.1) }, true],
    ["not on the day a person stopped one", { last: null, latestJob: job("cancelled", 20) }, false],
    ["the day after a person stopped one", { last: null, latestJob: job("cancelled", 25) }, true],
  ])("%s", (_what, o, due) => {
    expect(isDue(state(o))).toBe(due);
  });
});

test("waits twice as long each time, up to half a minute, and not in step with others", () => {
  expect([0, 1, 2].map((tries) => decideWaitMs(tries, 1))).toEqual([500, 1_000, 2_000]);
  expect(decideWaitMs(100, 1)).toBe(30_000);
  expect(decideWaitMs(100, 0)).toBe(15_000);
});
