import type { ReleaseSurface } from "@shortlist/contracts";
import type { EffectiveSurface } from "../degrade/effectiveSurface";

/** Nobody waits for a list, and one that lacks a source would lack it for a day. */
const BUDGET_MS = 1_000;
const NO_CAP = 1_000;

/**
 * The surface as a list is computed from it: live, with time for every source, and in the order of the scores. Caps,
 * diversity, freshness and exploration are applied when the list is served, to what is left of it then.
 */
function decidePrecomputeSurface(surface: ReleaseSurface): ReleaseSurface {
  return {
    ...surface,
    mode: "live",
    budgetMs: Math.max(surface.budgetMs, BUDGET_MS),
    sources: surface.sources.map((source) => ({
      ...source,
      timeoutMs: Math.max(source.timeoutMs, BUDGET_MS),
    })),
    rerank: {
      ...surface.rerank,
      categoryCap: NO_CAP,
      brandCap: null,
      sellerCap: null,
      diversity: 0,
      freshness: null,
      exploration: null,
    },
  };
}

/** Remembers the last answer for each surface, as thousands of lists are computed from the same one. */
export function createPrecomputeSurfaces(): (effective: EffectiveSurface) => EffectiveSurface {
  const made = new WeakMap<EffectiveSurface, EffectiveSurface>();
  return (effective) => {
    const held = made.get(effective);
    if (held !== undefined) return held;
    const fresh = { ...effective, surface: decidePrecomputeSurface(effective.surface) };
    made.set(effective, fresh);
    return fresh;
  };
}
