import { requireInput } from "../errors";

export interface PairConsistency {
  readonly total: number;
  readonly bothNull: number;
  readonly leftNull: number;
  readonly rightNull: number;
  /** Both present and unequal. No tolerance: give one by rounding before. */
  readonly mismatch: number;
  /** Equal pairs, two nulls among them, / total, 0…1; null for no pairs. */
  readonly matchRate: number | null;
  /** Mean over pairs without null of 2|l − r| / (|l| + |r|), 0 when both are 0; 0…2; null for no such pair. */
  readonly smape: number | null;
  /** l − r of the pairs without null, in order. */
  readonly leftMinusRight: readonly number[];
}

/**
 * Compares two columns of one feature, such as what was served with what a backfill computes.
 *
 * Source: Chronon, CompareMetrics.scala (the mean of per-row sMAPE, not the ratio of sums its documents state).
 * Cost O(pairs).
 */
export function comparePairs(
  pairs: readonly (readonly [left: number | null, right: number | null])[],
): PairConsistency {
  let bothNull = 0;
  let leftNull = 0;
  let rightNull = 0;
  let mismatch = 0;
  let smapeSum = 0;
  const leftMinusRight: number[] = [];
  for (const [left, right] of pairs) {
    if (left === null && right === null) bothNull++;
    else if (left === null) leftNull++;
    else if (right === null) rightNull++;
    else {
      if (left !== right) mismatch++;
      const scale = Math.abs(left) + Math.abs(right);
      smapeSum += scale === 0 ? 0 : (2 * Math.abs(left - right)) / scale;
      leftMinusRight.push(left - right);
    }
  }
  const total = pairs.length;
  const matching = total - leftNull - rightNull - mismatch;
  return {
    total,
    bothNull,
    leftNull,
    rightNull,
    mismatch,
    matchRate: total === 0 ? null : matching / total,
    smape: leftMinusRight.length === 0 ? null : smapeSum / leftMinusRight.length,
    leftMinusRight,
  };
}

/** Longer lists are not feature values; the table below is quadratic. */
const SEQUENCE_MAX = 2000;

/**
 * Edit distance of two lists without replacement: `deletes` are in left only, `inserts` in right only.
 *
 *   deletes = |left| − LCS,  inserts = |right| − LCS     LCS: length of the longest common subsequence
 *
 * @throws MlInputError `too_large` for lists over 2,000. Cost O(|left|·|right|).
 */
export function compareSequences(
  left: readonly (string | number)[],
  right: readonly (string | number)[],
): { deletes: number; inserts: number } {
  requireInput(
    Math.max(left.length, right.length) <= SEQUENCE_MAX,
    "too_large",
    `lists of at most ${SEQUENCE_MAX} can be compared, got ${left.length} and ${right.length}`,
  );
  let row = new Int32Array(right.length + 1);
  for (const l of left) {
    const next = new Int32Array(right.length + 1);
    for (let j = 1; j <= right.length; j++)
      next[j] = l === right[j - 1] ? row[j - 1]! + 1 : Math.max(row[j]!, next[j - 1]!);
    row = next;
  }
  const common = row[right.length]!;
  return { deletes: left.length - common, inserts: right.length - common };
}
