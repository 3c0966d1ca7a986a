import { describe, expect, it } from "vitest";
import { decideLag, findWorstLag, type GroupLag } from "./decide";

const NOW = Date.UTC(2026, 2, 1, 12);
const lag = (o: Partial<GroupLag> = {}): GroupLag => ({
  stream: "sl:{shop:p0}:events",
  kind: "events",
  group: "archiver",
  length: 1_000_000,
  lengthMax: 1_000_000,
  unread: 0,
  unfinished: 0,
  oldestUnreadAtMs: null,
  hasLost: false,
  ...o,
});

describe("decideLag", () => {
  it.each([
    ["a full stream that is read to its end", {}, "ok"],
    ["what just came", { unread: 5_000, oldestUnreadAtMs: NOW - 60_000 }, "ok"],
    ["one entry that waits for more than a minute", { unread: 1, oldestUnreadAtMs: NOW - 60_001 }, "behind"],
    ["80 % unread", { unread: 800_000, oldestUnreadAtMs: NOW - 1_000 }, "ok"],
    ["more than 80 % unread", { unread: 800_001, oldestUnreadAtMs: NOW - 1_000 }, "losing"],
    ["entries that were dropped unread", { unread: 1_000_000, hasLost: true }, "lost"],
  ] as const)("%s", (_name, o, state) => {
    expect(decideLag(lag(o), NOW).state).toBe(state);
  });

  it("says who is behind, by how much and what is expected", () => {
    expect(
      decideLag(lag({ group: "features", unread: 12_000, oldestUnreadAtMs: NOW - 3_600_000 }), NOW),
    ).toEqual({
      state: "behind",
      sentence:
        "The oldest of 12,000 entries that wait for the feature worker is 60 min old; a few seconds are expected.",
    });
    expect(decideLag(lag({ unread: 900_000 }), NOW).sentence).toContain("90 % of the 1,000,000 it can hold");
  });
});

describe("findWorstLag", () => {
  it("is null when all are in order, else the worst, of two alike the older", () => {
    const behind = lag({ unread: 1, oldestUnreadAtMs: NOW - 120_000 });
    const older = lag({ unread: 1, oldestUnreadAtMs: NOW - 240_000 });
    const losing = lag({ unread: 900_000, oldestUnreadAtMs: NOW - 1 });
    expect(findWorstLag([lag(), lag()], NOW)).toBeNull();
    expect(findWorstLag([behind, older, lag()], NOW)?.lag).toBe(older);
    expect(findWorstLag([behind, losing, older], NOW)?.lag).toBe(losing);
  });
});
