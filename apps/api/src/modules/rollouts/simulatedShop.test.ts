import { LATENCY_BOUNDS_MS, latencyBucketOf, type RolloutPlan } from "@shortlist/contracts";
import { createRandom, type Random } from "@shortlist/ml";
import {
  createRolloutPools,
  createRolloutTraffic,
  createShop,
  type RolloutPools,
} from "@shortlist/ml/simulation";
import { describe, expect, it } from "vitest";
import { decide } from "./decide";
import { judge } from "./judge";
import { type ArmCounts, addArmCounts, createArmCounts, type Measurements } from "./measurements";
import { createMeasurements, createPlan, MINUTE, NOW } from "./rollout.test-support";
import { createState } from "./states";
import { readCandidatePct } from "./traffic";

// Whole rollouts under the plan that the product proposes: the sample shop's shoppers, a look every minute, the judge and
// the decisions of the controller.

const shop = createShop({ seed: 7, nItems: 900, nShoppers: 500, days: 28, endMs: Date.UTC(2026, 2, 1) });
const pools = createRolloutPools(shop);
const SLATES_PER_MINUTE = 1_000;

/** How a release answers. */
interface Behaviour {
  readonly slates: keyof RolloutPools;
  readonly failedShare?: number;
  readonly latencyFactor?: number;
  readonly nonFiniteShare?: number;
}
const HEALTHY: Behaviour = { slates: "good" };

interface Outcome {
  readonly phase: string;
  readonly step: number;
  readonly minutes: number;
  readonly reason: string;
  /** Slates of the candidate. */
  readonly slates: number;
}

/** Until everybody has the candidate, or it ends or is held before. */
function roll(seed: string, candidate: Behaviour, plan: RolloutPlan = createPlan()): Outcome {
  const random = createRandom(seed);
  const traffic = createRolloutTraffic({
    shop,
    control: pools.good,
    candidate: pools[candidate.slates],
    nShoppers: 20_000,
    seed,
  });
  let state = createState(NOW);
  let counts = { control: createArmCounts(), candidate: createArmCounts() };
  for (let minute = 0; minute < 600; minute++) {
    const nowMs = NOW + minute * MINUTE;
    if (state.phase === "canary") {
      const before = traffic.read("candidate").slates;
      traffic.advance(SLATES_PER_MINUTE, readCandidatePct(plan, state.stepIndex));
      const slates = traffic.read("candidate").slates - before;
      counts = {
        control: addArmCounts(counts.control, drawCounts(random, slates, HEALTHY)),
        candidate: addArmCounts(counts.candidate, drawCounts(random, slates, candidate)),
      };
    }
    const measured = measure(traffic, counts, { nowMs, stepSinceMs: state.stepSinceMs });
    const assessment = judge(plan, state, measured);
    const decision = decide({ plan, state, createdAtMs: NOW, assessment, nowMs });
    if (decision.kind === "wait") continue;
    if (decision.next.stepIndex !== state.stepIndex)
      counts = { control: createArmCounts(), candidate: createArmCounts() };
    state = decision.next;
    const isOver = state.hold !== null || state.phase === "aborted" || state.phase === "holdback";
    if (isOver)
      return {
        phase: state.hold === null ? state.phase : `held: ${state.hold.code}`,
        step: state.stepIndex,
        minutes: minute,
        reason: decision.reason,
        slates: traffic.read("candidate").slates,
      };
  }
  return { phase: "waiting", step: state.stepIndex, minutes: 600, reason: "", slates: 0 };
}

function drawCounts(random: Random, requests: number, behaviour: Behaviour): ArmCounts {
  const counts = { ...createArmCounts(), requests };
  const happens = (share: number) => (random.next() < share ? 1 : 0);
  for (let i = 0; i < requests; i++) {
    counts.failed += happens(behaviour.failedShare ?? 0.0004);
    counts.fallback += happens(0.002);
    counts.nonFinite += happens(behaviour.nonFiniteShare ?? 0);
    const latencyMs = 5 * (behaviour.latencyFactor ?? 1) * Math.exp(0.6 * random.normal());
    counts.latency[Math.min(LATENCY_BOUNDS_MS.length, latencyBucketOf(latencyMs))]!++;
  }
  return counts;
}

function measure(
  traffic: ReturnType<typeof createRolloutTraffic>,
  arms: { control: ArmCounts; candidate: ArmCounts },
  { nowMs, stepSinceMs }: { nowMs: number; stepSinceMs: number },
): Measurements {
  const [control, candidate] = [traffic.read("control"), traffic.read("candidate")];
  const both = (metric: "clicks" | "orders" | "revenue") => ({
    control: control[metric],
    candidate: candidate[metric],
  });
  return createMeasurements({
    atMs: nowMs,
    counts: { fromMs: stepSinceMs, arms, lastCandidateMinute: Math.floor(nowMs / MINUTE) },
    outcomes: {
      newestSlateMs: nowMs - 5_000,
      fromMs: NOW,
      maturedUntilMs: nowMs,
      shoppers: { control: control.clicks.n, candidate: candidate.clicks.n },
      sums: {
        click_through: both("clicks"),
        add_to_cart: both("orders"),
        conversion: both("orders"),
        revenue: both("revenue"),
      },
    },
    shadow: { n: 1_000, failed: 0, gateViolations: 0, nonFinite: 0, overlapMean: 0.5 },
  });
}

const rollMany = (name: string, runs: number, candidate: Behaviour) =>
  Array.from({ length: runs }, (_, run) => roll(`${name}-${run}`, candidate));

describe("rollouts of the proposed plan in the sample shop", () => {
  it("of a model that is as good reach everybody, none is aborted", () => {
    const outcomes = rollMany("as-good", 12, HEALTHY);
    expect(outcomes.filter(({ phase }) => phase === "aborted")).toEqual([]);
    expect(outcomes.filter(({ phase }) => phase === "holdback").length).toBeGreaterThanOrEqual(9);
  });

  it("of a model with random scores are all aborted at the first canary step, for the clicks", () => {
    for (const outcome of rollMany("random", 12, { slates: "random" })) {
      expect(outcome).toMatchObject({ phase: "aborted", step: 1 });
      expect(outcome.reason).toMatch(/click_through/);
      expect(outcome.slates).toBeLessThan(1_000);
    }
  });

  it.each([
    ["fails two requests in a hundred", { slates: "good", failedShare: 0.02 }, /failed/],
    ["takes twice as long", { slates: "good", latencyFactor: 2 }, /latency/],
    [
      "scores one request in a thousand with no number",
      { slates: "good", nonFiniteShare: 0.001 },
      /non_finite/,
    ],
  ] as const)(
    "of a model that %s are all aborted within the first canary step",
    (name, behaviour, reason) => {
      for (const outcome of rollMany(name, 5, behaviour)) {
        expect(outcome.phase).toBe("aborted");
        expect(outcome.step).toBeLessThanOrEqual(2);
        expect(outcome.reason).toMatch(reason);
      }
    },
  );
});
