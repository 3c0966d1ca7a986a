import type { CandidateSourceName } from "@shortlist/contracts";
import type { LoadedRelease } from "../release/loadedRelease";
import type { Breaker } from "./breaker";
import type { Breakers } from "./breakers";

/** A breaker for each part of a release that can fail by itself, of its own even where two releases share the part. */
export interface Guards {
  readonly sources: ReadonlyMap<CandidateSourceName, Breaker>;
  readonly rankers: ReadonlyMap<string, Breaker>;
}

/** @param suffix of the names, for a release that is loaded beside another one of the workspace */
export function createGuards(loaded: LoadedRelease, breakers: Breakers, suffix = ""): Guards {
  const { workspace } = loaded.release;
  return {
    sources: new Map(
      [...loaded.sources.keys()].map((name) => [name, breakers.create(`source:${name}${suffix}`, workspace)]),
    ),
    rankers: new Map(
      [...loaded.rankers.keys()].map((ref) => [ref, breakers.create(`ranker:${ref}${suffix}`, workspace)]),
    ),
  };
}
