import type { Guards } from "../degrade/guards";
import type { LoadedRelease } from "../release/loadedRelease";
import type { KnownShopper } from "./knowShopper";
import { createRankStage, type RankOutcome } from "./rank";
import { fillRankInputs } from "./rankInputs";
import type { FunnelRun } from "./run";

/** Scores the united candidates into `scratch.scores`, by the ranker of the shopper's arm or by rank fusion. */
export type Scorer = (run: FunnelRun, shopper: KnownShopper, count: number) => Promise<RankOutcome>;

export function createScorer(loaded: LoadedRelease, now: () => number, breakers: Guards["rankers"]): Scorer {
  const rankStage = createRankStage(loaded, now, breakers);
  const ones = new Float32Array(1024).fill(1);
  return (run, { view, state }, count) => {
    const { scratch, surface, request, outcomes, trace, deadlineMs } = run;
    const isFolded = outcomes.some((s) => s.name === "collaborative" && s.status === "ok");
    loaded.filler.prepare({
      recentItems: scratch.recentItems,
      recentCount: view.recentCount,
      recentWeights: ones,
      userVector: isFolded ? scratch.userVector : (state?.vector ?? null),
    });
    return rankStage.rank({
      surface,
      bucketKey: `${surface.surface}:${request.shoppers[0] ?? request.requestId}`,
      scratch,
      count,
      remainingMs: () => deadlineMs - now(),
      fill(ranker) {
        fillRankInputs(loaded, ranker, { scratch, count, shopperFeatures: state?.features ?? null });
        trace.close("features", count, count);
      },
    });
  };
}
