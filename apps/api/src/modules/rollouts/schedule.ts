import type { RolloutPlan } from "@shortlist/contracts";
import { readCandidatePct } from "./traffic";

/** A step as a plan lays it out, when nothing holds it up. */
export interface ScheduledStep {
  readonly name: string;
  readonly kind: "prepare" | "shadow" | "canary" | "holdback";
  readonly candidatePct: number;
  readonly controlPct: number;
  readonly startMs: number;
  readonly endMs: number;
  readonly needsApproval: boolean;
}

/** Replicas fetch and warm a release in about this time. */
const PREPARE_MS = 60_000;

/** When each step would begin and end at the earliest. Freeze windows push the next step behind them. */
export function computeSchedule(plan: RolloutPlan, nowMs: number): { steps: ScheduledStep[]; endMs: number } {
  let atMs = Math.max(nowMs, plan.startAt === null ? 0 : Date.parse(plan.startAt));
  const steps: ScheduledStep[] = [];
  const add = (step: Omit<ScheduledStep, "startMs" | "endMs">, lastsMs: number) => {
    const startMs = steps.length === 0 ? atMs : skipFreezes(plan, atMs);
    atMs = startMs + lastsMs;
    steps.push({ ...step, startMs, endMs: atMs });
  };
  const gate = (pct: number) => plan.approvalFromPct !== null && pct >= plan.approvalFromPct;
  add({ name: "load", kind: "prepare", candidatePct: 0, controlPct: 0, needsApproval: false }, PREPARE_MS);
  let isAsked = false;
  plan.steps.forEach((step, i) => {
    const candidatePct = readCandidatePct(plan, i);
    const needsApproval = !isAsked && candidatePct > 0 && gate(candidatePct);
    isAsked ||= needsApproval;
    add(
      {
        name: step.kind === "shadow" ? `shadow ${step.sharePct} %` : `${step.candidatePct} %`,
        kind: step.kind,
        candidatePct,
        controlPct: Math.min(candidatePct, 100 - candidatePct),
        needsApproval,
      },
      step.dwellMinutes * 60_000,
    );
  });
  const { holdback } = plan;
  if (holdback !== null)
    add(
      {
        name: "100 % with a holdback",
        kind: "holdback",
        candidatePct: 100 - holdback.pct,
        controlPct: holdback.pct,
        needsApproval: !isAsked && gate(100),
      },
      holdback.hours * 3_600_000,
    );
  return { steps, endMs: skipFreezes(plan, atMs) };
}

function skipFreezes(plan: RolloutPlan, atMs: number): number {
  let free = atMs;
  const windows = plan.freezeWindows
    .map(({ from, to }) => ({ fromMs: Date.parse(from), toMs: Date.parse(to) }))
    .sort((a, b) => a.fromMs - b.fromMs);
  for (const { fromMs, toMs } of windows) if (fromMs <= free && free < toMs) free = toMs;
  return free;
}
