import { describe, expect, it } from "vitest";
import { type BacktestedRequest, summariseBacktest } from "./backtest";

/** The served order is that of the letters; `other` is what the candidate would show. */
function request(served: string, other: string, surface = "home_feed"): BacktestedRequest {
  const n = served.length;
  const all = [...new Set([...served, ...other])];
  const rankIn = (list: string, item: string) => (list.includes(item) ? list.indexOf(item) + 1 : n + 5);
  return {
    requestId: served + other,
    surface,
    n,
    nCandidates: 100,
    rows: all.map((itemId) => ({ itemId, rank: rankIn(served, itemId), otherRank: rankIn(other, itemId) })),
  };
}

describe("a back-test", () => {
  it("of a ranker that orders the same changes nothing", () => {
    expect(summariseBacktest([request("abcd", "abcd")]).total).toMatchObject({
      n: 1,
      overlapMean: 1,
      firstChangedShare: 0,
      identicalShare: 1,
      shown: { served: 4, candidate: 4 },
    });
  });

  it("tells other items from another order", () => {
    const { total } = summariseBacktest([request("abcd", "badc"), request("abcd", "wxyz")]);
    expect(total).toMatchObject({ overlapMean: 0.5, firstChangedShare: 1, identicalShare: 0 });
    expect(total.rankOverlapMean).toBeGreaterThan(0);
    expect(total.rankOverlapMean).toBeLessThan(0.5);
    expect(total.shown).toEqual({ served: 4, candidate: 8 });
  });

  it("keeps surfaces apart", () => {
    const { surfaces } = summariseBacktest([request("ab", "ab", "cart"), request("ab", "yz")]);
    expect(surfaces.map(({ surface, stats }) => [surface, stats.overlapMean])).toEqual([
      ["cart", 1],
      ["home_feed", 0],
    ]);
  });
});
