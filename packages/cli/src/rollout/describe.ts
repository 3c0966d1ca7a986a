import type { RolloutState } from "@shortlist/contracts";

// Rollouts in lines for people; the answers of the API are wider.

export interface ShownRollout {
  readonly number: number;
  readonly note: string;
  readonly state: RolloutState;
  readonly traffic: { candidateBuckets: number; controlBuckets: number; shadowPct: number } | null;
  readonly waiting: { reason: string } | null;
  readonly createdBy: string;
}

export interface RolloutDetail extends ShownRollout {
  readonly candidate: { number: number };
  readonly stable: { number: number };
  readonly changes: readonly Change[];
  readonly guardrails: readonly {
    metric: string;
    verdict: string;
    estimate: number | null;
    low: number | null;
    high: number | null;
    threshold: number | null;
    n: { control: number; candidate: number };
  }[];
  readonly decisions: readonly {
    sequence: number;
    at: string;
    action: string;
    actor: string;
    reason: string;
  }[];
}

interface Change {
  readonly where: string;
  readonly what: string;
  readonly from: string | null;
  readonly to: string | null;
}

export interface RolloutPreview {
  readonly stableNumber: number;
  readonly isSame: boolean;
  readonly changes: readonly Change[];
  readonly running: { readonly number: number; readonly phase: string } | null;
  readonly steps: readonly {
    readonly name: string;
    readonly candidatePct: number;
    readonly endMs: number;
    readonly needsApproval: boolean;
  }[];
  readonly endsAt: string;
}

export function describeRollout({ number, note, state, traffic, waiting, createdBy }: ShownRollout): string {
  const share =
    traffic === null
      ? ""
      : traffic.shadowPct > 0
        ? `, ${traffic.shadowPct} % shadowed`
        : `, ${traffic.candidateBuckets / 100} % of shoppers`;
  const stands = state.hold !== null ? `held: ${state.hold.reason}` : (waiting?.reason ?? "");
  return `${String(number).padStart(4)}  ${state.phase}${share}  ${stands}  (${note}, ${createdBy})`;
}

export function describeDetail(found: RolloutDetail): string[] {
  const show = (value: number | null) => (value === null ? "?" : value.toFixed(3));
  return [
    describeRollout(found),
    `release ${found.stable.number} → ${found.candidate.number}`,
    ...found.changes.map(describeChange),
    ...found.guardrails.map(
      (g) =>
        `  ${g.metric.padEnd(16)} ${g.verdict.padEnd(10)} × ${show(g.estimate)} [${show(g.low)}, ${show(g.high)}] against ${show(g.threshold)}, n ${g.n.candidate}/${g.n.control}`,
    ),
    ...found.decisions.map(
      ({ sequence, at, action, actor, reason }) => `  ${sequence} ${at} ${action} by ${actor}: ${reason}`,
    ),
  ];
}

export function describePreview({ stableNumber, isSame, changes, running, steps, endsAt }: RolloutPreview) {
  return [
    isSame
      ? `the candidate is the same as release ${stableNumber}: there is nothing to roll out`
      : `against release ${stableNumber}:`,
    ...changes.map(describeChange),
    ...steps.map(
      ({ name, candidatePct, endMs, needsApproval }) =>
        `  ${name}: ${candidatePct} % of shoppers, until ${new Date(endMs).toISOString()} at the earliest${needsApproval ? ", after a second person's yes" : ""}`,
    ),
    `everybody has it for good by ${endsAt} at the earliest`,
    ...(running === null
      ? []
      : [`rollout ${running.number} is under way (${running.phase}): this one can begin when it has ended`]),
  ];
}

function describeChange({ where, what, from, to }: Change): string {
  return `  ${where}: ${what} ${from ?? "–"} → ${to ?? "–"}`;
}
