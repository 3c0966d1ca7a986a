import { LATENCY_BOUNDS_MS, RolloutPlan, RolloutState } from "@shortlist/contracts";
import type { Assessment, GuardrailVerdict } from "./assessment";
import { type ArmCounts, createArmCounts, type Measurements } from "./measurements";
import { createState } from "./states";

export const NOW = Date.parse("2026-03-02T12:00:00Z");
export const MINUTE = 60_000;

export function createPlan(o: Partial<typeof RolloutPlan._zod.input> = {}): RolloutPlan {
  return RolloutPlan.parse({ surfaces: ["home_feed"], requestsMin: 100, ...o });
}

export function createStateAt(phase: RolloutState["phase"], o: Partial<RolloutState> = {}): RolloutState {
  return RolloutState.parse({ ...createState(NOW - 60 * MINUTE), phase, stepIndex: 1, ...o });
}

export function createAssessment(o: Partial<Assessment> = {}): Assessment {
  return {
    replicas: { alive: 2, ready: 2, refused: [] },
    guardrails: [],
    sampleRatio: null,
    candidateRequests: 1_000,
    shadow: { n: 500, problems: [] },
    dataProblem: null,
    ...o,
  };
}

export function createVerdict(o: Partial<GuardrailVerdict>): GuardrailVerdict {
  return {
    metric: "failed",
    clock: "fast",
    action: "abort",
    gate: "no_harm",
    verdict: "safe",
    estimate: 1,
    low: 0.9,
    high: 1.1,
    threshold: 1.5,
    n: { control: 1_000, candidate: 1_000 },
    values: { control: 0, candidate: 0 },
    moreN: 0,
    alpha: 0.001,
    window: { fromMs: NOW - MINUTE, toMs: NOW },
    reason: null,
    ...o,
  };
}

export function createCounts(o: Partial<ArmCounts> & { latencyMs?: number } = {}): ArmCounts {
  const { latencyMs = 5, ...counts } = o;
  const requests = counts.requests ?? 1_000;
  const bucket = LATENCY_BOUNDS_MS.findIndex((bound) => latencyMs <= bound);
  const latency = createArmCounts().latency.map((_, i) => (i === bucket ? requests : 0));
  return { ...createArmCounts(), requests, latency, ...counts };
}

/** So many shoppers of two slates each; so many of the slates had what is counted. */
export function createSums(shoppers: number, share: number) {
  const y = shoppers * 2 * share;
  return { n: shoppers, sumX: shoppers * 2, sumY: y, sumXX: shoppers * 4, sumYY: y, sumXY: 2 * y };
}

export function createMeasurements(o: Partial<Measurements> = {}): Measurements {
  const arms = { control: createSums(4_000, 0.3), candidate: createSums(4_000, 0.3) };
  return {
    atMs: NOW,
    replicas: { alive: 2, ready: 2, refused: [] },
    counts: {
      fromMs: NOW - 30 * MINUTE,
      arms: { control: createCounts(), candidate: createCounts() },
      lastCandidateMinute: NOW / MINUTE,
    },
    outcomes: {
      newestSlateMs: NOW - 5_000,
      fromMs: NOW - 120 * MINUTE,
      maturedUntilMs: NOW - 60 * MINUTE,
      shoppers: { control: 4_000, candidate: 4_000 },
      sums: { click_through: arms, add_to_cart: arms, conversion: arms, revenue: arms },
    },
    outcomesProblem: null,
    shadow: null,
    shadowProblem: null,
    ...o,
  };
}
