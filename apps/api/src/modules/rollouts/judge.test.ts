import { ROLLOUT_METRICS, type RolloutMetric } from "@shortlist/contracts";
import { describe, expect, test } from "vitest";
import { judge } from "./judge";
import { Measurements } from "./measurements";
import {
  createCounts,
  createMeasurements,
  createPlan,
  createStateAt,
  createSums,
  MINUTE,
  NOW,
} from "./rollout.test-support";

const plan = createPlan();
const canary = createStateAt("canary");
const verdictsOf = (measured: Measurements) =>
  Object.fromEntries(
    judge(plan, canary, measured).guardrails.map(({ metric, verdict }) => [metric, verdict]),
  ) as Partial<Record<RolloutMetric, string>>;
const withCandidate = (candidate: ReturnType<typeof createCounts>) => {
  const measured = createMeasurements();
  return createMeasurements({
    counts: { ...measured.counts!, arms: { control: createCounts(), candidate } },
  });
};
const withOutcome = (share: number) => {
  const measured = createMeasurements();
  const sums = { control: createSums(4_000, 0.3), candidate: createSums(4_000, share) };
  return createMeasurements({
    outcomes: {
      ...measured.outcomes!,
      sums: { ...measured.outcomes!.sums, click_through: sums, revenue: sums },
    },
  });
};

describe("verdicts", () => {
  test("two equal arms show no harm anywhere", () => {
    expect(Object.values(verdictsOf(createMeasurements()))).not.toContain("harm");
  });

  test.each([
    ["failed", { failed: 100 }],
    ["empty", { empty: 100 }],
    ["fallback", { fallback: 200 }],
    ["gate_violations", { gateViolations: 1 }],
    ["non_finite", { nonFinite: 1 }],
    ["latency_p50", { latencyMs: 200 }],
  ] as const)("%s of the candidate alone is harm", (metric, counts) => {
    expect(verdictsOf(withCandidate(createCounts(counts)))[metric]).toBe("harm");
  });

  test("a third of the clicks lost is harm to clicks, and to the money of orders that are old enough", () => {
    expect(verdictsOf(withOutcome(0.2))).toMatchObject({ click_through: "harm", revenue: "harm" });
  });

  test("counters that cannot be read are no data for all they feed, and a problem that stops the rollout", () => {
    const found = judge(plan, canary, createMeasurements({ counts: null }));
    expect(found.dataProblem).toBe("the funnel counters cannot be read");
    expect(found.candidateRequests).toBeNull();
    for (const { metric, verdict } of found.guardrails)
      if (ROLLOUT_METRICS[metric].kind !== "ratio") expect(verdict).toBe("no_data");
  });

  test("an archive that stands still is no data, not last hour's verdict", () => {
    const { outcomes } = createMeasurements();
    const stale = createMeasurements({ outcomes: { ...outcomes!, newestSlateMs: NOW - 10 * MINUTE } });
    expect(verdictsOf(stale)).toMatchObject({ click_through: "no_data", conversion: "no_data" });
    expect(verdictsOf(createMeasurements({ outcomes: null }))).toMatchObject({ click_through: "no_data" });
  });

  test("orders are no data until slates are as old as their window", () => {
    const { outcomes } = createMeasurements();
    const fresh = { ...outcomes!, maturedUntilMs: outcomes!.fromMs - 1 };
    expect(verdictsOf(createMeasurements({ outcomes: fresh }))).toMatchObject({
      conversion: "no_data",
      revenue: "no_data",
    });
  });

  test("a candidate that nobody asks for is a problem", () => {
    const { counts } = createMeasurements();
    const silent = createMeasurements({ counts: { ...counts!, lastCandidateMinute: NOW / MINUTE - 6 } });
    expect(judge(plan, canary, silent).dataProblem).toMatch(/nobody asked/);
  });

  test("arms that are dealt otherwise than their buckets are a mismatch; equal ones are none", () => {
    const split = (candidate: number) => {
      const { outcomes } = createMeasurements();
      return judge(
        plan,
        canary,
        createMeasurements({ outcomes: { ...outcomes!, shoppers: { control: 4_000, candidate } } }),
      ).sampleRatio?.isMismatch;
    };
    expect(split(4_050)).toBe(false);
    expect(split(3_000)).toBe(true);
  });

  test("before a shopper has the candidate there is nothing to compare", () => {
    const found = judge(plan, createStateAt("shadow", { stepIndex: 0 }), createMeasurements());
    expect(found).toMatchObject({ guardrails: [], sampleRatio: null });
  });

  test("a shadow step names what is beyond its limits", () => {
    const shadow = { n: 100, failed: 5, gateViolations: 2, nonFinite: 0, overlapMean: 0.4 };
    const found = judge(plan, createStateAt("shadow", { stepIndex: 0 }), createMeasurements({ shadow }));
    expect(found.shadow).toEqual({
      n: 100,
      problems: [
        "the candidate had no slate for 5.0 % of requests; 1 % are allowed",
        "the candidate let 2 ineligible items through; 0 are allowed",
      ],
    });
  });

  test("what is kept in the ledger is judged the same again", () => {
    for (const measured of [
      withOutcome(0.2),
      withCandidate(createCounts({ failed: 9 })),
      createMeasurements(),
    ]) {
      const kept = Measurements.parse(JSON.parse(JSON.stringify(measured)));
      expect(JSON.stringify(judge(plan, canary, kept))).toBe(JSON.stringify(judge(plan, canary, measured)));
    }
  });
});
