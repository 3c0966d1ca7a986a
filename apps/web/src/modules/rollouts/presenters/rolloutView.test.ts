import { describe, expect, it } from "vitest";
import { formatChange, plotInterval } from "./guardrailView";
import { listRail, phaseTone, phaseWord, rolloutVerdict } from "./rolloutView";

const STATE = {
  phase: "canary",
  stepIndex: 1,
  stepSinceMs: 0,
  windowSinceMs: 0,
  extendedMinutes: 0,
  hold: null,
  approvalAskedAtMs: null,
  approval: null,
} as const;
const STEPS = [
  { kind: "shadow", sharePct: 20, dwellMinutes: 10 },
  { kind: "canary", candidatePct: 5, dwellMinutes: 30 },
  { kind: "canary", candidatePct: 50, dwellMinutes: 120 },
] as const;
const HOLD = {
  code: "guardrail",
  by: "controller",
  isRobot: true,
  reason: "revenue fell",
  sinceMs: 0,
} as const;

describe("the rail of a rollout", () => {
  const railOf = (state: Partial<Record<keyof typeof STATE, unknown>>, holdback = { pct: 5, hours: 24 }) =>
    listRail({ state: { ...STATE, ...state } as never, steps: [...STEPS], holdback, latest: null }).map(
      (step) => `${step.label}: ${step.state}`,
    );

  it("shows what is done, where it is, and what lies ahead", () => {
    expect(railOf({})).toEqual([
      "Shadow 20 %: done",
      "5 %: now",
      "50 %: ahead",
      "100 %, 5 % held back: ahead",
    ]);
  });

  it("a held rollout is held at its step, an aborted one ended there, a completed one done", () => {
    expect(railOf({ hold: HOLD })[1]).toBe("5 %: held");
    expect(railOf({ phase: "aborted" })[1]).toBe("5 %: ended");
    expect(railOf({ phase: "completed", stepIndex: 3 }).every((step) => step.endsWith("done"))).toBe(true);
  });

  it("never calls a held or aborted rollout a pass", () => {
    expect(phaseTone({ state: { ...STATE, hold: HOLD } })).toBe("warn");
    expect(phaseWord({ state: { ...STATE, hold: HOLD } })).toBe("held, canary");
    expect(phaseTone({ state: { ...STATE, phase: "aborted" } })).toBe("harm");
  });
});

describe("the verdict of a rollout", () => {
  const guardrail = (metric: string, verdict: string) => ({ metric, verdict });
  const latest = (guardrails: readonly object[]) =>
    ({
      atMs: 0,
      assessment: { guardrails, dataProblem: null },
      waiting: { code: "dwell", reason: "the step lasts until 12:00", untilMs: 1 },
    }) as never;

  it("counts every guardrail, and without data none is safe", () => {
    const said = rolloutVerdict({
      state: STATE,
      inForce: "yes",
      decisions: [],
      latest: latest([guardrail("failed", "safe"), guardrail("click_through", "no_data")]),
    });
    expect(said).toBe(
      "No harm found. 1 of 2 guardrails safe, 0 undecided, 1 without data. The step lasts until 12:00.",
    );
  });

  it("names who ended it and why", () => {
    const decisions = [{ actor: "controller", reason: "harm in click_through" }] as never;
    const aborted = { state: { ...STATE, phase: "aborted" }, decisions, latest: null } as const;
    expect(rolloutVerdict({ ...aborted, inForce: "yes" })).toBe(
      "Aborted by controller: harm in click_through. Everybody gets the release from before.",
    );
  });

  it.each([
    ["not_yet", "Not in force yet"],
    ["unknown", "Whether replicas were told is not known"],
  ] as const)(
    "says of an abort that is %s in force that shoppers may still get the candidate",
    (inForce, says) => {
      const said = rolloutVerdict({
        state: { ...STATE, phase: "aborted" },
        decisions: [],
        latest: null,
        inForce,
      });
      expect(said).toContain(says);
      expect(said).not.toContain("Everybody gets");
    },
  );
});

describe("an interval on the axis", () => {
  it("has no change in the middle, halved and doubled at the ends, and says where it goes beyond", () => {
    const plot = plotInterval({ low: 0.5, high: 2, estimate: 1, threshold: 1 })!;
    expect([plot.low, plot.estimate, plot.high]).toEqual([0, 0.5, 1]);
    expect(plotInterval({ low: 0.1, high: null, estimate: null, threshold: 0 })).toMatchObject({
      low: 0,
      high: 1,
      isCutLow: true,
      threshold: null,
    });
    expect(plotInterval({ low: null, high: null, estimate: null, threshold: 1 })).toBeNull();
  });

  it("is written as a change", () => {
    expect([formatChange(0.9), formatChange(1.05), formatChange(null)]).toEqual(["−10.0 %", "+5.0 %", "–"]);
  });
});
