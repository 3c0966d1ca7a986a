import type { Ordered } from "./order";
import type { RankOutcome } from "./rank";
import type { Scratch } from "./scratch";
import type { Exclusions, FilterScreen } from "./screen";

/**
 * Told of each stage's result where it happens. What it is given belongs to the request: it copies what it keeps, and
 * returns before the next stage. Requests of shoppers have none.
 */
export interface FunnelObserver {
  /**
   * Candidates are united. `marks` may be borrowed. `cutAs` says why a retrieved item that nothing excludes is none of
   * them; without it, because there were enough.
   */
  united(
    scratch: Scratch,
    count: number,
    o: { exclusions: Exclusions; filter: FilterScreen | null; cutAs?: string },
  ): void;
  /** The pre-ranker has scored what it is about to cut. */
  preRanked(scratch: Scratch, count: number): void;
  ranked(scratch: Scratch, count: number, ranking: RankOutcome): void;
  /** Rules have moved scores. */
  shifted(scratch: Scratch, count: number): void;
  ordered(ordered: Pick<Ordered, "ranked" | "sponsored">): void;
}
