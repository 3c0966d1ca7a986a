import { requireInput, requirePositiveInteger } from "../errors";
import type { CsrMatrix } from "../matrix/csr";
import { fitPopularity } from "../recommenders/popularity";
import { selectTopK } from "../topk/topK";
import { intraListDiversity, ndcgAtK, novelty, recallAtK, reciprocalRank } from "./rankingMetrics";

/** Writes the score of every item for a shopper; `scoresOut` has nItems entries and unspecified content. */
export type Scorer = (user: number, scoresOut: Float32Array) => void;

export interface FullRankingOptions {
  train: CsrMatrix;
  /** Same shape as train; pairs that are also in train are not counted. */
  test: CsrMatrix;
  k: number;
  score: Scorer;
  /** Shoppers per item for novelty. Default: counted in train. */
  popularity?: Float32Array;
  /** Item vectors (nItems × dims) for diversity. Default: diversity is null. */
  itemVectors?: { vectors: Float32Array; dims: number };
}

/** One value per evaluated shopper, aligned: for slices, paired comparisons and intervals. */
export interface PerShopperMetrics {
  user: Int32Array;
  recall: Float64Array;
  ndcg: Float64Array;
  reciprocalRank: Float64Array;
}

export interface FullRankingResult {
  /** Shoppers evaluated: those with at least one test item. */
  users: number;
  k: number;
  recallAtK: number;
  ndcgAtK: number;
  /** Mean reciprocal rank of the first hit within k (0 beyond). */
  mrr: number;
  /** Share of all items that occur in some list. */
  coverage: number;
  /** Mean self-information of the lists in bits; see `novelty`. */
  novelty: number;
  /** Mean intra-list diversity, null without item vectors. */
  diversity: number | null;
  perUser: PerShopperMetrics;
}

/**
 * Ranks all items for every shopper with a test item, the shopper's train items left out, and averages over
 * shoppers: the protocol of most published top-k results on implicit data.
 *
 * Items scored NaN or −Infinity are not recommended. Ties go to the lower item index.
 *
 * @throws MlInputError `shape_mismatch` when the matrices differ in shape; `no_test_users` when no shopper has a
 * test item: there is nothing to average, and 0 would read as a bad model
 * Cost O(users · (scoring + nItems)).
 * Fixture: Electronics split, popularity R@20 .0885 N@20 .0487.
 */
export function evaluateFullRanking(o: FullRankingOptions): FullRankingResult {
  const { train, test, k } = o;
  requirePositiveInteger(k, "k");
  requireInput(
    train.nRows === test.nRows && train.nCols === test.nCols,
    "shape_mismatch",
    `train is ${train.nRows} × ${train.nCols} but test is ${test.nRows} × ${test.nCols}`,
  );
  const popularity = o.popularity ?? fitPopularity(train);
  const nShoppers = countNonEmptyRows(train);
  const scores = new Float32Array(train.nCols);
  const top = new Int32Array(Math.min(k, train.nCols));
  const shown = new Uint8Array(train.nCols);
  const rows: { user: number; recall: number; ndcg: number; reciprocalRank: number }[] = [];
  const noveltyMean = new OptionalMean();
  const diversityMean = new OptionalMean();
  for (let user = 0; user < test.nRows; user++) {
    const relevant = readRelevant(train, test, user);
    if (relevant.size === 0) continue;
    o.score(user, scores);
    for (let p = train.rowPtr[user]!; p < train.rowPtr[user + 1]!; p++) {
      scores[train.colIdx[p]!] = Number.NEGATIVE_INFINITY;
    }
    const list = top.subarray(0, selectTopK(scores, train.nCols, k, top));
    for (let r = 0; r < list.length; r++) shown[list[r]!] = 1;
    rows.push({
      user,
      recall: recallAtK(list, relevant, k) ?? 0,
      ndcg: ndcgAtK(list, relevant, k) ?? 0,
      reciprocalRank: reciprocalRank(list, relevant) ?? 0,
    });
    noveltyMean.add(novelty(list, popularity, nShoppers));
    if (o.itemVectors) diversityMean.add(intraListDiversity(list, o.itemVectors.vectors, o.itemVectors.dims));
  }
  requireInput(rows.length > 0, "no_test_users", "no shopper has a test item that is not in train");
  const perUser: PerShopperMetrics = {
    user: Int32Array.from(rows, (row) => row.user),
    recall: Float64Array.from(rows, (row) => row.recall),
    ndcg: Float64Array.from(rows, (row) => row.ndcg),
    reciprocalRank: Float64Array.from(rows, (row) => row.reciprocalRank),
  };
  return {
    users: rows.length,
    k,
    recallAtK: computeMean(perUser.recall),
    ndcgAtK: computeMean(perUser.ndcg),
    mrr: computeMean(perUser.reciprocalRank),
    coverage: shown.reduce((sum, flag) => sum + flag, 0) / train.nCols,
    novelty: noveltyMean.value() ?? 0,
    diversity: diversityMean.value(),
    perUser,
  };
}

function readRelevant(train: CsrMatrix, test: CsrMatrix, user: number): Set<number> {
  const relevant = new Set<number>();
  for (let p = test.rowPtr[user]!; p < test.rowPtr[user + 1]!; p++) relevant.add(test.colIdx[p]!);
  if (relevant.size === 0) return relevant;
  for (let p = train.rowPtr[user]!; p < train.rowPtr[user + 1]!; p++) relevant.delete(train.colIdx[p]!);
  return relevant;
}

function countNonEmptyRows(m: CsrMatrix): number {
  let count = 0;
  for (let r = 0; r < m.nRows; r++) if (m.rowPtr[r + 1]! > m.rowPtr[r]!) count++;
  return count;
}

function computeMean(values: Float64Array): number {
  return values.reduce((sum, x) => sum + x, 0) / values.length;
}

/** Mean of the values that are not null; null when all are. */
class OptionalMean {
  private sum = 0;
  private count = 0;

  add(value: number | null): void {
    if (value === null) return;
    this.sum += value;
    this.count++;
  }

  value(): number | null {
    return this.count === 0 ? null : this.sum / this.count;
  }
}
