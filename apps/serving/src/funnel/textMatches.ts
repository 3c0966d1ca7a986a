import { CANDIDATE_SOURCES } from "@shortlist/contracts";
import { selectTopK } from "@shortlist/ml";
import { type Scratch, SOURCE_COUNT } from "./scratch";

const SEARCH = CANDIDATE_SOURCES.indexOf("search");
/** As for related items: the relation comes first, taste second. */
const TASTE_WEIGHT = 0.5;
const RANK_OFFSET = 10;

/**
 * Puts what was typed before everything else: rankers know the shopper, not the text. Matches get
 * 1 + 1/(10 + rank in the search) + ½ · 1/(10 + rank by the ranker) above the best score; others keep theirs.
 */
export function leadWithTextMatches(scratch: Scratch, count: number): void {
  if (scratch.retrieved[SEARCH] === 0) return;
  const { scores, ranks, order } = scratch;
  const sorted = selectTopK(scores, count, count, order);
  const best = sorted === 0 ? 0 : scores[order[0]!]!;
  for (let r = 0; r < sorted; r++) {
    const slot = order[r]!;
    const found = ranks[slot * SOURCE_COUNT + SEARCH]!;
    if (found > 0) scores[slot] = best + 1 + 1 / (RANK_OFFSET + found) + TASTE_WEIGHT / (RANK_OFFSET + r + 1);
  }
}
