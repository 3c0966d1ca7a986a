import type { ReleaseSurface, Switches } from "@shortlist/contracts";
import { decideEffectiveSurface, type EffectiveSurface } from "./effectiveSurface";

/** What the surfaces of one release come to under the switches in force and the pressure of the moment. */
export interface Degrader {
  /** Null for a surface that the release does not have. One look-up: what changed was worked out when it changed. */
  find(surface: string): EffectiveSurface | null;
  replaceSwitches(switches: Switches | null): void;
}

export function createDegrader(
  surfaces: ReadonlyMap<string, ReleaseSurface>,
  load: { readonly step: number } = { step: 0 },
): Degrader {
  let switches: Switches | null = null;
  let text = "null";
  let step = load.step;
  let effective = new Map<string, EffectiveSurface>();
  const decide = () => {
    effective = new Map(
      [...surfaces].map(([name, surface]) => [name, decideEffectiveSurface(surface, { switches, step })]),
    );
  };
  decide();
  return {
    find(surface) {
      if (load.step !== step) {
        step = load.step;
        decide();
      }
      return effective.get(surface) ?? null;
    },
    replaceSwitches(next) {
      // Control documents come with every change of anything: what did not change keeps its identity.
      const nextText = JSON.stringify(next);
      if (nextText === text) return;
      text = nextText;
      switches = next;
      decide();
    },
  };
}
