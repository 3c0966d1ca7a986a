import type { RolloutAction, RolloutPlan, RolloutState } from "@shortlist/contracts";
import { ROLLOUT_ENDED } from "@shortlist/contracts";
import type { Assessment, GuardrailVerdict } from "./assessment";
import { toEnded, toHeld, toNext, toPreparing } from "./states";
import { readCandidatePct } from "./traffic";

// What the controller does next. Pure: it is asked again every few seconds and by every worker, and says the same.

export const ROBOT = "controller";

export type WaitCode =
  | "ended"
  | "schedule"
  | "replicas"
  | "held"
  | "frozen"
  | "dwell"
  | "no_data"
  | "undecided"
  | "approval";

export type Decision =
  | {
      readonly kind: "act";
      readonly action: RolloutAction;
      readonly next: RolloutState;
      readonly reason: string;
    }
  | {
      readonly kind: "wait";
      readonly code: WaitCode;
      readonly reason: string;
      /** When it can go on at the earliest, where that is known. */
      readonly untilMs: number | null;
    };

export interface DecideInput {
  readonly plan: RolloutPlan;
  readonly state: RolloutState;
  readonly createdAtMs: number;
  readonly assessment: Assessment;
  readonly nowMs: number;
}

const act = (action: RolloutAction, next: RolloutState, reason: string): Decision => ({
  kind: "act",
  action,
  next,
  reason,
});
const wait = (code: WaitCode, reason: string, untilMs: number | null = null): Decision => ({
  kind: "wait",
  code,
  reason,
  untilMs,
});

/**
 * The next action, or what is waited for. What protects shoppers comes first and is done in every state, also while a
 * person holds the rollout; what moves it on comes last and never past a person's hold.
 */
export function decide(input: DecideInput): Decision {
  const { plan, state, nowMs } = input;
  if (ROLLOUT_ENDED.has(state.phase)) return wait("ended", "it has ended");
  return (
    decideEnd(input) ??
    (state.hold === null
      ? decideHold(input)
      : wait("held", `held by ${state.hold.by}: ${state.hold.reason}`)) ??
    (state.phase === "scheduled" ? decideBegin(plan, state, nowMs) : null) ??
    (state.phase === "preparing" ? decideReady(input) : null) ??
    decideAdvance(input)
  );
}

function decideEnd({ plan, state, createdAtMs, assessment, nowMs }: DecideInput): Decision | null {
  const end = (reason: string) =>
    act(state.phase === "holdback" ? "roll_back" : "abort", toEnded(state, nowMs), reason);
  const startMs = plan.startAt === null ? createdAtMs : Math.max(createdAtMs, Date.parse(plan.startAt));
  if (nowMs - startMs > plan.maxAgeHours * 3_600_000)
    return end(`it has not ended within ${plan.maxAgeHours} h, which the plan allows`);
  const refused = state.phase === "scheduled" ? undefined : assessment.replicas?.refused[0];
  if (refused !== undefined)
    return end(`replica ${refused.replicaId} refused the candidate: ${refused.reason}`);
  const harm = findHarm(assessment, "abort");
  return harm === undefined ? null : end(describeHarm(harm));
}

function decideHold({ plan, state, assessment, nowMs }: DecideInput): Decision | null {
  const hold = (code: NonNullable<RolloutState["hold"]>["code"], reason: string) =>
    act("hold", toHeld(state, { code, by: ROBOT, isRobot: true, reason, sinceMs: nowMs }), reason);
  const { sampleRatio } = assessment;
  if (sampleRatio?.isMismatch === true)
    return hold(
      "sample_ratio",
      `shoppers are not dealt as planned: ${sampleRatio.observed.candidate} got the candidate and ${sampleRatio.observed.control} are in the control, so the two cannot be compared`,
    );
  const harm = findHarm(assessment, "hold");
  if (harm !== undefined) return hold("guardrail", describeHarm(harm));
  const { shadow } = assessment;
  const problem =
    state.phase === "shadow" && shadow !== null && shadow.n >= plan.shadowLimits.requestsMin
      ? shadow.problems[0]
      : undefined;
  return problem === undefined ? null : hold("shadow", problem);
}

function decideBegin(plan: RolloutPlan, state: RolloutState, nowMs: number): Decision {
  const startMs = plan.startAt === null ? 0 : Date.parse(plan.startAt);
  if (nowMs < startMs) return wait("schedule", `starts at ${plan.startAt}`, startMs);
  return act("prepare", toPreparing(state, nowMs), "replicas load the candidate");
}

function decideReady(input: DecideInput): Decision | null {
  const { plan, state, assessment, nowMs } = input;
  const { replicas } = assessment;
  const isReady = replicas !== null && replicas.alive > 0 && replicas.ready === replicas.alive;
  if (isReady) return null;
  const untilMs = state.stepSinceMs + (plan.prepareMinutes + state.extendedMinutes) * 60_000;
  const says =
    replicas === null
      ? "the fleet's heartbeats cannot be read"
      : replicas.alive === 0
        ? "no replica is there"
        : `${replicas.ready} of ${replicas.alive} replicas hold the candidate`;
  if (nowMs < untilMs) return wait("replicas", says, untilMs);
  const reason = `${says} after ${plan.prepareMinutes} minutes`;
  return act(
    "hold",
    toHeld(state, { code: "not_loaded", by: ROBOT, isRobot: true, reason, sinceMs: nowMs }),
    reason,
  );
}

function decideAdvance(input: DecideInput): Decision {
  const { plan, state, nowMs } = input;
  const dwellMs =
    state.phase === "preparing"
      ? 0
      : state.phase === "holdback"
        ? (plan.holdback?.hours ?? 0) * 3_600_000
        : (plan.steps[state.stepIndex]?.dwellMinutes ?? 0) * 60_000;
  const untilMs =
    state.stepSinceMs + dwellMs + (state.phase === "preparing" ? 0 : state.extendedMinutes * 60_000);
  if (nowMs < untilMs) return wait("dwell", "the step has not lasted long enough", untilMs);
  const missing = findMissing(input);
  if (missing !== null) return missing;
  const frozen = plan.freezeWindows.find(
    ({ from, to }) => Date.parse(from) <= nowMs && nowMs < Date.parse(to),
  );
  if (frozen !== undefined)
    return wait("frozen", `no more shoppers get the candidate during ${frozen.name}`, Date.parse(frozen.to));
  const targetPct = readCandidatePct(plan, state.stepIndex + 1);
  if (needsApproval(plan, state, targetPct)) {
    if (state.approvalAskedAtMs !== null)
      return wait("approval", `a second person must agree before ${targetPct} %`);
    return act(
      "ask_approval",
      { ...state, approvalAskedAtMs: nowMs },
      `a second person must agree before ${targetPct} %`,
    );
  }
  const next = toNext(plan, state, nowMs);
  return next.phase === "completed"
    ? act("complete", next, "the candidate becomes the current release")
    : act("step", next, describeStep(next, targetPct));
}

/** What the evidence lacks for going on; null when it has all. */
function findMissing({ plan, state, assessment }: DecideInput): Decision | null {
  const { dataProblem, shadow, candidateRequests, guardrails } = assessment;
  if (state.phase === "preparing") return null;
  if (dataProblem !== null) return wait("no_data", dataProblem);
  if (state.phase === "shadow") {
    const n = shadow?.n ?? 0;
    return n < plan.shadowLimits.requestsMin
      ? wait("no_data", `${n} of ${plan.shadowLimits.requestsMin} requests were compared`)
      : null;
  }
  if (candidateRequests === null || candidateRequests < plan.requestsMin)
    return wait(
      "no_data",
      `the candidate answered ${candidateRequests ?? 0} of ${plan.requestsMin} requests`,
    );
  const isLast = state.phase === "holdback" || state.stepIndex === plan.steps.length - 1;
  // Labels of slow outcomes take longer than a step: they are waited for before everybody gets the candidate.
  const empty = guardrails.find(
    ({ verdict, clock }) => verdict === "no_data" && (isLast || clock === "fast"),
  );
  if (empty !== undefined) return wait("no_data", `${empty.metric}: ${empty.reason ?? "no data"}`);
  const open =
    isLast && state.phase === "canary"
      ? guardrails.find(({ gate, verdict }) => gate === "safe" && verdict !== "safe")
      : undefined;
  if (open === undefined) return null;
  const more = open.moreN === null ? "" : `; about ${Math.ceil(open.moreN)} more per arm`;
  return wait("undecided", `${open.metric} is not shown to be within its margin yet${more}`);
}

export function needsApproval(plan: RolloutPlan, state: RolloutState, targetPct: number): boolean {
  return (
    plan.approvalFromPct !== null &&
    targetPct >= plan.approvalFromPct &&
    targetPct > 0 &&
    state.approval === null
  );
}

function findHarm(assessment: Assessment, action: "abort" | "hold"): GuardrailVerdict | undefined {
  return assessment.guardrails.find((found) => found.verdict === "harm" && found.action === action);
}

function describeHarm({ metric, estimate, threshold, n }: GuardrailVerdict): string {
  const show = (ratio: number) => `${ratio < 1 ? "−" : "+"}${(Math.abs(ratio - 1) * 100).toFixed(1)} %`;
  const by = estimate === null ? "" : ` by ${show(estimate)}`;
  const allowed = threshold === null || threshold === 0 ? "none is allowed" : `${show(threshold)} is allowed`;
  return `${metric} is worse than in the control${by}; ${allowed} (n ${n.candidate} and ${n.control})`;
}

function describeStep(next: RolloutState, pct: number): string {
  if (next.phase === "shadow") return "the candidate answers beside the served release";
  if (next.phase === "holdback") return "everybody but the holdback gets the candidate";
  return `${pct} % of shoppers get the candidate`;
}
