import type { ReleaseSurface } from "@shortlist/contracts";
import type { Guards } from "../degrade/guards";
import type { LoadedRelease } from "../release/loadedRelease";
import { keepBest } from "./keepBest";
import type { KnownShopper } from "./knowShopper";
import { createRankStage, type RankOutcome, type RankStage } from "./rank";
import { fillRankInputs } from "./rankInputs";
import type { FunnelRun } from "./run";
import { fuseRanks } from "./unite";

export interface Scored {
  /** Candidates that the ranker saw. */
  readonly count: number;
  readonly ranking: RankOutcome;
}

/**
 * Scores the united candidates into `scratch.scores`, by the ranker of the shopper's arm or by rank fusion. Where the
 * surface has a pre-ranker, that first cuts them to what the ranker is to see.
 */
export type Scorer = (run: FunnelRun, shopper: KnownShopper, count: number) => Promise<Scored>;

export function createScorer(loaded: LoadedRelease, now: () => number, breakers: Guards["rankers"]): Scorer {
  // Each knows what its own work costs.
  const rankStage = createRankStage(loaded, now, breakers);
  const preRankStage = createRankStage(loaded, now, breakers);
  const ones = new Float32Array(1024).fill(1);

  const rankBy = (
    stage: RankStage,
    surface: ReleaseSurface,
    o: { run: FunnelRun; shopper: KnownShopper; count: number },
  ): Promise<RankOutcome> => {
    const { scratch, request, outcomes, trace, deadlineMs } = o.run;
    const { view, state } = o.shopper;
    const isFolded = outcomes.some((s) => s.name === "collaborative" && s.status === "ok");
    // The filler serves all requests: it is prepared anew after every wait.
    loaded.filler.prepare({
      recentItems: scratch.recentItems,
      recentCount: view.recentCount,
      recentWeights: ones,
      userVector: isFolded ? scratch.userVector : (state?.vector ?? null),
    });
    return stage.rank({
      surface,
      bucketKey: `${surface.surface}:${request.shoppers[0] ?? request.requestId}`,
      scratch,
      count: o.count,
      remainingMs: () => deadlineMs - now(),
      fill(ranker) {
        fillRankInputs(loaded, ranker, {
          scratch,
          count: o.count,
          shopperFeatures: state?.features ?? null,
        });
        trace.close("features", o.count, o.count);
      },
    });
  };

  const cut = async (run: FunnelRun, shopper: KnownShopper, count: number): Promise<Scored | null> => {
    const { surface, scratch } = run;
    const { preRanker } = surface;
    if (preRanker === null || count <= preRanker.keep) return null;
    let ranking: RankOutcome = FUSED;
    if (preRanker.model === null) fuseRanks(scratch, count);
    else {
      const rankers = [{ model: preRanker.model, sharePct: 100 }];
      ranking = await rankBy(preRankStage, { ...surface, rankers }, { run, shopper, count });
      // By rank fusion then: the cut is coarser, and the answer says so.
      if (ranking.reason !== null) run.reasons.push(`pre_${ranking.reason}`);
    }
    run.request.observer?.preRanked(scratch, count);
    const kept = keepBest(scratch, count, preRanker.keep);
    run.trace.close("prerank", count, kept);
    return { count: kept, ranking };
  };

  return async (run, shopper, united) => {
    const first = run.surface.preRanker === null ? null : await cut(run, shopper, united);
    const count = first?.count ?? united;
    const ranking = await rankBy(rankStage, run.surface, { run, shopper, count });
    const nonFiniteScores = ranking.nonFiniteScores + (first?.ranking.nonFiniteScores ?? 0);
    return { count, ranking: first === null ? ranking : { ...ranking, nonFiniteScores } };
  };
}

const FUSED: RankOutcome = {
  modelVersion: "rank-fusion",
  usedRanker: false,
  reason: null,
  nonFiniteScores: 0,
};
