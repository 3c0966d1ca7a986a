import { type ItemColumns, type NeighborTable, selectTopK } from "@shortlist/ml";
import type { FittedSources } from "./fitSources";

/**
 * Quotas of the offline funnel: the shipped home_feed's largest sources, so that offline figures describe what is served.
 * Without graph walks, which fitted thrice cost a tenth of a run and left the ranker where it was (sample shop of 8,000
 * items: recall@20 .1603 without, .1589 with).
 */
export const OFFLINE_QUOTAS = { collaborative: 400, content: 300, covisitation: 200, popular: 150 } as const;
/** What serving folds in; the training funnel must see shoppers as serving sees them. */
const FOLD_IN_ITEMS_MAX = 20;
const CENTROID_ITEMS_MAX = 10;
const RECENCY_DECAY = 0.8;

/** Candidates of one shopper as of a moment, with what the rank features need. */
export interface CandidateSet {
  readonly items: Int32Array;
  readonly count: number;
  readonly covisitation: Float32Array;
  readonly userVector: Float32Array;
  readonly hasVector: boolean;
}

/**
 * The candidate sources by exact search, shopper by shopper. Buffers are reused: a set is valid until the next
 * call.
 */
export function createOfflineFunnel(sources: FittedSources, columns: ItemColumns, popular: Int32Array) {
  const { nItems, itemFactors, factors, contentVectors, contentDims } = columns;
  const scores = new Float32Array(nItems);
  const covisitation = new Float32Array(nItems);
  const top = new Int32Array(Math.max(...Object.values(OFFLINE_QUOTAS)));
  const userVector = new Float32Array(factors);
  const centroid = new Float32Array(contentDims);
  const mark = new Int32Array(nItems).fill(-1);
  let generation = 0;
  const items = new Int32Array(Object.values(OFFLINE_QUOTAS).reduce((a, b) => a + b, 0));
  const covisitationOut = new Float32Array(items.length);

  return {
    retrieve(shopper: number, recent: Int32Array, exclude: ReadonlySet<number>): CandidateSet {
      generation++;
      for (const item of exclude) mark[item] = generation;
      let count = 0;
      const take = (item: number) => {
        if (mark[item] === generation) return;
        mark[item] = generation;
        items[count++] = item;
      };
      const takeBest = (quota: number) => {
        const found = selectTopK(scores, nItems, Math.min(quota, nItems), top);
        for (let i = 0; i < found; i++) if (scores[top[i]!]! !== 0) take(top[i]!);
      };

      const prior = sources.als.userFactors.subarray(shopper * factors, (shopper + 1) * factors);
      const hasPrior = prior.some((value) => value !== 0);
      sources.foldIn.foldIn(recent.subarray(0, FOLD_IN_ITEMS_MAX), null, hasPrior ? prior : null, userVector);
      const hasVector = hasPrior || recent.length > 0;
      if (hasVector) {
        multiply(itemFactors, factors, userVector, scores);
        takeBest(OFFLINE_QUOTAS.collaborative);
      }
      if (fillCentroid(recent, contentVectors, contentDims, centroid)) {
        multiply(contentVectors, contentDims, centroid, scores);
        takeBest(OFFLINE_QUOTAS.content);
      }
      const touched = sumNeighbors(sources.covisitation, recent, covisitation);
      scores.fill(0);
      for (const item of touched) scores[item] = covisitation[item]!;
      takeBest(OFFLINE_QUOTAS.covisitation);
      for (let i = 0; i < Math.min(OFFLINE_QUOTAS.popular, popular.length); i++) take(popular[i]!);

      for (let i = 0; i < count; i++) covisitationOut[i] = covisitation[items[i]!]!;
      for (const item of touched) covisitation[item] = 0;
      return { items, count, covisitation: covisitationOut, userVector, hasVector };
    },
  };
}

function multiply(matrix: Float32Array, dims: number, vector: Float32Array, out: Float32Array): void {
  let at = 0;
  for (let i = 0; i < out.length; i++) {
    let dot = 0;
    for (let p = 0; p < dims; p++) dot += matrix[at++]! * vector[p]!;
    out[i] = dot;
  }
}

function fillCentroid(recent: Int32Array, vectors: Float32Array, dims: number, out: Float32Array): boolean {
  out.fill(0);
  let weight = 1;
  for (const item of recent.subarray(0, CENTROID_ITEMS_MAX)) {
    for (let p = 0; p < dims; p++) out[p]! += weight * vectors[item * dims + p]!;
    weight *= RECENCY_DECAY;
  }
  return out.some((value) => value !== 0);
}

function sumNeighbors(table: NeighborTable, recent: Int32Array, sums: Float32Array): number[] {
  const touched: number[] = [];
  for (const item of recent) {
    for (let p = table.offsets[item]!; p < table.offsets[item + 1]!; p++) {
      const neighbor = table.items[p]!;
      if (sums[neighbor] === 0) touched.push(neighbor);
      sums[neighbor]! += table.scores[p]!;
    }
  }
  return touched;
}
