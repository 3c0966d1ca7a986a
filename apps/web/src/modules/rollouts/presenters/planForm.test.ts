import { RolloutPlan } from "@shortlist/contracts";
import { describe, expect, it } from "vitest";
import { createGuardrailDrafts, createStepDrafts, readCandidate, readPlan } from "./planForm";

const fieldsOf = (fields: Record<string, string> = {}) => {
  const form = new FormData();
  const all = {
    holdbackPct: "5",
    holdbackHours: "24",
    approvalFromPct: "",
    requestsMin: "200",
    attributionMinutes: "60",
    startAt: "",
    ...fields,
  };
  for (const [name, value] of Object.entries(all)) form.set(name, value);
  return form;
};
const defaults = RolloutPlan.parse({});
const draft = {
  defaults,
  steps: createStepDrafts(defaults),
  guardrails: createGuardrailDrafts(defaults),
};

describe("the form of a plan", () => {
  it("left as it is makes the default plan", () => {
    expect(RolloutPlan.parse(readPlan({ ...draft, fields: fieldsOf() }))).toEqual(RolloutPlan.parse({}));
  });

  it("an empty number is refused and not taken for zero", () => {
    const steps = draft.steps.map((step, i) => (i === 1 ? { ...step, pct: "" } : step));
    expect(RolloutPlan.safeParse(readPlan({ ...draft, steps, fields: fieldsOf() })).success).toBe(false);
  });

  it("times are UTC, no holdback is none, and a guardrail that is off is not in the plan", () => {
    const guardrails = draft.guardrails.map((each) => ({ ...each, isOn: each.metric === "click_through" }));
    const fields = fieldsOf({ holdbackPct: "0", startAt: "2026-12-01T08:00", approvalFromPct: "50" });
    const plan = RolloutPlan.parse(readPlan({ ...draft, guardrails, fields }));
    expect(plan).toMatchObject({ holdback: null, startAt: "2026-12-01T08:00:00.000Z", approvalFromPct: 50 });
    expect(plan.guardrails.map(({ metric }) => metric)).toEqual(["click_through"]);
  });

  it("knows a release from a ranker, also one with an at sign in its name", () => {
    expect(readCandidate("release:12")).toEqual({ kind: "release", number: 12 });
    expect(readCandidate("ranker:team@home@3")).toEqual({
      kind: "ranker",
      ranker: { name: "team@home", version: 3 },
    });
    expect(readCandidate("")).toBeNull();
  });
});
