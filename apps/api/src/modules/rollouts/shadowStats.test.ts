import { ShadowRecord } from "@shortlist/contracts";
import { expect, test } from "vitest";
import { computeShadowSegments, computeShadowStats, listWorstChanged } from "./shadowStats";

const slate = (ids: string, latencyMs = 5) => ({
  items: [...ids].map((itemId, position) => ({ itemId, position, score: 1 - position / 10 })),
  rung: 0,
  latencyMs,
  modelVersion: "m",
});
const record = (requestId: string, served: string, candidate: string, o: Partial<ShadowRecord> = {}) =>
  ShadowRecord.parse({
    requestId,
    rolloutId: "r",
    workspace: "w",
    atMs: 1,
    surface: "home_feed",
    n: 10,
    isAnonymous: false,
    region: null,
    device: null,
    served: slate(served),
    candidate: slate(candidate, 8),
    candidateGateRemoved: 0,
    candidateGateViolations: 0,
    candidateNonFiniteScores: 0,
    failure: null,
    ...o,
  });
const SAME = record("same", "abcdefghij", "abcdefghij");
const SWAPPED = record("swapped", "abcdefghij", "bacdefghij");
const OTHER = record("other", "abcdefghij", "klmnopqrst", { surface: "cart" });
const FAILED = record("failed", "abcdefghij", "", { failure: "late", surface: "cart" });

test("items and their order are compared apart, over requests that have both slates", () => {
  const stats = computeShadowStats([SAME, SWAPPED, OTHER, FAILED]);
  expect(stats).toMatchObject({ n: 4, failed: 1, identical: 1, coverage: { served: 10, candidate: 20 } });
  expect(stats.overlapMean).toBeCloseTo(2 / 3, 9);
  // 1, 0.846466 for two swapped at the top, and 0.
  expect(stats.rankOverlapMean).toBeCloseTo((1 + 0.846466 + 0) / 3, 5);
  expect(stats.latencyMs).toEqual({ served: { p50: 5, p99: 5 }, candidate: { p50: 8, p99: 8 } });
});

test("a candidate that shows what is shown less is less popular by the same measure", () => {
  const { popularity } = computeShadowStats([SAME, OTHER]);
  expect(popularity.served).toBe(1);
  expect(popularity.candidate).toBe(0.5);
});

test("without a request nothing is said, and nothing is 0 that is unknown", () => {
  expect(computeShadowStats([])).toMatchObject({ n: 0, overlapMean: null, rankOverlapMean: null });
  expect(computeShadowSegments([])).toEqual([]);
});

test("segments hold their own requests, and the worst changed come first", () => {
  const surfaces = computeShadowSegments([SAME, SWAPPED, OTHER]).filter(({ by }) => by === "surface");
  expect(surfaces.map(({ name, stats }) => [name, stats.n])).toEqual([
    ["home_feed", 2],
    ["cart", 1],
  ]);
  expect(listWorstChanged([SAME, SWAPPED, OTHER], 2).map((worst) => worst.record.requestId)).toEqual([
    "other",
    "swapped",
  ]);
});
