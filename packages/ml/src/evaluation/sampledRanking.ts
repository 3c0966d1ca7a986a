import { requireInput, requirePositiveInteger } from "../errors";
import { computeDiscount } from "./rankingMetrics";

/** One held-out item of a shopper and the items it is ranked against. */
export interface SampledCase {
  user: number;
  item: number;
  negatives: ArrayLike<number>;
}

export interface SampledRankingOptions {
  cases: readonly SampledCase[];
  k: number;
  /** Writes the score of each of `items` for the shopper to `scoresOut` (aligned). */
  score: (user: number, items: Int32Array, scoresOut: Float32Array) => void;
}

export interface SampledRankingResult {
  users: number;
  k: number;
  hitRateAtK: number;
  ndcgAtK: number;
}

/**
 * The protocol of Neural Collaborative Filtering: the one test item of each shopper is ranked against listed
 * negatives (99 in the published data).
 *
 *   HR@k = share with rank ≤ k        NDCG@k = mean of 1/log2(rank + 1) where rank ≤ k, else 0
 *
 * rank = 1 + negatives that score at least as high: a tie counts against the model, else a constant scorer
 * would be perfect. A NaN score ranks last. Figures are not comparable with full ranking (Krichene & Rendle
 * 2020, "On Sampled Metrics for Item Recommendation"); use it only to compare with published numbers.
 *
 * @throws MlInputError `no_test_users` without cases, `invalid_option`
 * Cost O(Σ negatives) scores. Source: He et al. 2017, "Neural Collaborative Filtering", section 4.1.
 */
export function evaluateSampledRanking(o: SampledRankingOptions): SampledRankingResult {
  requirePositiveInteger(o.k, "k");
  requireInput(o.cases.length > 0, "no_test_users", "there are no test cases to rank");
  let hits = 0;
  let gain = 0;
  for (const test of o.cases) {
    const items = Int32Array.of(test.item, ...Array.from(test.negatives));
    const scores = new Float32Array(items.length);
    o.score(test.user, items, scores);
    const own = scores[0]!;
    let rank = Number.isNaN(own) ? items.length : 1;
    for (let n = 1; n < items.length; n++) if (scores[n]! >= own) rank++;
    if (rank > o.k) continue;
    hits++;
    gain += computeDiscount(rank);
  }
  const users = o.cases.length;
  return { users, k: o.k, hitRateAtK: hits / users, ndcgAtK: gain / users };
}
