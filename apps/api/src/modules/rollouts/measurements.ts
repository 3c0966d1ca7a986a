import { LATENCY_BOUNDS_MS } from "@shortlist/contracts";
import * as z from "zod";

// What is measured of a rollout, as it is kept with a decision: whoever reads it again judges the same.

export const ArmCounts = z.object({
  requests: z.number(),
  failed: z.number(),
  empty: z.number(),
  gateViolations: z.number(),
  nonFinite: z.number(),
  /** Answers from rung 1 or below. */
  fallback: z.number(),
  /** By position in LATENCY_BOUNDS_MS; the last bucket has no bound. */
  latency: z.array(z.number()).length(LATENCY_BOUNDS_MS.length + 1),
});
export type ArmCounts = z.infer<typeof ArmCounts>;

/** Sums over shoppers: of x, of y, and of their squares and product. */
export const ClusterSums = z.object({
  n: z.number(),
  sumX: z.number(),
  sumY: z.number(),
  sumXX: z.number(),
  sumYY: z.number(),
  sumXY: z.number(),
});
export type ClusterSums = z.infer<typeof ClusterSums>;

const Arms = <T extends z.ZodType>(of: T) => z.object({ control: of, candidate: of });

export const OUTCOME_METRICS = ["click_through", "add_to_cart", "conversion", "revenue"] as const;
export type OutcomeMetric = (typeof OUTCOME_METRICS)[number];

export const Outcomes = z.object({
  /** When the newest slate of the rollout that is in the archive was answered. */
  newestSlateMs: z.number().nullable(),
  fromMs: z.number(),
  /** Slates answered later have no orders counted for them yet. */
  maturedUntilMs: z.number(),
  /** Shoppers who were shown a slate since the step began: what the split is checked on. */
  shoppers: Arms(z.number()),
  sums: z.record(z.enum(OUTCOME_METRICS), Arms(ClusterSums)),
});
export type Outcomes = z.infer<typeof Outcomes>;

export const ShadowTotals = z.object({
  n: z.number(),
  failed: z.number(),
  gateViolations: z.number(),
  nonFinite: z.number(),
  overlapMean: z.number().nullable(),
});
export type ShadowTotals = z.infer<typeof ShadowTotals>;

export const Measurements = z.object({
  atMs: z.number(),
  replicas: z
    .object({
      alive: z.number(),
      ready: z.number(),
      refused: z.array(z.object({ replicaId: z.string(), reason: z.string() })),
    })
    .nullable(),
  /** Since the step began. Null: Redis could not be read. */
  counts: z
    .object({ fromMs: z.number(), arms: Arms(ArmCounts), lastCandidateMinute: z.number().nullable() })
    .nullable(),
  /** Null: not asked, or the archive could not be read; then `outcomesProblem` says so. */
  outcomes: Outcomes.nullable(),
  outcomesProblem: z.string().nullable(),
  shadow: ShadowTotals.nullable(),
  shadowProblem: z.string().nullable(),
});
export type Measurements = z.infer<typeof Measurements>;

export function createArmCounts(): ArmCounts {
  return {
    requests: 0,
    failed: 0,
    empty: 0,
    gateViolations: 0,
    nonFinite: 0,
    fallback: 0,
    latency: new Array<number>(LATENCY_BOUNDS_MS.length + 1).fill(0),
  };
}

export function addArmCounts(a: ArmCounts, b: ArmCounts): ArmCounts {
  return {
    requests: a.requests + b.requests,
    failed: a.failed + b.failed,
    empty: a.empty + b.empty,
    gateViolations: a.gateViolations + b.gateViolations,
    nonFinite: a.nonFinite + b.nonFinite,
    fallback: a.fallback + b.fallback,
    latency: a.latency.map((count, i) => count + (b.latency[i] ?? 0)),
  };
}
