import type { RolloutPlan, RolloutState } from "@shortlist/contracts";
import { describe, expect, test } from "vitest";
import type { Assessment } from "./assessment";
import { decide } from "./decide";
import {
  createAssessment,
  createPlan,
  createStateAt,
  createVerdict,
  MINUTE,
  NOW,
} from "./rollout.test-support";

const HOUR = 60 * MINUTE;
const steps = createPlan().steps;
const decideAt = (
  state: RolloutState,
  o: { plan?: RolloutPlan; assessment?: Partial<Assessment>; createdAtMs?: number } = {},
) => {
  const decision = decide({
    plan: o.plan ?? createPlan(),
    state,
    createdAtMs: o.createdAtMs ?? NOW - 2 * HOUR,
    assessment: createAssessment(o.assessment),
    nowMs: NOW,
  });
  return decision.kind === "act"
    ? `${decision.action} → ${decision.next.phase} ${decision.next.stepIndex}${decision.next.hold === null ? "" : ` held: ${decision.next.hold.code}`}`
    : `wait: ${decision.code}`;
};

const harm = createVerdict({ verdict: "harm", estimate: 2 });
const held = {
  code: "person" as const,
  by: "ana",
  isRobot: false,
  reason: "a look first",
  sinceMs: NOW - MINUTE,
};
const freeze = [
  { name: "sale", from: new Date(NOW - HOUR).toISOString(), to: new Date(NOW + HOUR).toISOString() },
];
const later = new Date(NOW + HOUR).toISOString();
const canary = createStateAt("canary");
const last = createStateAt("canary", { stepIndex: 3, stepSinceMs: NOW - 121 * MINUTE });
const replicas = (o: Partial<NonNullable<Assessment["replicas"]>>) => ({
  replicas: { alive: 2, ready: 2, refused: [], ...o },
});

describe("what the controller does", () => {
  test.each<[string, string, RolloutState, Parameters<typeof decideAt>[1]]>([
    ["begins", "prepare → preparing -1", createStateAt("scheduled", { stepIndex: -1 }), {}],
    [
      "not before its time",
      "wait: schedule",
      createStateAt("scheduled"),
      { plan: createPlan({ startAt: later }) },
    ],
    [
      "waits for every replica",
      "wait: replicas",
      createStateAt("preparing", { stepIndex: -1, stepSinceMs: NOW - MINUTE }),
      { assessment: replicas({ ready: 1 }) },
    ],
    [
      "a fleet that cannot be read is not ready",
      "wait: replicas",
      createStateAt("preparing", { stepIndex: -1, stepSinceMs: NOW - MINUTE }),
      { assessment: { replicas: null } },
    ],
    [
      "no replica is not all replicas",
      "wait: replicas",
      createStateAt("preparing", { stepIndex: -1, stepSinceMs: NOW - MINUTE }),
      { assessment: replicas({ alive: 0, ready: 0 }) },
    ],
    [
      "not loaded in time",
      "hold → preparing -1 held: not_loaded",
      createStateAt("preparing", { stepIndex: -1, stepSinceMs: NOW - 11 * MINUTE }),
      { assessment: replicas({ ready: 1 }) },
    ],
    ["all loaded", "step → shadow 0", createStateAt("preparing", { stepIndex: -1 }), {}],
    [
      "refused by one replica",
      "abort → aborted -1",
      createStateAt("preparing", { stepIndex: -1 }),
      { assessment: replicas({ refused: [{ replicaId: "r", reason: "golden rows" }] }) },
    ],
    [
      "shadow is long enough and compared enough",
      "step → canary 1",
      createStateAt("shadow", { stepIndex: 0 }),
      {},
    ],
    [
      "too few requests compared",
      "wait: no_data",
      createStateAt("shadow", { stepIndex: 0 }),
      { assessment: { shadow: { n: 3, problems: [] } } },
    ],
    [
      "shadow shows a fault",
      "hold → shadow 0 held: shadow",
      createStateAt("shadow", { stepIndex: 0, stepSinceMs: NOW }),
      { assessment: { shadow: { n: 500, problems: ["3 items let through"] } } },
    ],
    ["the step has not lasted", "wait: dwell", createStateAt("canary", { stepSinceMs: NOW - MINUTE }), {}],
    ["a person gave the step more time", "wait: dwell", { ...canary, extendedMinutes: 45 }, {}],
    ["goes on", "step → canary 2", canary, {}],
    ["too few requests", "wait: no_data", canary, { assessment: { candidateRequests: 99 } }],
    ["requests cannot be counted", "wait: no_data", canary, { assessment: { candidateRequests: null } }],
    ["stale counters", "wait: no_data", canary, { assessment: { dataProblem: "cannot be read" } }],
    [
      "no data of one fast guardrail",
      "wait: no_data",
      canary,
      { assessment: { guardrails: [createVerdict({ verdict: "no_data" })] } },
    ],
    [
      "slow outcomes are waited for at the last step only",
      "step → canary 2",
      canary,
      { assessment: { guardrails: [createVerdict({ verdict: "no_data", clock: "slow" })] } },
    ],
    [
      "slow outcomes at the last step",
      "wait: no_data",
      last,
      { assessment: { guardrails: [createVerdict({ verdict: "no_data", clock: "slow" })] } },
    ],
    [
      "undecided is enough between steps",
      "step → canary 2",
      canary,
      { assessment: { guardrails: [createVerdict({ verdict: "undecided", gate: "safe" })] } },
    ],
    [
      "undecided is not safe",
      "wait: undecided",
      last,
      { assessment: { guardrails: [createVerdict({ verdict: "undecided", gate: "safe" })] } },
    ],
    ["harm", "abort → aborted 1", canary, { assessment: { guardrails: [harm] } }],
    [
      "harm within the first seconds of a step",
      "abort → aborted 1",
      createStateAt("canary", { stepSinceMs: NOW }),
      { assessment: { guardrails: [harm] } },
    ],
    [
      "harm while a person holds",
      "abort → aborted 1",
      { ...canary, hold: held },
      { assessment: { guardrails: [harm] } },
    ],
    [
      "harm that is to be looked at",
      "hold → canary 1 held: guardrail",
      canary,
      { assessment: { guardrails: [{ ...harm, action: "hold" }] } },
    ],
    ["never past a person's hold", "wait: held", { ...canary, hold: held }, {}],
    [
      "shoppers dealt otherwise than planned",
      "hold → canary 1 held: sample_ratio",
      canary,
      {
        assessment: {
          sampleRatio: { isMismatch: true, pValue: 0, n: 9, observed: { control: 1, candidate: 8 } },
        },
      },
    ],
    ["frozen", "wait: frozen", canary, { plan: createPlan({ freezeWindows: freeze }) }],
    [
      "harm in a freeze",
      "abort → aborted 1",
      canary,
      { plan: createPlan({ freezeWindows: freeze }), assessment: { guardrails: [harm] } },
    ],
    ["asks for approval", "ask_approval → canary 1", canary, { plan: createPlan({ approvalFromPct: 25 }) }],
    [
      "waits for approval",
      "wait: approval",
      { ...canary, approvalAskedAtMs: NOW },
      { plan: createPlan({ approvalFromPct: 25 }) },
    ],
    [
      "was approved",
      "step → canary 2",
      { ...canary, approval: { by: "ben", atMs: NOW } },
      { plan: createPlan({ approvalFromPct: 25 }) },
    ],
    [
      "below the share that needs approval",
      "step → canary 2",
      canary,
      { plan: createPlan({ approvalFromPct: 50 }) },
    ],
    ["everybody but the holdback", "step → holdback 4", last, {}],
    ["everybody at once", "complete → completed 4", last, { plan: createPlan({ holdback: null }) }],
    [
      "the holdback ends",
      "complete → completed 5",
      createStateAt("holdback", { stepIndex: 4, stepSinceMs: NOW - 25 * HOUR }),
      {},
    ],
    [
      "harm in the holdback",
      "roll_back → rolled_back 4",
      createStateAt("holdback", { stepIndex: 4 }),
      { assessment: { guardrails: [harm] } },
    ],
    ["too old", "abort → aborted 1", canary, { createdAtMs: NOW - 15 * 24 * HOUR }],
    ["over", "wait: ended", createStateAt("completed"), { assessment: { guardrails: [harm] } }],
    ["aborted stays aborted", "wait: ended", createStateAt("aborted"), {}],
  ])("%s: %s", (_name, expected, state, o) => {
    expect(decideAt(state, o)).toBe(expected);
  });

  test("deciding twice on the same state says the same", () => {
    expect(decideAt(canary)).toBe(decideAt(canary));
  });

  test("whatever is unknown, no step is taken", () => {
    const unknown: Partial<Assessment>[] = [
      { dataProblem: "x" },
      { candidateRequests: null },
      { guardrails: steps.map(() => createVerdict({ verdict: "no_data" })) },
    ];
    for (const assessment of unknown) expect(decideAt(last, { assessment })).toMatch(/^wait/);
  });
});
