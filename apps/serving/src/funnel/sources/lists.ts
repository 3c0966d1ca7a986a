import type { CandidateSource } from "../../ports/candidateSource";
import type { FallbackLists } from "../../release/lists";

/** What sells and is looked at more than usual in the shopper's region. */
export function createTrendingSource(lists: FallbackLists): CandidateSource {
  return {
    name: "trending",
    needsShopper: false,
    retrieve: (query, quota, out) => copyList(lists.trending(query.region).items, quota, out),
  };
}

export function createPopularSource(lists: FallbackLists): CandidateSource {
  return {
    name: "popular",
    needsShopper: false,
    retrieve: (_query, quota, out) => copyList(lists.popular, quota, out),
  };
}

/** What people of the same region and device take up; a stranger's region and device are known before they are. */
export function createSegmentPopularSource(lists: FallbackLists): CandidateSource {
  return {
    name: "segment_popular",
    needsShopper: false,
    retrieve(query, quota, out) {
      const list = lists.segment(query.region, query.device);
      return list === null ? 0 : copyList(list, quota, out);
    },
  };
}

/** The list's order is its only score: 1, 1/2, 1/3, … */
function copyList(list: Int32Array, quota: number, out: { items: Int32Array; scores: Float32Array }): number {
  const count = Math.min(quota, list.length);
  for (let i = 0; i < count; i++) {
    out.items[i] = list[i]!;
    out.scores[i] = 1 / (i + 1);
  }
  return count;
}
