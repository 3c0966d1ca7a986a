import type { CandidateSourceName } from "@shortlist/contracts";
import type { LoadedRelease } from "../release/loadedRelease";
import type { Breaker } from "./breaker";
import type { Breakers } from "./breakers";

/** A breaker for each part of a release that can fail by itself. */
export interface Guards {
  readonly sources: ReadonlyMap<CandidateSourceName, Breaker>;
  readonly rankers: ReadonlyMap<string, Breaker>;
}

export function createGuards(loaded: LoadedRelease, breakers: Breakers): Guards {
  const { workspace } = loaded.release;
  return {
    sources: new Map(
      [...loaded.sources.keys()].map((name) => [name, breakers.create(`source:${name}`, workspace)]),
    ),
    rankers: new Map(
      [...loaded.rankers.keys()].map((ref) => [ref, breakers.create(`ranker:${ref}`, workspace)]),
    ),
  };
}
