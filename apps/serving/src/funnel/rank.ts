import type { ReleaseSurface } from "@shortlist/contracts";
import { hashString } from "@shortlist/ml";
import type { Guards } from "../degrade/guards";
import type { Ranker } from "../ports/ranker";
import type { LoadedRelease } from "../release/loadedRelease";
import { CostEstimate } from "./deadline";
import type { Scratch } from "./scratch";
import { fuseRanks } from "./unite";

export interface RankOutcome {
  /** What ordered the candidates: a model, or rank fusion. */
  readonly modelVersion: string;
  readonly usedRanker: boolean;
  /** Why the ranker was not used; null when it was. */
  readonly reason: string | null;
  readonly nonFiniteScores: number;
}

export interface RankStage {
  /**
   * Scores `scratch.items[0…count)` into `scratch.scores`; always leaves finite scores. `fill` writes the inputs of
   * the ranker that was chosen, and is not called when there is none.
   */
  rank(options: {
    surface: ReleaseSurface;
    bucketKey: string;
    scratch: Scratch;
    count: number;
    remainingMs: () => number;
    fill: (ranker: Ranker) => void;
  }): Promise<RankOutcome>;
}

/** Orders candidates without a model and says why. */
export function rankByFusion(
  scratch: Scratch,
  count: number,
  reason: string,
  nonFiniteScores = 0,
): RankOutcome {
  fuseRanks(scratch, count);
  return { modelVersion: FUSION, usedRanker: false, reason, nonFiniteScores };
}

export const FUSION = "rank-fusion";

export function createRankStage(
  loaded: LoadedRelease,
  now: () => number,
  breakers: Guards["rankers"],
): RankStage {
  const cost = new CostEstimate();
  return {
    async rank({ surface, bucketKey, scratch, count, remainingMs, fill }) {
      const ranker = pickArm(surface, loaded.rankers, bucketKey);
      if (ranker === null) return rankByFusion(scratch, count, "no_ranker");
      const breaker = breakers.get(ranker.ref);
      if (breaker?.admits(now()) === false) return rankByFusion(scratch, count, "ranker_breaker_open");
      fill(ranker);
      if (!cost.fits(remainingMs())) return rankByFusion(scratch, count, "ranker_no_budget");
      const startedMs = now();
      try {
        await ranker.score(scratch.features, count, scratch.scores);
      } catch {
        breaker?.fail(now());
        return rankByFusion(scratch, count, "ranker_failed");
      }
      const endedMs = now();
      cost.observe(endedMs - startedMs);
      const replaced = replaceNonFinite(scratch.scores, count);
      if (replaced === count) {
        breaker?.fail(endedMs);
        return rankByFusion(scratch, count, "ranker_not_finite", replaced);
      }
      breaker?.succeed(endedMs);
      return { modelVersion: ranker.ref, usedRanker: true, reason: null, nonFiniteScores: replaced };
    },
  };
}

/** The arm of a sticky bucket: the same key always gets the same model while the shares stay. */
export function pickArm(
  surface: ReleaseSurface,
  rankers: ReadonlyMap<string, Ranker>,
  bucketKey: string,
): Ranker | null {
  const arms = surface.rankers;
  if (arms.length === 1) return rankers.get(arms[0]!.model) ?? null;
  let bucket = ((hashString(bucketKey) >>> 0) % 10_000) / 100;
  for (const arm of arms) {
    bucket -= arm.sharePct;
    if (bucket < 0) return rankers.get(arm.model) ?? null;
  }
  return null;
}

/** Puts NaN and ±Infinity just below the worst finite score; returns how many there were. */
export function replaceNonFinite(scores: Float32Array, count: number): number {
  let bad = 0;
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < count; i++) {
    const score = scores[i]!;
    // Any arithmetic with NaN or an infinity is not zero here.
    if (score - score !== 0) bad++;
    else if (score < least) least = score;
  }
  if (bad === 0 || bad === count) return bad;
  const floor = least - 1;
  for (let i = 0; i < count; i++) if (scores[i]! - scores[i]! !== 0) scores[i] = floor;
  return bad;
}
