import * as z from "zod";
import { Surface } from "./recommend";
import { ROLLOUT_METRICS, ROLLOUT_PHASES } from "./vocabulary";

// How a rollout is to go: what a person writes down before it starts, and what the controller holds it to.

export type RolloutMetric = keyof typeof ROLLOUT_METRICS;
export const RolloutMetric = z.enum(Object.keys(ROLLOUT_METRICS) as [RolloutMetric, ...RolloutMetric[]]);

export const Guardrail = z.object({
  metric: RolloutMetric,
  /**
   * A share of the control's value: a candidate that is surely no more than so much worse is safe. What is surely worse than
   * the control, and not shown to be within the margin, is harm.
   */
  margin: z.number().min(0.001).max(10),
  /** Chance of calling harm where there is none, over the whole rollout and all looks at it. */
  alpha: z.number().min(0.0001).max(0.1),
  /** What the controller does when it finds harm. */
  action: z.enum(["abort", "hold"]).default("abort"),
  /** Requests of either arm (shoppers for outcomes) below which nothing is said. */
  nMin: z.int().min(1).max(1_000_000),
  /** Of a `count`: a share of requests that is fine whatever the control's is; null: none is. */
  fineShare: z.number().gt(0).max(0.5).nullable().default(null),
  /** What it takes to leave the last canary step: no harm found, or shown to be within the margin. */
  gate: z.enum(["no_harm", "safe"]).default("no_harm"),
});
export type Guardrail = z.infer<typeof Guardrail>;

export const RolloutStep = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("shadow"),
    /** Share of answers that the candidate answers too. */
    sharePct: z.number().gt(0).max(100),
    dwellMinutes: z.number().min(0).max(43_200),
  }),
  z.object({
    kind: z.literal("canary"),
    /** Share of shoppers who get the candidate. */
    candidatePct: z.number().min(0.01).max(95),
    dwellMinutes: z.number().min(0).max(43_200),
  }),
]);
export type RolloutStep = z.infer<typeof RolloutStep>;

/**
 * The alphas of what may abort by itself sum to less than 0.02: less than one rollout in fifty is ended for nothing. Margins
 * of rare events are wide because a handful of them is no pattern; those of latency because machines differ.
 */
export const DEFAULT_GUARDRAILS: readonly z.input<typeof Guardrail>[] = [
  { metric: "failed", margin: 0.5, alpha: 0.002, nMin: 100, fineShare: 0.001 },
  { metric: "empty", margin: 0.5, alpha: 0.002, nMin: 100, fineShare: 0.001 },
  { metric: "fallback", margin: 0.5, alpha: 0.002, nMin: 100, fineShare: 0.005 },
  { metric: "gate_violations", margin: 0.1, alpha: 0.002, nMin: 100 },
  { metric: "non_finite", margin: 0.1, alpha: 0.002, nMin: 100 },
  { metric: "latency_p50", margin: 0.5, alpha: 0.002, nMin: 100 },
  { metric: "latency_p99", margin: 0.5, alpha: 0.002, nMin: 300 },
  { metric: "click_through", margin: 0.05, alpha: 0.005, nMin: 50, gate: "safe" },
  { metric: "conversion", margin: 0.1, alpha: 0.002, nMin: 100, action: "hold" },
  { metric: "revenue", margin: 0.15, alpha: 0.002, nMin: 100, action: "hold" },
];

const DEFAULT_STEPS: readonly RolloutStep[] = [
  { kind: "shadow", sharePct: 20, dwellMinutes: 10 },
  { kind: "canary", candidatePct: 5, dwellMinutes: 30 },
  { kind: "canary", candidatePct: 25, dwellMinutes: 60 },
  { kind: "canary", candidatePct: 50, dwellMinutes: 120 },
];

const Time = z.iso.datetime({ offset: true });

export const RolloutPlan = z.object({
  /** Where outcomes are measured. Absent: the surfaces on which the candidate differs. */
  surfaces: z.array(Surface).min(1).optional(),
  /** Shadow first, then ever larger shares; everybody gets the candidate after the last. */
  steps: z
    .array(RolloutStep)
    .min(1)
    .max(12)
    .superRefine((steps, ctx) => {
      let before = 0;
      steps.forEach((step, i) => {
        const refuse = (field: string, message: string) =>
          ctx.addIssue({ code: "custom", path: [i, field], message });
        if (step.kind === "shadow" && before > 0) refuse("kind", "put shadow steps before canary steps");
        if (step.kind !== "canary") return;
        if (step.candidatePct <= before)
          refuse("candidatePct", `must be more than the ${before} % of the step before: a share only grows`);
        before = step.candidatePct;
      });
    })
    .default([...DEFAULT_STEPS]),
  /** Shoppers who stay on the served release after 100 %, so that slow harm still has something to be compared with. */
  holdback: z
    .object({
      pct: z.number().min(0.1).max(20),
      hours: z
        .number()
        .gt(0)
        .max(24 * 60),
    })
    .nullable()
    .default({ pct: 5, hours: 24 }),
  guardrails: z
    .array(Guardrail)
    .superRefine((guardrails, ctx) => {
      guardrails.forEach(({ metric }, i) => {
        if (guardrails.findIndex((other) => other.metric === metric) < i)
          ctx.addIssue({ code: "custom", path: [i, "metric"], message: `${metric} is guarded twice` });
      });
    })
    .default(DEFAULT_GUARDRAILS.map((guardrail) => Guardrail.parse(guardrail))),
  /** What a shadow step must show before a shopper gets the candidate. */
  shadowLimits: z
    .object({
      requestsMin: z.int().min(1).default(50),
      failureSharePctMax: z.number().min(0).max(100).default(1),
      gateViolationsMax: z.int().min(0).default(0),
      nonFiniteMax: z.int().min(0).default(0),
      /** Mean share of items that both slates have, 0…1; null: whatever it is. */
      overlapMin: z.number().min(0).max(1).nullable().default(null),
    })
    .prefault({}),
  /** Requests of the candidate at a canary step before it may go on, however long it has lasted. */
  requestsMin: z.int().min(0).default(200),
  /** An order counts for slates shown so long before it, and slates count once they are so old. */
  attributionMinutes: z.number().min(1).max(43_200).default(60),
  /** How long replicas may take to load the candidate. */
  prepareMinutes: z.number().min(1).max(1_440).default(10),
  /** Not before; null: at once. */
  startAt: Time.nullable().default(null),
  /** Times in which no more shoppers get the candidate, such as a sale. */
  freezeWindows: z
    .array(
      z
        .object({ name: z.string().trim().min(1).max(100), from: Time, to: Time })
        .refine(({ from, to }) => Date.parse(from) < Date.parse(to), {
          path: ["to"],
          message: "must be after `from`",
        }),
    )
    .max(20)
    .default([]),
  /** A second person must agree before so many per cent of shoppers or more get the candidate; null: nobody. */
  approvalFromPct: z.number().min(0).max(100).nullable().default(null),
  /** A rollout that has not ended by then is aborted. */
  maxAgeHours: z
    .number()
    .min(0.1)
    .max(24 * 90)
    .default(24 * 14),
});
export type RolloutPlan = z.infer<typeof RolloutPlan>;

/**
 * `scheduled`: not begun. `preparing`: replicas load the candidate. `holdback`: everybody else gets the candidate.
 * `aborted`: everybody gets the served release again; `rolled_back`: the same after 100 %.
 */
export const RolloutPhase = z.enum(ROLLOUT_PHASES);
export type RolloutPhase = z.infer<typeof RolloutPhase>;

/** Why a rollout stands still until a person resumes it. */
export const ROLLOUT_HOLD_CODES = [
  "person",
  "guardrail",
  "sample_ratio",
  "shadow",
  "not_loaded",
  "refused",
] as const;

export const RolloutState = z.object({
  phase: RolloutPhase,
  /** Position in the plan's steps; −1 before them, their number in the holdback. */
  stepIndex: z.int().min(-1),
  stepSinceMs: z.number(),
  /** Outcomes are measured since then: the first canary step, or the last time a person resumed. */
  windowSinceMs: z.number().nullable(),
  /** Added to the step's dwell by people. */
  extendedMinutes: z.number().min(0),
  hold: z
    .object({
      code: z.enum(ROLLOUT_HOLD_CODES),
      by: z.string(),
      isRobot: z.boolean(),
      reason: z.string(),
      sinceMs: z.number(),
    })
    .nullable(),
  approvalAskedAtMs: z.number().nullable(),
  approval: z.object({ by: z.string(), atMs: z.number() }).nullable(),
});
export type RolloutState = z.infer<typeof RolloutState>;

export const ROLLOUT_ACTIONS = [
  "create",
  "prepare",
  "step",
  "hold",
  "resume",
  "promote",
  "extend",
  "ask_approval",
  "approve",
  "refuse",
  "complete",
  "abort",
  "roll_back",
] as const;
export const RolloutAction = z.enum(ROLLOUT_ACTIONS);
export type RolloutAction = z.infer<typeof RolloutAction>;

/** What a candidate release is made from. */
export const RolloutCandidate = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("ranker"),
    ranker: z.object({ name: z.string().min(1).max(128), version: z.int().min(1) }),
    /** Where it is to rank. Absent: everywhere but on surfaces whose settings name a ranker. */
    surfaces: z.array(Surface).min(1).optional(),
  }),
  z.object({ kind: z.literal("release"), number: z.int().min(1) }),
]);
export type RolloutCandidate = z.infer<typeof RolloutCandidate>;

/** Phases in which a rollout is over. */
