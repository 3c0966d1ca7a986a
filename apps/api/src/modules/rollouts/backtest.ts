import { computeRankBiasedOverlap } from "@shortlist/ml";

/** One recorded request in two orders; ranks are 1-based, and rows are those among the first `n` of either. */
export interface BacktestedRequest {
  readonly requestId: string;
  readonly surface: string;
  readonly n: number;
  readonly nCandidates: number;
  readonly rows: readonly { readonly itemId: string; readonly rank: number; readonly otherRank: number }[];
}

export interface BacktestStats {
  readonly n: number;
  /** Mean share of items that both slates have, and of their order too. */
  readonly overlapMean: number;
  readonly rankOverlapMean: number;
  /** Share of requests that would have had another first item. */
  readonly firstChangedShare: number;
  /** Share of requests that would have had the very same slate. */
  readonly identicalShare: number;
  /** Different items that would be shown over all requests, by each. */
  readonly shown: { readonly served: number; readonly candidate: number };
}

const PERSISTENCE = 0.9;

/** How much a ranker would have changed of recorded requests, in all and by surface. @param requests at least one */
export function summariseBacktest(requests: readonly BacktestedRequest[]) {
  const surfaces = [...new Set(requests.map(({ surface }) => surface))].sort();
  return {
    total: computeStats(requests),
    surfaces: surfaces.map((surface) => ({
      surface,
      stats: computeStats(requests.filter((request) => request.surface === surface)),
    })),
  };
}

function computeStats(requests: readonly BacktestedRequest[]): BacktestStats {
  const lists = requests.map(({ n, rows }) => {
    const by = (rankOf: (row: (typeof rows)[number]) => number) =>
      rows
        .filter((row) => rankOf(row) <= n)
        .sort((a, b) => rankOf(a) - rankOf(b))
        .map(({ itemId }) => itemId);
    return { n, served: by(({ rank }) => rank), candidate: by(({ otherRank }) => otherRank) };
  });
  const mean = (of: (list: (typeof lists)[number]) => number) =>
    lists.reduce((sum, list) => sum + of(list), 0) / lists.length;
  const countShown = (side: "served" | "candidate") => new Set(lists.flatMap((list) => list[side])).size;
  return {
    n: lists.length,
    overlapMean: mean(({ served, candidate }) => {
      const both = candidate.filter((item) => served.includes(item)).length;
      const either = served.length + candidate.length - both;
      return either === 0 ? 1 : both / either;
    }),
    rankOverlapMean: mean(({ n, served, candidate }) =>
      computeRankBiasedOverlap(served, candidate, { p: PERSISTENCE, depth: n }),
    ),
    firstChangedShare: mean(({ served, candidate }) => Number(served[0] !== candidate[0])),
    identicalShare: mean(({ served, candidate }) => Number(served.join("\n") === candidate.join("\n"))),
    shown: { served: countShown("served"), candidate: countShown("candidate") },
  };
}
