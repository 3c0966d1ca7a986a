import { describe, expect, it } from "vitest";
import { buildCsr } from "../matrix/csr";
import { evaluateFullRanking } from "./fullRanking";
import {
  catalogCoverage,
  intraListDiversity,
  ndcgAtK,
  novelty,
  precisionAtK,
  recallAtK,
  reciprocalRank,
} from "./rankingMetrics";
import { evaluateSampledRanking } from "./sampledRanking";
import { splitByTime, splitLeaveLastOut } from "./splits";

describe("metrics of one list", () => {
  const ranked = [4, 2, 9, 7];
  const relevant = new Set([2, 7, 5]);

  it("follow their formulas", () => {
    expect(recallAtK(ranked, relevant, 4)).toBeCloseTo(2 / 3);
    expect(recallAtK(ranked, relevant, 2)).toBeCloseTo(1 / 3);
    expect(precisionAtK(ranked, relevant, 4)).toBe(0.5);
    const ideal = 1 + 1 / Math.log2(3) + 0.5;
    expect(ndcgAtK(ranked, relevant, 4)).toBeCloseTo((1 / Math.log2(3) + 1 / Math.log2(5)) / ideal);
    expect(ndcgAtK([2], relevant, 1)).toBe(1);
    expect(reciprocalRank(ranked, relevant)).toBe(0.5);
    expect(reciprocalRank([1], relevant)).toBe(0);
    expect(
      catalogCoverage(
        [
          [0, 1],
          [1, 2],
        ],
        4,
      ),
    ).toBe(0.75);
    expect(novelty([0, 1], [7, 0], 7)).toBeCloseTo((0 + 3) / 2);
  });

  it("are null where nothing can be said", () => {
    expect(recallAtK(ranked, new Set(), 4)).toBeNull();
    expect(ndcgAtK(ranked, new Set(), 4)).toBeNull();
    expect(novelty([], [], 0)).toBeNull();
    expect(intraListDiversity([1], Float32Array.of(1, 1), 1)).toBeNull();
  });

  it("measures diversity as 1 − mean pairwise cosine", () => {
    const vectors = Float32Array.of(1, 0, 0, 2, 3, 3, 0, 0);
    expect(intraListDiversity([0, 1], vectors, 2)).toBeCloseTo(1);
    expect(intraListDiversity([0, 0], vectors, 2)).toBeCloseTo(0);
    expect(intraListDiversity([0, 1, 2], vectors, 2)).toBeCloseTo(1 - (2 * Math.SQRT1_2) / 3);
    expect(intraListDiversity([0, 0, 3], vectors, 2)).toBeCloseTo(1 - 1 / 3);
  });
});

describe("evaluateFullRanking", () => {
  const train = buildCsr([0, 0, 1, 2], [0, 1, 0, 3], null, 4, 5);
  const test = buildCsr([0, 1, 1, 3], [2, 1, 4, 0], null, 4, 5);
  const score = (_user: number, out: Float32Array) => out.set([5, 4, 3, 2, 1]);

  it("masks train items, skips shoppers without test items, averages over the rest", () => {
    const result = evaluateFullRanking({ train, test, k: 2, score });
    // Lists: user 0 → 2, 3; user 1 → 1, 2; user 3 → 0, 1.
    expect(result.users).toBe(3);
    expect(result.recallAtK).toBeCloseTo((1 + 0.5 + 1) / 3);
    expect(result.mrr).toBe(1);
    expect(result.coverage).toBeCloseTo(4 / 5);
    expect(result.ndcgAtK).toBeCloseTo((1 + 1 / (1 + 1 / Math.log2(3)) + 1) / 3);
    expect([...result.perUser.user]).toEqual([0, 1, 3]);
    expect(result.diversity).toBeNull();
  });

  it("does not count a test pair that is in train, and refuses to average nobody", () => {
    const seen = buildCsr([0, 1], [0, 1], null, 4, 5);
    expect(evaluateFullRanking({ train, test: seen, k: 2, score }).users).toBe(1);
    const none = buildCsr([], [], null, 4, 5);
    expect(() => evaluateFullRanking({ train, test: none, k: 2, score })).toThrow(
      expect.objectContaining({ code: "no_test_users" }),
    );
    expect(() => evaluateFullRanking({ train, test: buildCsr([], [], null, 4, 6), k: 2, score })).toThrow(
      /4 × 6/,
    );
  });
});

describe("evaluateSampledRanking", () => {
  const cases = [
    { user: 0, item: 5, negatives: [1, 2, 3] },
    { user: 1, item: 1, negatives: [5, 6, 7] },
  ];

  it("ranks the test item among its negatives", () => {
    const score = (_user: number, items: Int32Array, out: Float32Array) => out.set(items);
    const result = evaluateSampledRanking({ cases, k: 2, score });
    expect(result).toEqual({ users: 2, k: 2, hitRateAtK: 0.5, ndcgAtK: 0.5 });
  });

  it("gives a constant or NaN scorer nothing", () => {
    for (const value of [0, Number.NaN]) {
      const result = evaluateSampledRanking({ cases, k: 3, score: (_u, _i, out) => out.fill(value) });
      expect(result.hitRateAtK).toBe(0);
    }
  });
});

describe("splits", () => {
  it("never trains on what came after the cutoff, and honours the gap", () => {
    const times = [50, 10, 40, 20, 30];
    expect(splitByTime(times, { cutoffMs: 40 })).toEqual({
      train: Int32Array.of(1, 3, 4),
      test: Int32Array.of(0, 2),
      cutoffMs: 40,
    });
    expect(splitByTime(times, { testShare: 0.4 }).cutoffMs).toBe(40);
    expect([...splitByTime(times, { cutoffMs: 40, gapMs: 15 }).train]).toEqual([1, 3]);
    expect(splitByTime([], { testShare: 0.5 }).test.length).toBe(0);
    expect(() => splitByTime(times, { testShare: 1 })).toThrow(/testShare/);
  });

  it("holds out the last event of each user with two or more", () => {
    const split = splitLeaveLastOut([0, 0, 1, 0], [5, 9, 1, 9]);
    expect([...split.test]).toEqual([3]);
    expect([...split.train]).toEqual([0, 1, 2]);
  });
});
