import { requireInput, requirePositiveInteger } from "../errors";

/**
 * Jaccard similarity of the first k items of two lists: |A ∩ B| / |A ∪ B|. Says which items changed, not their order.
 *
 * @returns in [0, 1]; 1 for two empty lists
 * @throws MlInputError `invalid_option` for a k that is no positive integer
 * Cost O(k).
 */
export function computeJaccard<T>(first: readonly T[], second: readonly T[], k: number): number {
  requirePositiveInteger(k, "k");
  const a = new Set(first.slice(0, k));
  const b = new Set(second.slice(0, k));
  if (a.size === 0 && b.size === 0) return 1;
  let both = 0;
  for (const item of a) if (b.has(item)) both++;
  return both / (a.size + b.size - both);
}

/**
 * Rank-biased overlap of two lists to depth D: the agreement of their first d items, averaged over d with weights that
 * fall by p from one depth to the next, so that the top counts most.
 *
 *   RBO = (1 − p) Σ_{d=1…D} p^(d−1) · |A_d ∩ B_d| / d   divided by   1 − p^D
 *
 * @param p in (0, 1): 0.9 gives the first ten positions about 86 % of the weight
 * @param depth D ≥ 1; a list that is shorter agrees in nothing beyond its end
 * @returns in [0, 1]; 1 for equal lists of at least D items, and for two empty ones
 * @throws MlInputError `invalid_option`
 * Cost O(D). Source: Webber, Moffat & Zobel 2010, truncated and normalised.
 */
export function computeRankBiasedOverlap<T>(
  first: readonly T[],
  second: readonly T[],
  { p, depth }: { readonly p: number; readonly depth: number },
): number {
  requireInput(p > 0 && p < 1, "invalid_option", `p must be in (0, 1), got ${p}`);
  requirePositiveInteger(depth, "depth");
  if (first.length === 0 && second.length === 0) return 1;
  const seenFirst = new Set<T>();
  const seenSecond = new Set<T>();
  let both = 0;
  let sum = 0;
  let weight = 1;
  for (let d = 1; d <= depth; d++) {
    const a = first[d - 1];
    const b = second[d - 1];
    if (a !== undefined && !seenFirst.has(a)) {
      seenFirst.add(a);
      if (seenSecond.has(a)) both++;
    }
    if (b !== undefined && !seenSecond.has(b)) {
      seenSecond.add(b);
      if (seenFirst.has(b)) both++;
    }
    sum += (weight * both) / d;
    weight *= p;
  }
  return ((1 - p) * sum) / (1 - p ** depth);
}
