import type { RolloutPhase, RolloutStep } from "@shortlist/contracts";
import { ROLLOUT_ENDED } from "@shortlist/contracts/vocabulary";
import type { Tone } from "@/components/ui/StateWord";
import type { ApiOutputs } from "@/lib/trpc/client";
import { formatDuration } from "../../../lib/format";

export type Rollout = ApiOutputs["rollouts"]["get"];
export type RolloutRow = ApiOutputs["rollouts"]["list"]["rollouts"][number];
type Described = Pick<Rollout, "state" | "steps" | "holdback" | "latest">;

export const PHASE_WORDS: Record<RolloutPhase, string> = {
  scheduled: "scheduled",
  preparing: "loading",
  shadow: "shadowing",
  canary: "canary",
  holdback: "holdback",
  completed: "completed",
  aborted: "aborted",
  rolled_back: "rolled back",
};

export function isRunning({ state }: Pick<Rollout, "state">): boolean {
  return !ROLLOUT_ENDED.has(state.phase);
}

export function phaseTone({ state }: Pick<Rollout, "state">): Tone {
  if (state.hold !== null && isRunning({ state })) return "warn";
  switch (state.phase) {
    case "completed":
      return "pass";
    case "aborted":
    case "rolled_back":
      return "harm";
    case "scheduled":
      return "none";
    default:
      return "busy";
  }
}

export function phaseWord({ state }: Pick<Rollout, "state">): string {
  return state.hold !== null && isRunning({ state })
    ? `held, ${PHASE_WORDS[state.phase]}`
    : PHASE_WORDS[state.phase];
}

export function stepLabel(step: RolloutStep): string {
  return step.kind === "shadow" ? `Shadow ${step.sharePct} %` : `${step.candidatePct} %`;
}

export interface RailStep {
  readonly label: string;
  /** What it lasts at least. */
  readonly dwell: string;
  readonly state: "done" | "now" | "held" | "ended" | "ahead";
}

/** The steps of a rollout from left to right, with the one it is at; a rollout that ended badly ends at its step. */
export function listRail({ state, steps, holdback }: Described): RailStep[] {
  const rail = [
    ...steps.map((step) => ({ label: stepLabel(step), dwell: formatDuration(step.dwellMinutes * 60_000) })),
    holdback === null
      ? { label: "100 %", dwell: "for good" }
      : { label: `100 %, ${holdback.pct} % held back`, dwell: formatDuration(holdback.hours * 3_600_000) },
  ];
  const at = state.phase === "completed" ? rail.length : state.stepIndex;
  const isBad = state.phase === "aborted" || state.phase === "rolled_back";
  return rail.map((step, i) => ({
    ...step,
    state: i < at ? "done" : i > at ? "ahead" : isBad ? "ended" : state.hold !== null ? "held" : "now",
  }));
}

/** What is decided is in the database first; until replicas are told they go on as before. */
const NOT_IN_FORCE = {
  yes: "",
  not_yet: " Not in force yet: replicas are told again every few seconds.",
  unknown:
    " Whether replicas were told is not known: Redis does not answer. They are told again every few seconds.",
} as const satisfies Record<Rollout["inForce"], string>;

/** The one sentence that answers "is the canary safe?". */
export function rolloutVerdict(rollout: Pick<Rollout, "state" | "latest" | "decisions" | "inForce">): string {
  return describeState(rollout) + NOT_IN_FORCE[rollout.inForce];
}

function describeState(rollout: Pick<Rollout, "state" | "latest" | "decisions" | "inForce">): string {
  const { state, latest } = rollout;
  const last = rollout.decisions[0];
  if (state.phase === "completed") return "Completed: the candidate is the served release.";
  if (state.phase === "aborted" || state.phase === "rolled_back")
    return `${state.phase === "aborted" ? "Aborted" : "Rolled back"} by ${last?.actor ?? "–"}: ${last?.reason || "no reason given"}.${rollout.inForce === "yes" ? " Everybody gets the release from before." : ""}`;
  if (state.hold !== null)
    return `Held by ${state.hold.by}: ${state.hold.reason || "no reason given"}. Nobody is moved until somebody resumes.`;
  if (latest === null) return "Nothing measured yet; the controller looks every few seconds.";
  const { guardrails, dataProblem } = latest.assessment;
  const count = (verdict: string) => guardrails.filter((each) => each.verdict === verdict).length;
  const waiting = latest.waiting === null ? "" : ` ${capitalise(latest.waiting.reason)}.`;
  if (dataProblem !== null) return `${capitalise(dataProblem)}.${waiting}`;
  if (guardrails.length === 0) return waiting.trim() || "Going on as planned.";
  const harm = guardrails.filter(({ verdict }) => verdict === "harm").map(({ metric }) => metric);
  const said = harm.length > 0 ? `Harm in ${harm.join(", ")}.` : "No harm found.";
  return `${said} ${count("safe")} of ${guardrails.length} guardrails safe, ${count("undecided")} undecided, ${count("no_data")} without data.${waiting}`;
}

function capitalise(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
