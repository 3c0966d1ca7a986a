import type { ReadView } from "./readViews";

/** What the API answers to a dry run, one per definition. */
export interface Plan {
  readonly action: "create" | "new_version" | "unchanged" | "refused";
  readonly name: string | null;
  readonly version?: number;
  readonly changes?: readonly { field: string; before: unknown; after: unknown }[];
  readonly problems?: readonly { field: string; problem: string }[];
  readonly consumers: readonly Consumer[];
}
export interface Consumer {
  readonly modelName: string;
  readonly modelVersion: number;
  readonly viewVersion: number;
  readonly releases: readonly { number: number; isCurrent: boolean }[];
}

/** The plan as lines for a terminal: a sign, the view, what changes, who reads it, what is wrong and where. */
export function formatPlan(views: readonly ReadView[], plans: readonly Plan[]): string {
  const lines = plans.flatMap((plan, i) => formatOne(views[i]!, plan));
  const count = (action: Plan["action"]) => plans.filter((plan) => plan.action === action).length;
  const total = `${count("create")} new, ${count("new_version")} changed, ${count("unchanged")} unchanged, ${count("refused")} refused`;
  return [...lines, "", total].join("\n");
}

const SIGNS = { create: "+", new_version: "~", unchanged: "=", refused: "!" } as const;

function formatOne(view: ReadView, plan: Plan): string[] {
  const what = {
    create: () => `version ${plan.version}, new`,
    new_version: () => `version ${(plan.version ?? 1) - 1} → ${plan.version}`,
    unchanged: () => `version ${plan.version}, unchanged`,
    refused: () => "refused",
  }[plan.action]();
  return [
    `${SIGNS[plan.action]} ${plan.name ?? "(no name)"}  ${what}  (${view.file})`,
    ...(plan.changes ?? []).map(
      ({ field, before, after }) => `    ${field}: ${formatValue(before)} → ${formatValue(after)}`,
    ),
    ...(plan.problems ?? []).map(({ field, problem }) => `    ${view.place(field)}  ${field}: ${problem}`),
    ...(plan.action === "new_version" ? plan.consumers.map(formatConsumer) : []),
  ];
}

function formatConsumer(consumer: Consumer): string {
  const serving = consumer.releases.find((release) => release.isCurrent);
  const where = serving === undefined ? "not serving" : `serving in release ${serving.number}`;
  return `    ${consumer.modelName}@${consumer.modelVersion} goes on reading version ${consumer.viewVersion} (${where})`;
}

function formatValue(value: unknown): string {
  return value === null ? "none" : JSON.stringify(value);
}
