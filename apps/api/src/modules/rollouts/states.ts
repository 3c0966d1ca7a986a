import type { RolloutPlan, RolloutState } from "@shortlist/contracts";

// The moves between states, without the question of whether they are allowed: decide.ts and decideRequest.ts ask that.

export function createState(nowMs: number): RolloutState {
  return {
    phase: "scheduled",
    stepIndex: -1,
    stepSinceMs: nowMs,
    windowSinceMs: null,
    extendedMinutes: 0,
    hold: null,
    approvalAskedAtMs: null,
    approval: null,
  };
}

export function toPreparing(state: RolloutState, nowMs: number): RolloutState {
  return { ...state, phase: "preparing", stepSinceMs: nowMs };
}

/** The step after the present one; after the last the holdback, or the end without one. */
export function toNext(plan: RolloutPlan, state: RolloutState, nowMs: number): RolloutState {
  const stepIndex = state.stepIndex + 1;
  const step = plan.steps[stepIndex];
  const moved = { ...state, stepIndex, stepSinceMs: nowMs, extendedMinutes: 0, hold: null };
  if (step === undefined)
    return plan.holdback === null || state.phase === "holdback"
      ? { ...moved, phase: "completed" }
      : { ...moved, phase: "holdback", windowSinceMs: state.windowSinceMs ?? nowMs };
  return {
    ...moved,
    phase: step.kind,
    // From the first shopper who got the candidate on: arms are as large as each other at every step, so that steps may
    // be measured as one.
    windowSinceMs: step.kind === "canary" ? (state.windowSinceMs ?? nowMs) : null,
  };
}

/** Everybody gets the candidate at once, or all but the holdback. */
export function toFull(plan: RolloutPlan, state: RolloutState, nowMs: number): RolloutState {
  return toNext(plan, { ...state, stepIndex: plan.steps.length - 1 }, nowMs);
}

export function toEnded(state: RolloutState, nowMs: number): RolloutState {
  const phase = state.phase === "holdback" ? "rolled_back" : "aborted";
  return { ...state, phase, stepSinceMs: nowMs, hold: null };
}

export function toHeld(state: RolloutState, hold: NonNullable<RolloutState["hold"]>): RolloutState {
  return { ...state, hold };
}

/** What was measured while it stood still says what it was held for; a person who goes on begins a new window. */
export function toResumed(state: RolloutState, nowMs: number): RolloutState {
  const isMeasured = state.phase === "canary" || state.phase === "holdback";
  return {
    ...state,
    hold: null,
    stepSinceMs: nowMs,
    windowSinceMs: isMeasured ? nowMs : state.windowSinceMs,
  };
}
