import type { Guardrail, RolloutCandidate, RolloutPlan, RolloutStep } from "@shortlist/contracts";

/** What is being typed, before it is a plan: numbers are texts, so that what is wrong stays to be mended. */
export interface StepDraft {
  /** Tells rows apart while they come and go. */
  readonly key: number;
  readonly kind: RolloutStep["kind"];
  readonly pct: string;
  readonly dwellMinutes: string;
}
export interface GuardrailDraft {
  readonly metric: Guardrail["metric"];
  readonly isOn: boolean;
  readonly marginPct: string;
  readonly action: Guardrail["action"];
}

export function createStepDrafts(defaults: RolloutPlan): StepDraft[] {
  return defaults.steps.map((step, key) => ({
    key,
    kind: step.kind,
    pct: String(step.kind === "shadow" ? step.sharePct : step.candidatePct),
    dwellMinutes: String(step.dwellMinutes),
  }));
}

export function createGuardrailDrafts(defaults: RolloutPlan): GuardrailDraft[] {
  return defaults.guardrails.map(({ metric, margin, action }) => ({
    metric,
    isOn: true,
    marginPct: String(Math.round(margin * 10_000) / 100),
    action,
  }));
}

export interface PlanDraft {
  /** What a plan is when nothing is said: the parts of a guardrail that are not asked for come from here. */
  readonly defaults: RolloutPlan;
  readonly steps: readonly StepDraft[];
  readonly guardrails: readonly GuardrailDraft[];
  /** Fields that stand once in the form, by name. */
  readonly fields: FormData;
}

/** The plan as the API takes it; what does not parse is refused there, by the name of its field. */
export function readPlan({ defaults, steps, guardrails, fields }: PlanDraft) {
  const text = (name: string) => String(fields.get(name) ?? "").trim();
  const time = (name: string) => (text(name) === "" ? null : new Date(`${text(name)}Z`).toISOString());
  const holdbackPct = text("holdbackPct");
  const approvalFromPct = text("approvalFromPct");
  const freezeName = text("freezeName");
  return {
    steps: steps.map(({ kind, pct, dwellMinutes }) =>
      kind === "shadow"
        ? { kind, sharePct: toNumber(pct), dwellMinutes: toNumber(dwellMinutes) }
        : { kind, candidatePct: toNumber(pct), dwellMinutes: toNumber(dwellMinutes) },
    ),
    guardrails: guardrails
      .filter(({ isOn }) => isOn)
      .map(({ metric, marginPct, action }) => ({
        // The drafts were made of them.
        ...defaults.guardrails.find((each) => each.metric === metric)!,
        metric,
        margin: toNumber(marginPct) / 100,
        action,
      })),
    holdback:
      holdbackPct === "" || holdbackPct === "0"
        ? null
        : { pct: toNumber(holdbackPct), hours: toNumber(text("holdbackHours")) },
    approvalFromPct: approvalFromPct === "" ? null : toNumber(approvalFromPct),
    requestsMin: toNumber(text("requestsMin")),
    attributionMinutes: toNumber(text("attributionMinutes")),
    startAt: time("startAt"),
    freezeWindows:
      freezeName === ""
        ? []
        : [{ name: freezeName, from: time("freezeFrom") ?? "", to: time("freezeTo") ?? "" }],
  };
}

/** `ranker:<name>@<version>` or `release:<number>`, as the choice names it. */
export function readCandidate(choice: string): RolloutCandidate | null {
  const release = /^release:(\d+)$/.exec(choice);
  if (release !== null) return { kind: "release", number: Number(release[1]) };
  const ranker = /^ranker:(.+)@(\d+)$/.exec(choice);
  return ranker === null
    ? null
    : { kind: "ranker", ranker: { name: ranker[1]!, version: Number(ranker[2]) } };
}

/** An empty field is no zero. */
function toNumber(text: string): number {
  return text.trim() === "" ? Number.NaN : Number(text);
}
