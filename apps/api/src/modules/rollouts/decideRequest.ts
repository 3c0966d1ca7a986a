import { ROLLOUT_ENDED, type RolloutAction, type RolloutPlan, type RolloutState } from "@shortlist/contracts";
import { AppError } from "@shortlist/platform";
import { needsApproval } from "./decide";
import { toEnded, toFull, toHeld, toNext, toResumed } from "./states";
import { readCandidatePct } from "./traffic";

/** What a person asks of a rollout. */
export type RolloutRequest =
  | { readonly kind: "abort" | "hold" | "resume" | "approve" | "refuse" }
  | { readonly kind: "promote"; readonly to: "next" | "full" }
  | { readonly kind: "extend"; readonly minutes: number };

export interface RequestInput {
  readonly plan: RolloutPlan;
  readonly state: RolloutState;
  readonly createdBy: string;
  readonly request: RolloutRequest;
  readonly actor: string;
  readonly reason: string;
  readonly nowMs: number;
}

/**
 * The transition that a person's request makes. Ending and holding are always possible; going on is refused where the
 * plan wants a second person and there was none.
 *
 * @throws AppError `conflict` with the sentence for the person
 */
export function decideRequest(input: RequestInput): { action: RolloutAction; next: RolloutState } {
  const { state, request, actor, reason, nowMs } = input;
  if (ROLLOUT_ENDED.has(state.phase)) throw refuse(`The rollout has ended already: ${state.phase}`);
  switch (request.kind) {
    case "abort":
      return { action: state.phase === "holdback" ? "roll_back" : "abort", next: toEnded(state, nowMs) };
    case "hold":
      return {
        action: "hold",
        next: toHeld(state, { code: "person", by: actor, isRobot: false, reason, sinceMs: nowMs }),
      };
    case "resume":
      if (state.hold === null) throw refuse("The rollout is not held");
      return { action: "resume", next: toResumed(state, nowMs) };
    case "extend":
      return {
        action: "extend",
        next: { ...state, extendedMinutes: state.extendedMinutes + request.minutes },
      };
    case "promote":
      return promote(input, request.to);
    case "approve":
    case "refuse":
      return decideApproval(input, request.kind);
  }
}

function promote({ plan, state, nowMs }: RequestInput, to: "next" | "full") {
  if (state.phase === "scheduled" || state.phase === "preparing")
    throw refuse("Replicas do not hold the candidate yet; it can be promoted once they do");
  const targetPct = to === "full" ? 100 : readCandidatePct(plan, state.stepIndex + 1);
  if (needsApproval(plan, state, targetPct))
    throw refuse(`The plan wants a second person to agree before ${targetPct} %; ask somebody to approve it`);
  const next =
    to === "next" || state.phase === "holdback" ? toNext(plan, state, nowMs) : toFull(plan, state, nowMs);
  return { action: next.phase === "completed" ? ("complete" as const) : ("promote" as const), next };
}

function decideApproval(
  { plan, state, createdBy, actor, reason, nowMs }: RequestInput,
  kind: "approve" | "refuse",
) {
  if (plan.approvalFromPct === null) throw refuse("The plan of this rollout asks for no approval");
  if (state.approval !== null) throw refuse(`${state.approval.by} has approved it already`);
  if (actor === createdBy)
    throw refuse("Who made a rollout cannot approve it; a second person has to look at it");
  if (kind === "approve")
    return { action: "approve" as const, next: { ...state, approval: { by: actor, atMs: nowMs } } };
  return {
    action: "refuse" as const,
    next: toHeld(
      { ...state, approvalAskedAtMs: null },
      { code: "refused", by: actor, isRobot: false, reason, sinceMs: nowMs },
    ),
  };
}

function refuse(publicDetail: string): AppError {
  return new AppError("conflict", publicDetail, { publicDetail });
}
