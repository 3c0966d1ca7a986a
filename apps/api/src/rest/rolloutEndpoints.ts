import { RolloutAction, RolloutCandidate, RolloutPlan, RolloutState } from "@shortlist/contracts";
import * as z from "zod";
import type { RolloutRequest } from "../modules/rollouts/decideRequest";
import { previewRollout } from "../modules/rollouts/previewService";
import { createRollout, getRollout, listRollouts, requestRollout } from "../modules/rollouts/service";
import { defineEndpoint, type Endpoint } from "./endpoint";
import { Slug } from "./workspaceEndpoints";

const ADMIN = { scopes: ["admin"] } as const;
const One = Slug.extend({ number: z.coerce.number().int().min(1) });
const Draft = z.object({ candidate: RolloutCandidate, plan: RolloutPlan.prefault({}) });
const Change = z.object({
  where: z.string(),
  what: z.string(),
  from: z.string().nullable(),
  to: z.string().nullable(),
});

const Summary = z.object({
  id: z.string(),
  number: z.int(),
  note: z.string(),
  state: RolloutState,
  /** Null before it begins and after it ended: replicas know nothing of it then. */
  traffic: z.object({ candidateBuckets: z.int(), controlBuckets: z.int(), shadowPct: z.number() }).nullable(),
  /** What it waits for, as the controller saw it when it looked last. */
  waiting: z.object({ code: z.string(), reason: z.string(), untilMs: z.number().nullable() }).nullable(),
  createdBy: z.string(),
  createdAt: z.date(),
  endedAt: z.date().nullable(),
});

const Detail = Summary.extend({
  /** Whether replicas are told the newest decision; `unknown` while Redis cannot be asked. */
  inForce: z.enum(["yes", "not_yet", "unknown"]),
  plan: RolloutPlan,
  candidate: z.object({ releaseId: z.string(), number: z.int() }),
  stable: z.object({ releaseId: z.string(), number: z.int() }),
  changes: z.array(Change),
  /** Verdicts of the last look, by metric. */
  guardrails: z.array(
    z.object({
      metric: z.string(),
      verdict: z.enum(["harm", "safe", "undecided", "no_data"]),
      estimate: z.number().nullable(),
      low: z.number().nullable(),
      high: z.number().nullable(),
      threshold: z.number().nullable(),
      n: z.object({ control: z.number(), candidate: z.number() }),
      moreN: z.number().nullable(),
      reason: z.string().nullable(),
    }),
  ),
  /** The ledger, newest first. */
  decisions: z.array(
    z.object({
      sequence: z.int(),
      at: z.date(),
      action: RolloutAction,
      actor: z.string(),
      isRobot: z.boolean(),
      reason: z.string(),
      after: RolloutState,
    }),
  ),
});

type Shown = Awaited<ReturnType<typeof listRollouts>>["rollouts"][number];
const toSummary = <T extends Pick<Shown, "latest">>(rollout: T) => ({
  ...rollout,
  waiting: rollout.latest?.waiting ?? null,
});

/** What people ask of a rollout, and what each asks for. */
const REQUESTS = {
  abort: "Gives every shopper the served release again; in force within seconds",
  hold: "Keeps shares as they are until it is resumed",
  resume: "Goes on, measuring anew",
  promote: "Takes the next step now, or all of them with `to: full`",
  extend: "Gives the present step more time",
  approve: "Agrees as a second person, where the plan wants one",
  refuse: "Disagrees as a second person: the rollout is held",
} as const;
type RequestKind = keyof typeof REQUESTS;
const NEEDS_REASON: ReadonlySet<RequestKind> = new Set(["resume", "promote", "extend", "approve", "refuse"]);

const BODIES = {
  promote: { to: z.enum(["next", "full"]).default("next") },
  extend: { minutes: z.number().gt(0).max(43_200) },
} as const;

function defineRequest(kind: RequestKind): Endpoint {
  const reason = NEEDS_REASON.has(kind)
    ? z.string().trim().min(3, "say why, in a few words").max(500)
    : z.string().trim().max(500).default("");
  const extra: z.ZodRawShape = kind === "promote" || kind === "extend" ? BODIES[kind] : {};
  return defineEndpoint({
    method: "POST",
    path: `/v1/workspaces/{slug}/rollouts/{number}/${kind}`,
    summary: REQUESTS[kind],
    access: ADMIN,
    params: One,
    body: z.object({ reason, ...extra }).prefault({} as never),
    response: z.object({ number: z.int(), state: RolloutState }),
    handle({ ctx, caller, workspace, params, body }) {
      const { reason: why, ...rest } = body as { reason: string };
      return requestRollout(ctx, workspace.id, {
        number: params.number,
        request: { kind, ...rest } as RolloutRequest,
        reason: why,
        actor: caller.actor,
      });
    },
  });
}

/** Rollouts for scripts and pipelines (M4). A key acts under its own name, also as author and approver. */
export const rolloutEndpoints: readonly Endpoint[] = [
  defineEndpoint({
    method: "GET",
    path: "/v1/workspaces/{slug}/rollouts",
    summary: "Rollouts, newest first, with where each stands",
    access: ADMIN,
    params: Slug,
    response: z.object({ rollouts: z.array(Summary) }),
    handle: async ({ ctx, workspace }) => ({
      rollouts: (await listRollouts(ctx, workspace.id)).rollouts.map(toSummary),
    }),
  }),
  defineEndpoint({
    method: "GET",
    path: "/v1/workspaces/{slug}/rollouts/{number}",
    summary: "A rollout with its plan, verdicts and ledger",
    access: ADMIN,
    params: One,
    response: Detail,
    async handle({ ctx, workspace, params }) {
      const rollout = await getRollout(ctx, workspace.id, params.number);
      return { ...toSummary(rollout), guardrails: rollout.latest?.assessment.guardrails ?? [] };
    },
  }),
  defineEndpoint({
    method: "POST",
    path: "/v1/workspaces/{slug}/rollouts/preview",
    summary: "What a plan would do: what changes, steps with shares and times. Makes nothing",
    access: ADMIN,
    params: Slug,
    body: Draft,
    response: z.object({
      stableNumber: z.int(),
      isSame: z.boolean(),
      changes: z.array(Change),
      plan: RolloutPlan,
      running: z.object({ number: z.int(), phase: z.string() }).nullable(),
      steps: z.array(
        z.object({
          name: z.string(),
          candidatePct: z.number(),
          controlPct: z.number(),
          startMs: z.number(),
          endMs: z.number(),
          needsApproval: z.boolean(),
        }),
      ),
      endsAt: z.date(),
    }),
    handle: ({ ctx, workspace, body }) => previewRollout(ctx, workspace, body),
  }),
  defineEndpoint({
    method: "POST",
    path: "/v1/workspaces/{slug}/rollouts",
    summary: "Makes a candidate release and the rollout that brings it to shoppers; one at a time",
    access: ADMIN,
    params: Slug,
    body: Draft.extend({ note: z.string().trim().min(1).max(500) }),
    response: z.object({ id: z.string(), number: z.int() }),
    handle: ({ ctx, caller, workspace, body }) =>
      createRollout(ctx, workspace.id, { ...body, actor: caller.actor }),
  }),
  ...(Object.keys(REQUESTS) as RequestKind[]).map(defineRequest),
];
