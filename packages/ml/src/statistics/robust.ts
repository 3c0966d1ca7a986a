/** MAD of a normal distribution is σ / 1.4826. */
const NORMAL_CONSISTENCY = 1.4826;

/**
 * Median of `values`: the middle one in ascending order, the mean of the two middle ones when their number is even.
 *
 * @param values finite numbers, in any order and unit
 * @returns in the unit of the values; null for no values
 * Cost O(n log n).
 */
export function computeMedian(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/**
 * Robust scale of `values`, 1.4826 · median(|x − median(x)|): σ for normal values, unmoved by up to half of them being
 * anything at all.
 *
 * @returns ≥ 0 in the unit of the values, 0 when more than half are equal; null for no values
 * Cost O(n log n). Source: Rousseeuw & Croux 1993, "Alternatives to the Median Absolute Deviation", eq. 1.1.
 */
export function computeMadScale(values: readonly number[]): number | null {
  const median = computeMedian(values);
  if (median === null) return null;
  return NORMAL_CONSISTENCY * computeMedian(values.map((x) => Math.abs(x - median)))!;
}
