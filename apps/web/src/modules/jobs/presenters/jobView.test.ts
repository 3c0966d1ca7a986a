import { describe, expect, it } from "vitest";
import { type JobDetail, jobVerdict, jobWord, logLines, ranMs } from "./jobView";

const now = new Date("2026-11-20T10:05:00Z");
const base = {
  state: "running",
  isLost: false,
  isCancelling: false,
  startedAt: new Date("2026-11-20T10:00:00Z"),
  endedAt: null,
  progressPct: 42,
  step: "fitting factors",
  modelVersions: [],
  error: null,
} as unknown as JobDetail;

describe("jobWord", () => {
  it("puts a silent worker before what the row says", () => {
    expect(jobWord({ state: "running", isLost: true, isCancelling: false })).toEqual({
      tone: "harm",
      word: "lost",
    });
    expect(jobWord({ state: "running", isLost: false, isCancelling: true }).word).toBe("cancelling");
    expect(jobWord({ state: "succeeded", isLost: false, isCancelling: false }).tone).toBe("pass");
  });
});

describe("jobVerdict", () => {
  it.each([
    [{}, "Running for 5 min 00 s, 42 % done: fitting factors."],
    [{ state: "queued", startedAt: null }, "Waiting for a worker."],
    [
      { state: "failed", endedAt: new Date("2026-11-20T10:00:09Z"), error: "no interactions" },
      "Failed after 9 s: no interactions",
    ],
  ])("says what is the matter: %j", (change, text) => {
    expect(jobVerdict({ ...base, ...change } as JobDetail, now)).toBe(text);
  });
  it("knows no duration before the start", () => {
    expect(ranMs({ startedAt: null, endedAt: null }, now)).toBeNull();
  });
});

describe("logLines", () => {
  it("splits times off and keeps lines without one", () => {
    expect(logLines(["2026-11-20T10:17:56.122Z 38054 used", "plain"])).toEqual([
      { at: "10:17:56", text: "38054 used" },
      { at: null, text: "plain" },
    ]);
    expect(logLines("a\n\nb")).toHaveLength(2);
    expect(logLines(null)).toEqual([]);
  });
});
