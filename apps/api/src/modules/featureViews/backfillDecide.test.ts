import { type BackfillPlan, FeatureView } from "@shortlist/contracts";
import { describe, expect, test } from "vitest";
import { CLICKS } from "../../testing/featureViews";
import {
  decideNightly,
  findBackfillProblem,
  findStartProblem,
  PLAN_VALID_MS,
  type ScheduleState,
  type StartState,
} from "./backfillDecide";

const MIDNIGHT = Date.UTC(2026, 10, 20);
const NOON = MIDNIGHT + 12 * 3_600_000;
const DAY_MS = 86_400_000;
const view = FeatureView.parse({ ...CLICKS, version: 2 });

describe("a backfill is refused with the remedy", () => {
  test.each([
    ["for a view of the stream alone", { view: { ...view, mode: "stream" as const } }, MIDNIGHT, /mode both/],
    ["for a retired version", { isRetired: true }, MIDNIGHT, /restore it/],
    ["for an end that is no midnight", {}, NOON, /midnight UTC/],
    ["for an end in the future", {}, MIDNIGHT + DAY_MS, /the latest is 2026-11-20/],
    [
      "for an end before the batch that is read",
      { liveEndMs: MIDNIGHT },
      MIDNIGHT - DAY_MS,
      /until 2026-11-20/,
    ],
    ["never for last midnight", { liveEndMs: MIDNIGHT - DAY_MS }, MIDNIGHT, null],
    ["never for the same end again, after corrections", { liveEndMs: MIDNIGHT }, MIDNIGHT, null],
  ] as const)("%s", (_what, o, batchEndMs, problem) => {
    const found = findBackfillProblem(
      { view, isRetired: false, liveEndMs: null, ...o },
      { batchEndMs, nowMs: NOON },
    );
    if (problem === null) expect(found).toBeNull();
    else expect(found).toMatch(problem);
  });
});

describe("a planned backfill is started", () => {
  const plan = { computedAtMs: NOON, against: { generation: "a", endMs: 0 } } as BackfillPlan;
  const state: StartState = { state: "planned", plan, liveGeneration: "a", otherRunning: false };
  test.each([
    ["when nothing has changed since", {}, 0, null],
    ["but not twice", { state: "running" }, 0, /runs already/],
    ["but not beside another of the version", { otherRunning: true }, 0, /Another backfill/],
    ["but not over a batch the plan did not see", { liveGeneration: "b" }, 0, /plan it again/],
    ["but not on an old plan", {}, PLAN_VALID_MS + 1, /older than six hours/],
    ["but not before its plan is there", { state: "planning", plan: null }, 0, /still being planned/],
    ["but not after it was discarded", { state: "discarded" }, 0, /discarded/],
  ] as const)("%s", (_what, o, laterMs, problem) => {
    const found = findStartProblem({ ...state, ...o }, NOON + laterMs);
    if (problem === null) expect(found).toBeNull();
    else expect(found).toMatch(problem);
  });
});

describe("the nightly backfill", () => {
  const state: ScheduleState = {
    mode: "both",
    isRetired: false,
    liveEndMs: MIDNIGHT - DAY_MS,
    isLost: false,
    latest: null,
  };
  const made = (s: "running" | "done" | "planned" | "discarded", minutesAgo: number) => ({
    state: s,
    createdAtMs: NOON - minutesAgo * 60_000,
  });
  test.each([
    ["runs once the last batch is a day old", {}, NOON, "due"],
    ["gives the archive ten minutes after midnight", {}, MIDNIGHT + 9 * 60_000, "not_due"],
    ["does not keep a new view waiting for its first batch", { liveEndMs: null }, MIDNIGHT + 60_000, "due"],
    ["does not run twice for a day", { liveEndMs: MIDNIGHT }, NOON, "not_due"],
    [
      "does not run beside one that runs, or after one that failed",
      { latest: made("running", 600) },
      NOON,
      "not_due",
    ],
    ["does not wait for a person who planned one", { latest: made("planned", 30) }, NOON, "due"],
    ["runs when a person discarded theirs", { latest: made("discarded", 30) }, NOON, "due"],
    [
      "computes rows again that Redis lost",
      { liveEndMs: MIDNIGHT, isLost: true, latest: made("done", 61) },
      NOON,
      "due",
    ],
    [
      "but not over and over",
      { liveEndMs: MIDNIGHT, isLost: true, latest: made("done", 59) },
      NOON,
      "not_due",
    ],
    ["leaves views of the stream alone", { mode: "stream", liveEndMs: null }, NOON, "not_due"],
    ["leaves retired versions", { isRetired: true }, NOON, "not_due"],
  ] as const)("%s", (_what, o, nowMs, verdict) => {
    expect(decideNightly({ ...state, ...o }, nowMs)).toBe(verdict);
  });
});
