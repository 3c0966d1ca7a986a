import type { RolloutPlan, RolloutState } from "@shortlist/contracts";
import { expect, test } from "vitest";
import { decideRequest, type RolloutRequest } from "./decideRequest";
import { createPlan, createStateAt, NOW } from "./rollout.test-support";

const ask = (
  state: RolloutState,
  request: RolloutRequest,
  o: { plan?: RolloutPlan; actor?: string } = {},
): string => {
  try {
    const { action, next } = decideRequest({
      plan: o.plan ?? createPlan(),
      state,
      createdBy: "ana",
      request,
      actor: o.actor ?? "ben",
      reason: "because",
      nowMs: NOW,
    });
    return `${action} → ${next.phase} ${next.stepIndex}${next.hold === null ? "" : " held"}`;
  } catch (error) {
    return `refused: ${(error as { publicDetail?: string }).publicDetail}`;
  }
};

const canary = createStateAt("canary");
const held = {
  ...canary,
  hold: { code: "person" as const, by: "eve", isRobot: false, reason: "x", sinceMs: NOW },
};
const gated = createPlan({ approvalFromPct: 50 });

test.each<[string, RolloutState, RolloutRequest, Parameters<typeof ask>[2]]>([
  ["abort → aborted 1", canary, { kind: "abort" }, {}],
  ["abort → aborted -1", createStateAt("scheduled", { stepIndex: -1 }), { kind: "abort" }, {}],
  ["abort → aborted 1", held, { kind: "abort" }, {}],
  ["roll_back → rolled_back 4", createStateAt("holdback", { stepIndex: 4 }), { kind: "abort" }, {}],
  ["hold → canary 1 held", canary, { kind: "hold" }, {}],
  ["resume → canary 1", held, { kind: "resume" }, {}],
  ["refused: The rollout is not held", canary, { kind: "resume" }, {}],
  ["promote → canary 2", canary, { kind: "promote", to: "next" }, {}],
  ["promote → canary 2", held, { kind: "promote", to: "next" }, {}],
  ["promote → holdback 4", canary, { kind: "promote", to: "full" }, {}],
  [
    "complete → completed 4",
    canary,
    { kind: "promote", to: "full" },
    { plan: createPlan({ holdback: null }) },
  ],
  [
    "complete → completed 5",
    createStateAt("holdback", { stepIndex: 4 }),
    { kind: "promote", to: "full" },
    {},
  ],
  [
    "refused: Replicas do not hold the candidate yet; it can be promoted once they do",
    createStateAt("preparing", { stepIndex: -1 }),
    { kind: "promote", to: "next" },
    {},
  ],
  ["promote → canary 2", canary, { kind: "promote", to: "next" }, { plan: gated }],
  [
    "refused: The plan wants a second person to agree before 100 %; ask somebody to approve it",
    canary,
    { kind: "promote", to: "full" },
    { plan: gated },
  ],
  ["approve → canary 1", canary, { kind: "approve" }, { plan: gated }],
  ["refuse → canary 1 held", canary, { kind: "refuse" }, { plan: gated }],
  [
    "refused: Who made a rollout cannot approve it; a second person has to look at it",
    canary,
    { kind: "approve" },
    { plan: gated, actor: "ana" },
  ],
  ["refused: The plan of this rollout asks for no approval", canary, { kind: "approve" }, {}],
  ["refused: The rollout has ended already: aborted", createStateAt("aborted"), { kind: "hold" }, {}],
  ["refused: The rollout has ended already: completed", createStateAt("completed"), { kind: "abort" }, {}],
])("%s", (expected, state, request, o) => {
  expect(ask(state, request, o)).toBe(expected);
});

test("resuming measures anew, so that what it was held for is judged on what comes after", () => {
  const { next } = decideRequest({
    plan: createPlan(),
    state: { ...held, windowSinceMs: 1 },
    createdBy: "ana",
    request: { kind: "resume" },
    actor: "ben",
    reason: "mended",
    nowMs: NOW,
  });
  expect(next).toMatchObject({ windowSinceMs: NOW, stepSinceMs: NOW, hold: null });
});
