import { surfaceLabel } from "../../../lib/rungs";
import type { ApiOutputs } from "../../../lib/trpc/client";

export type SwitchTarget = ApiOutputs["switches"]["get"]["targets"][number];

/** Steps a person may want in a hurry. */
export const CANDIDATE_SHARES = [100, 75, 50, 25, 10] as const;

export function targetLabel(target: SwitchTarget["target"]): string {
  return target === "all" ? "All surfaces" : surfaceLabel(target);
}

/** One sentence: what is thrown where. */
export function switchVerdict(targets: readonly SwitchTarget[]): string {
  const thrown = targets.filter(({ isThrown }) => isThrown);
  if (thrown.length === 0)
    return "Nothing is switched off. A switch is in force within seconds, without a release.";
  return `${thrown.map(({ target, says }) => `${targetLabel(target)}: ${says}`).join("; ")}.`;
}
