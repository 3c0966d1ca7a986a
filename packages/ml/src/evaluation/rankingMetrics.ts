// Metrics of one ranked list. Relevance is binary; `relevant` must hold every relevant item, not only those in
// the list. Averages over shoppers are in fullRanking.ts.

/**
 * Share of the relevant items among the first k: hits / |relevant|, 0…1.
 *
 * @returns 0 for an empty list; null when nothing is relevant (the shopper does not count)
 */
export function recallAtK(
  ranked: ArrayLike<number>,
  relevant: ReadonlySet<number>,
  k: number,
): number | null {
  return relevant.size === 0 ? null : countHits(ranked, relevant, k) / relevant.size;
}

/** Share of the first k places that are hits: hits / k, 0…1, whatever the list length. */
export function precisionAtK(ranked: ArrayLike<number>, relevant: ReadonlySet<number>, k: number): number {
  return countHits(ranked, relevant, k) / k;
}

/**
 * Normalised discounted cumulative gain with binary gains.
 *
 *   DCG = Σ_{hits at rank r ≤ k} 1/log2(r + 1)        ideal: min(k, |relevant|) hits from rank 1
 *
 * @returns 0…1; null when nothing is relevant. Source: Järvelin & Kekäläinen 2002.
 */
export function ndcgAtK(ranked: ArrayLike<number>, relevant: ReadonlySet<number>, k: number): number | null {
  if (relevant.size === 0) return null;
  let gain = 0;
  for (let r = 0; r < Math.min(k, ranked.length); r++) {
    if (relevant.has(ranked[r]!)) gain += computeDiscount(r + 1);
  }
  return gain / computeIdealGain(Math.min(k, relevant.size));
}

/** 1 / rank of the first hit, 0 when the list has none; null when nothing is relevant. */
export function reciprocalRank(ranked: ArrayLike<number>, relevant: ReadonlySet<number>): number | null {
  if (relevant.size === 0) return null;
  for (let r = 0; r < ranked.length; r++) if (relevant.has(ranked[r]!)) return 1 / (r + 1);
  return 0;
}

/** Share of the catalogue that occurs in at least one list, 0…1; 0 for an empty catalogue. Cost O(slots). */
export function catalogCoverage(lists: Iterable<ArrayLike<number>>, nItems: number): number {
  const shown = new Uint8Array(nItems);
  let count = 0;
  for (const list of lists) {
    for (let r = 0; r < list.length; r++) {
      const item = list[r]!;
      if (shown[item] === 0) count++;
      shown[item] = 1;
    }
  }
  return nItems === 0 ? 0 : count / nItems;
}

/**
 * Mean self-information of a list in bits: how surprising its items are.
 *
 *   novelty = mean_i −log2((c_i + 1) / (N + 1))        c_i shoppers of item i among N
 *
 * The +1 keeps an item nobody has yet finite. @returns ≥ 0; null for an empty list.
 * Source: Zhou et al. 2010, "Solving the apparent diversity-accuracy dilemma of recommender systems".
 */
export function novelty(
  list: ArrayLike<number>,
  shoppersPerItem: ArrayLike<number>,
  nShoppers: number,
): number | null {
  if (list.length === 0) return null;
  let sum = 0;
  for (let r = 0; r < list.length; r++) sum -= Math.log2((shoppersPerItem[list[r]!]! + 1) / (nShoppers + 1));
  return sum / list.length;
}

/**
 * Intra-list diversity: 1 − mean cosine over all pairs of a list, 0 (all alike) … 2.
 *
 * @param vectors item vectors, nItems × dims row-major; a zero vector has cosine 0 with all
 * @returns null for lists of fewer than two items. Cost O(list · dims). Source: Ziegler et al. 2005.
 */
export function intraListDiversity(
  list: ArrayLike<number>,
  vectors: Float32Array,
  dims: number,
): number | null {
  const n = list.length;
  if (n < 2) return null;
  // Σ of all pairwise cosines from the norm of the sum of unit vectors: linear, not quadratic, in the list.
  const sum = new Float64Array(dims);
  let units = 0;
  for (let r = 0; r < n; r++) {
    const start = list[r]! * dims;
    let square = 0;
    for (let p = 0; p < dims; p++) square += vectors[start + p]! ** 2;
    if (square === 0) continue;
    units++;
    const scale = 1 / Math.sqrt(square);
    for (let p = 0; p < dims; p++) sum[p]! += scale * vectors[start + p]!;
  }
  const squaredSum = sum.reduce((total, x) => total + x * x, 0);
  return 1 - (squaredSum - units) / (n * (n - 1));
}

/** 1/log2(rank + 1), rank from 1. */
export function computeDiscount(rank: number): number {
  return 1 / Math.log2(rank + 1);
}

/** DCG of `hits` hits in the first places. */
export function computeIdealGain(hits: number): number {
  let gain = 0;
  for (let r = 1; r <= hits; r++) gain += computeDiscount(r);
  return gain;
}

function countHits(ranked: ArrayLike<number>, relevant: ReadonlySet<number>, k: number): number {
  let hits = 0;
  for (let r = 0; r < Math.min(k, ranked.length); r++) if (relevant.has(ranked[r]!)) hits++;
  return hits;
}
