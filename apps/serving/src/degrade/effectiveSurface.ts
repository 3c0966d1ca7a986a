import {
  type CandidateSourceName,
  type ReleaseSurface,
  type Surface,
  SurfaceSwitches,
  type Switches,
} from "@shortlist/contracts";
import { candidateShareAt, isShedAt } from "./pressure";

/** What a request of a surface gets at this moment: the release's surface, or less of it and why. */
export interface EffectiveSurface {
  readonly surface: ReleaseSurface;
  /** Nothing is computed: the shopper's last slate, else the lists. */
  readonly isListsOnly: boolean;
  readonly sourcesOff: readonly CandidateSourceName[];
  /** Share of the surface's candidates that is looked at, 0 to 1. */
  readonly candidateShare: number;
  /** For `degradation.reasons`, see docs/runbooks/serving.md. */
  readonly reasons: readonly string[];
}

/** A pool smaller than a slate would be topped up from lists, which is a rung further down. */
const CANDIDATES_MIN = 50;

/** The release's surface as the switches and the step of pressure leave it. The same object when neither takes anything. */
export function decideEffectiveSurface(
  surface: ReleaseSurface,
  o: { switches: Switches | null; step: number },
): EffectiveSurface {
  const thrown = mergeSwitches(o.switches, surface.surface);
  const reasons: string[] = [];
  const isShed = isShedAt(o.step, surface.tier);
  if (thrown.listsOnly) reasons.push("switched_to_lists");
  if (isShed) reasons.push(`shed:${surface.tier}`);
  if (thrown.listsOnly || isShed)
    return { surface, isListsOnly: true, sourcesOff: [], candidateShare: 0, reasons };

  let effective = surface;
  const off = surface.sources.filter((source) => source.enabled && thrown.sourcesOff.includes(source.name));
  if (off.length > 0) {
    effective = { ...effective, sources: withoutSources(effective, thrown.sourcesOff) };
    for (const { name } of off) reasons.push(`source_switched_off:${name}`);
  }
  if (thrown.rankerOff && surface.rankers.length > 0) {
    effective = { ...effective, rankers: [], preRanker: null };
    reasons.push("ranker_switched_off");
  }
  if (thrown.explorationOff && surface.rerank.exploration !== null) {
    effective = { ...effective, rerank: { ...effective.rerank, exploration: null } };
    reasons.push("exploration_switched_off");
  }
  const bySwitch = thrown.candidateSharePct;
  const byPressure = candidateShareAt(o.step);
  if (bySwitch < 100) reasons.push(`candidates_switched_to:${bySwitch}`);
  if (byPressure < 100) reasons.push(`candidates_shrunk_to:${byPressure}`);
  const sharePct = Math.min(bySwitch, byPressure);
  if (sharePct < 100) effective = shrink(effective, sharePct / 100);
  return {
    surface: effective,
    isListsOnly: false,
    sourcesOff: thrown.sourcesOff,
    candidateShare: sharePct / 100,
    reasons,
  };
}

/** Everything that is thrown for the surface or for all, whichever takes more. */
export function mergeSwitches(switches: Switches | null, surface: Surface): SurfaceSwitches {
  const all = switches?.all ?? NOTHING_THROWN;
  const own = switches?.[surface] ?? NOTHING_THROWN;
  if (all === own) return NOTHING_THROWN;
  return {
    sourcesOff: [...new Set([...all.sourcesOff, ...own.sourcesOff])],
    rankerOff: all.rankerOff || own.rankerOff,
    explorationOff: all.explorationOff || own.explorationOff,
    listsOnly: all.listsOnly || own.listsOnly,
    candidateSharePct: Math.min(all.candidateSharePct, own.candidateSharePct),
  };
}
const NOTHING_THROWN: SurfaceSwitches = SurfaceSwitches.parse({});

function withoutSources(surface: ReleaseSurface, off: readonly CandidateSourceName[]) {
  return surface.sources.map((source) =>
    off.includes(source.name) ? { ...source, enabled: false } : source,
  );
}

export function shrink(surface: ReleaseSurface, share: number): ReleaseSurface {
  const scale = (count: number, least: number) => Math.min(count, Math.max(least, Math.ceil(count * share)));
  return {
    ...surface,
    candidateLimit: scale(surface.candidateLimit, CANDIDATES_MIN),
    sources: surface.sources.map((source) => ({ ...source, quota: scale(source.quota, 10) })),
    preRanker:
      surface.preRanker === null
        ? null
        : { ...surface.preRanker, keep: scale(surface.preRanker.keep, CANDIDATES_MIN) },
  };
}
