import type { OutputComparison } from "@shortlist/contracts";
import {
  computeHistogram,
  computeHistogramEdges,
  type FeatureReading,
  type FeatureValue,
} from "@shortlist/ml";

/** A row as readers are given it, and as they would be given it after the swap. Before is null for a new row. */
export interface RowPair {
  readonly before: FeatureReading | null;
  readonly after: FeatureReading;
}

const BINS = 20;
/** Sums in another order differ by less. */
const RELATIVE_TOLERANCE = 1e-9;

/** How many rows are new, differ in any value, or stay; and for each output how its values shift. */
export function compareRows(
  pairs: readonly RowPair[],
  outputs: readonly string[],
): { rows: { new: number; changed: number; unchanged: number }; outputs: OutputComparison[] } {
  const rows = { new: 0, changed: 0, unchanged: 0 };
  for (const { before, after } of pairs) {
    if (before === null) rows.new++;
    else if (outputs.every((name) => isSame(before.values[name] ?? null, after.values[name] ?? null)))
      rows.unchanged++;
    else rows.changed++;
  }
  return { rows, outputs: outputs.map((name) => compareOutput(name, pairs)) };
}

function compareOutput(name: string, pairs: readonly RowPair[]): OutputComparison {
  const before = pairs.flatMap((pair) => (pair.before === null ? [] : [pair.before.values[name] ?? null]));
  const after = pairs.map((pair) => pair.after.values[name] ?? null);
  const isNumeric = [...before, ...after].every((value) => value === null || typeof value === "number");
  const numbersBefore = isNumeric ? before.filter((value) => value !== null).map(Number) : [];
  const numbersAfter = isNumeric ? after.filter((value) => value !== null).map(Number) : [];
  const edges = computeHistogramEdges([...numbersBefore, ...numbersAfter], BINS);
  return {
    name,
    nChanged: pairs.filter(
      (pair) =>
        pair.before !== null && !isSame(pair.before.values[name] ?? null, pair.after.values[name] ?? null),
    ).length,
    nullsBefore: before.filter((value) => value === null).length,
    nullsAfter: after.filter((value) => value === null).length,
    meanBefore: computeMean(numbersBefore),
    meanAfter: computeMean(numbersAfter),
    edges,
    before: [...computeHistogram(numbersBefore, edges).counts],
    after: [...computeHistogram(numbersAfter, edges).counts],
  };
}

function computeMean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function isSame(a: FeatureValue, b: FeatureValue): boolean {
  if (typeof a === "number" && typeof b === "number")
    return Math.abs(a - b) <= RELATIVE_TOLERANCE * Math.max(1, Math.abs(a), Math.abs(b));
  return JSON.stringify(a) === JSON.stringify(b);
}
