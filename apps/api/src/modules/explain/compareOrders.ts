/** Two orders of the same items, and what they would show of each. */
export interface OrderComparison {
  readonly n: number;
  /** |A ∩ B| / |A ∪ B| of the first `n` of both; null when there is nothing to compare. */
  readonly jaccard: number | null;
  readonly enters: readonly string[];
  readonly leaves: readonly string[];
  /** Items among the first `n` of either, by their rank in the first order; ranks are 1-based. */
  readonly rows: readonly {
    itemId: string;
    rank: number;
    otherRank: number;
    score: number;
    otherScore: number;
  }[];
}

export function compareOrders(
  itemIds: readonly string[],
  o: { scores: ArrayLike<number>; otherScores: ArrayLike<number>; n: number },
): OrderComparison {
  const ranks = rankByScore(o.scores, itemIds.length);
  const otherRanks = rankByScore(o.otherScores, itemIds.length);
  const rows = itemIds
    .map((itemId, i) => ({
      itemId,
      rank: ranks[i]!,
      otherRank: otherRanks[i]!,
      score: o.scores[i]!,
      otherScore: o.otherScores[i]!,
    }))
    .filter(({ rank, otherRank }) => rank <= o.n || otherRank <= o.n)
    .sort((a, b) => a.rank - b.rank);
  const both = rows.filter(({ rank, otherRank }) => rank <= o.n && otherRank <= o.n).length;
  return {
    n: o.n,
    jaccard: rows.length === 0 ? null : both / rows.length,
    enters: rows.filter(({ rank }) => rank > o.n).map(({ itemId }) => itemId),
    leaves: rows.filter(({ otherRank }) => otherRank > o.n).map(({ itemId }) => itemId),
    rows,
  };
}

/** Of equal scores the earlier candidate comes first, as in the funnel; what is not a number comes last. */
function rankByScore(scores: ArrayLike<number>, count: number): number[] {
  const scoreOf = (i: number) => (Number.isFinite(scores[i]!) ? scores[i]! : Number.NEGATIVE_INFINITY);
  const ranks = new Array<number>(count);
  Array.from({ length: count }, (_, i) => i)
    .sort((a, b) => (scoreOf(b) === scoreOf(a) ? a - b : scoreOf(b) - scoreOf(a)))
    .forEach((i, at) => {
      ranks[i] = at + 1;
    });
  return ranks;
}
