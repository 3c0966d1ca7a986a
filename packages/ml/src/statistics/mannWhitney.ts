import { requireInput } from "../errors";
import { computeNormalTail } from "./normal";
import { computeMedian } from "./robust";

export interface MannWhitney {
  /** Pairs in which the first sample's value is larger; ties count one half. */
  readonly u: number;
  /** Two-sided, by the normal approximation with the variance of ties and a continuity correction. */
  readonly pAsymptotic: number;
  /** Two-sided and exact; null when values are tied or there are more than `EXACT_PAIRS_MAX` pairs. */
  readonly pExact: number | null;
  /** Median of all differences first − second (Hodges–Lehmann). */
  readonly shift: number;
  /** P(first > second) + P(tie) / 2. */
  readonly superiority: number;
}

/** Beyond it the approximation is as good and counting takes seconds. */
export const EXACT_PAIRS_MAX = 10_000;

/**
 * Mann–Whitney test: whether one of two samples tends to larger values. For samples such as latencies; not for counts of
 * rare events, where ties hide what matters.
 *
 * @throws MlInputError `empty_input` when a sample is empty or holds a value that is no number
 * Cost O(m n) for the shift, and O(m² n²) at most for the exact p. Source: Mann & Whitney 1947; Hodges & Lehmann 1963.
 */
export function compareSamples(first: readonly number[], second: readonly number[]): MannWhitney {
  for (const sample of [first, second])
    requireInput(
      sample.length > 0 && sample.every(Number.isFinite),
      "empty_input",
      "both samples need at least one value, all of them finite",
    );
  const m = first.length;
  const n = second.length;
  const differences = first.flatMap((a) => second.map((b) => a - b));
  let u = 0;
  for (const d of differences) u += d > 0 ? 1 : d === 0 ? 0.5 : 0;
  const ties = countTies([...first, ...second]);
  const total = m + n;
  const tieSum = ties.reduce((sum, t) => sum + t ** 3 - t, 0);
  const variance = ((m * n) / 12) * (total + 1 - tieSum / (total * (total - 1)));
  const distance = Math.abs(u - (m * n) / 2) - 0.5;
  return {
    u,
    pAsymptotic: variance === 0 ? 1 : Math.min(1, 2 * computeNormalTail(distance / Math.sqrt(variance))),
    pExact: ties.some((t) => t > 1) || m * n > EXACT_PAIRS_MAX ? null : computeExactP(u, m, n),
    shift: computeMedian(differences)!,
    superiority: u / (m * n),
  };
}

/** Sizes of the groups of equal values. */
function countTies(values: readonly number[]): number[] {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts.values()];
}

/**
 * Under no difference all arrangements are equally probable. Their numbers by U are the coefficients of the Gaussian
 * binomial of m + n over m, built up factor by factor.
 */
function computeExactP(u: number, m: number, n: number): number {
  const most = m * n;
  // As probabilities, so that nothing overflows: each factor is divided by its value at 1.
  let weights = new Float64Array(most + 1);
  weights[0] = 1;
  for (let i = 1; i <= m; i++) {
    const next = new Float64Array(most + 1);
    // (1 − q^(n+i)) / (1 − q^i), as a product and then a running sum of step i.
    for (let k = 0; k <= most; k++) {
      next[k] = weights[k]! - (k >= n + i ? weights[k - n - i]! : 0);
      if (k >= i) next[k]! += next[k - i]!;
    }
    const scale = i / (n + i);
    for (let k = 0; k <= most; k++) next[k]! *= scale;
    weights = next;
  }
  const edge = Math.max(u, most - u);
  let tail = 0;
  for (let k = Math.ceil(edge); k <= most; k++) tail += weights[k]!;
  return Math.min(1, 2 * tail);
}
