import { SurfaceSwitches, type Switches } from "@shortlist/contracts";
import type { SwitchRow } from "./repository";

const NOTHING = JSON.stringify(SurfaceSwitches.parse({}));

/** Whether anything is switched off or down. */
export function isThrown(switches: SurfaceSwitches): boolean {
  return JSON.stringify(SurfaceSwitches.parse(switches)) !== NOTHING;
}

/** What replicas are told: the targets with something thrown; undefined when there is none. */
export function toSwitches(rows: readonly Pick<SwitchRow, "target" | "switches">[]): Switches | undefined {
  const thrown = rows.filter(({ switches }) => isThrown(switches));
  if (thrown.length === 0) return undefined;
  return Object.fromEntries(thrown.map(({ target, switches }) => [target, switches]));
}

/** "ranker off, trending off, 50 % of the candidates": what a change says in a list. */
export function describeSwitches(switches: SurfaceSwitches): string {
  const parts = [
    ...(switches.listsOnly ? ["lists only"] : []),
    ...(switches.rankerOff ? ["ranker off"] : []),
    ...(switches.explorationOff ? ["exploration off"] : []),
    ...switches.sourcesOff.map((source) => `${source} off`),
    ...(switches.candidateSharePct < 100 ? [`${switches.candidateSharePct} % of the candidates`] : []),
  ];
  return parts.length === 0 ? "everything on" : parts.join(", ");
}
