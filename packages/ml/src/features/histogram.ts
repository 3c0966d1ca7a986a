import { requireInput, requirePositiveInteger } from "../errors";

/** Counts over adjacent bins: bin i holds edges[i] ≤ x < edges[i + 1], the last one also its upper edge. */
export interface Histogram {
  /** Ascending, one more than counts; empty without values. */
  readonly edges: readonly number[];
  readonly counts: readonly number[];
}

/**
 * Edges for `bins` bins over values that may have a long tail: equal widths from the smallest value to the 99th
 * percentile (nearest rank), and the last bin reaches on to the largest. Whole numbers that fit get a bin each.
 *
 * @param values finite, in any order, n ≥ 0; in the unit of the feature, and so are the edges
 * @param bins at most this many, ≥ 1; fewer when values are few or equal
 * @returns ascending edges, one more than bins; [] without values; [x, x] when all equal x
 * @throws MlInputError `invalid_option` unless bins ≥ 1
 * Cost O(n log n). Source: definition; clipping at the 99th percentile keeps one outlier from emptying all other bins.
 */
export function computeHistogramEdges(values: readonly number[], bins: number): number[] {
  requirePositiveInteger(bins, "bins");
  if (values.length === 0) return [];
  const sorted = Float64Array.from(values).sort();
  const min = sorted[0]!;
  const max = sorted[sorted.length - 1]!;
  if (min === max) return [min, max];
  const areWhole = sorted.every(Number.isInteger);
  if (areWhole && max - min < bins) return Array.from({ length: max - min + 2 }, (_, i) => min + i);
  const high = sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * 0.99) - 1)]!;
  // Nearly all values are the smallest one: clipping would leave bins without width.
  const to = high > min ? high : max;
  const edges = Array.from({ length: bins }, (_, i) => min + ((to - min) * i) / bins);
  return [...edges, max];
}

/**
 * Counts of `values` over given edges; values outside the edges count in the nearest bin, so the counts sum to n.
 *
 * @param edges ascending, at least two, or [] for no values; equal ones make a single bin
 * @throws MlInputError `shape_mismatch` for values without edges
 * Cost O(n log bins).
 */
export function computeHistogram(values: readonly number[], edges: readonly number[]): Histogram {
  requireInput(
    edges.length >= 2 || values.length === 0,
    "shape_mismatch",
    `${values.length} values need at least two edges, got ${edges.length}`,
  );
  const counts = new Array<number>(Math.max(0, edges.length - 1)).fill(0);
  for (const value of values) counts[findBin(edges, value)]!++;
  return { edges, counts };
}

/** The last bin whose lower edge is not above the value. */
function findBin(edges: readonly number[], value: number): number {
  let low = 0;
  let high = edges.length - 2;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (edges[middle]! <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}
