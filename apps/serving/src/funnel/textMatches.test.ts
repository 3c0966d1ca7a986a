import { CANDIDATE_SOURCES } from "@shortlist/contracts";
import { expect, test } from "vitest";
import { createScratchPool, SOURCE_COUNT } from "./scratch";
import { leadWithTextMatches } from "./textMatches";

const SEARCH = CANDIDATE_SOURCES.indexOf("search");

function createScratch(searchRanks: readonly number[], scores: readonly number[]) {
  const scratch = createScratchPool({
    candidateLimit: 8,
    quotaMax: 8,
    rankWidth: 1,
    rankWidthMax: 1,
    hasScatteredInputs: false,
    factors: 1,
    covisitationCapacity: 0,
  }).acquire();
  scratch.retrieved[SEARCH] = searchRanks.filter((rank) => rank > 0).length;
  searchRanks.forEach((rank, slot) => {
    scratch.ranks[slot * SOURCE_COUNT + SEARCH] = rank;
  });
  scratch.scores.set(scores);
  return scratch;
}
const orderOf = (scores: Float32Array, count: number) =>
  Array.from({ length: count }, (_, slot) => slot).sort((a, b) => scores[b]! - scores[a]!);

test("what was typed comes before what the ranker likes better, and the ranker decides between like matches", () => {
  const scratch = createScratch([0, 4, 0, 1, 5], [0.9, 0.01, 0.8, 0.02, 0.7]);
  leadWithTextMatches(scratch, 5);
  expect(orderOf(scratch.scores, 5)).toEqual([3, 4, 1, 0, 2]);
});

test("without a match nothing moves", () => {
  const scratch = createScratch([0, 0], [0.1, 0.2]);
  leadWithTextMatches(scratch, 2);
  expect([...scratch.scores.subarray(0, 2)]).toEqual([...Float32Array.of(0.1, 0.2)]);
});
