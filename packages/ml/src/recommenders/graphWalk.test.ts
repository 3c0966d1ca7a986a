import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fitGraphWalk } from "./graphWalk";
import type { NeighborTable } from "./neighborTable";

function toTable(weights: readonly (readonly number[])[]): NeighborTable {
  const offsets = new Int32Array(weights.length + 1);
  const items: number[] = [];
  const scores: number[] = [];
  weights.forEach((row, i) => {
    const sorted = row
      .map((score, item) => ({ item, score }))
      .filter(({ item, score }) => item !== i && score > 0)
      .sort((a, b) => b.score - a.score || a.item - b.item);
    for (const { item, score } of sorted) {
      items.push(item);
      scores.push(score);
    }
    offsets[i + 1] = items.length;
  });
  return {
    nItems: weights.length,
    offsets,
    items: Int32Array.from(items),
    scores: Float32Array.from(scores),
  };
}

function rowOf(table: NeighborTable, item: number): [number, number][] {
  const row: [number, number][] = [];
  for (let p = table.offsets[item]!; p < table.offsets[item + 1]!; p++)
    row.push([table.items[p]!, table.scores[p]!]);
  return row;
}

/** π = c (I − (1 − c) Pᵀ)⁻¹ e_i by Gaussian elimination. */
function solveWalk(weights: readonly (readonly number[])[], restart: number, start: number): number[] {
  const n = weights.length;
  const a = Array.from({ length: n }, (_, v) =>
    Array.from({ length: n + 1 }, (_, u) => {
      if (u === n) return v === start ? restart : 0;
      const sum = weights[u]!.reduce((s, w, j) => s + (j === u ? 0 : w), 0);
      const share = u === v || sum === 0 ? 0 : weights[u]![v]! / sum;
      return (u === v ? 1 : 0) - (1 - restart) * share;
    }),
  );
  for (let c = 0; c < n; c++) {
    const pivot = a
      .slice(c)
      .reduce((best, row, i) => (Math.abs(row[c]!) > Math.abs(a[best]![c]!) ? c + i : best), c);
    [a[c], a[pivot]] = [a[pivot]!, a[c]!];
    for (let r = 0; r < n; r++) {
      if (r === c) continue;
      const factor = a[r]![c]! / a[c]![c]!;
      for (let k = c; k <= n; k++) a[r]![k]! -= factor * a[c]![k]!;
    }
  }
  return a.map((row, v) => row[n]! / row[v]!);
}

const graphs = fc
  .integer({ min: 2, max: 9 })
  .chain((n) =>
    fc.array(
      fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 20 })), { minLength: n, maxLength: n }),
      { minLength: n, maxLength: n },
    ),
  );

describe("the random walk with restart", () => {
  it("is the solution of the linear system of the walk, for every start of any graph", () => {
    fc.assert(
      fc.property(graphs, fc.constantFrom(0.15, 0.3, 0.6), (weights, restart) => {
        const walk = fitGraphWalk(toTable(weights), { k: 20, restart, tolerance: 1e-9 });
        for (let i = 0; i < weights.length; i++) {
          const exact = solveWalk(weights, restart, i);
          const found = new Map(rowOf(walk, i));
          expect(found.has(i)).toBe(false);
          exact.forEach((p, v) => {
            if (v !== i) expect(found.get(v) ?? 0).toBeCloseTo(p, 5);
          });
        }
      }),
      { numRuns: 60 },
    );
  });

  it("never says more than the exact probability, and misses at most the tolerance per item", () => {
    fc.assert(
      fc.property(graphs, (weights) => {
        const walk = fitGraphWalk(toTable(weights), { k: 20, tolerance: 0.02 });
        for (let i = 0; i < weights.length; i++) {
          const exact = solveWalk(weights, 0.3, i);
          let missing = 0;
          for (const [v, p] of rowOf(walk, i)) {
            expect(p).toBeLessThanOrEqual(exact[v]! + 1e-6);
            missing += exact[v]! - p;
          }
          expect(missing).toBeLessThanOrEqual(0.02 * weights.length + 1e-6);
        }
      }),
      { numRuns: 60 },
    );
  });

  it("reaches an item two steps away that no visit names beside the start", () => {
    const walk = fitGraphWalk(
      toTable([
        [0, 1, 0],
        [1, 0, 1],
        [0, 1, 0],
      ]),
      { k: 2 },
    );
    expect(rowOf(walk, 0).map(([item]) => item)).toEqual([1, 2]);
  });

  it("keeps the k best, best first, and nothing of an item without neighbours", () => {
    const walk = fitGraphWalk(
      toTable([
        [0, 5, 3, 1],
        [0, 0, 0, 0],
        [1, 0, 0, 0],
        [1, 0, 0, 0],
      ]),
      { k: 2 },
    );
    expect(rowOf(walk, 0).map(([item]) => item)).toEqual([1, 2]);
    expect(rowOf(walk, 1)).toEqual([]);
  });

  it.each([
    ["k", { k: 0 }],
    ["restart", { k: 1, restart: 1 }],
    ["tolerance", { k: 1, tolerance: 0 }],
    ["degree", { k: 1, degree: 1.5 }],
  ])("refuses a wrong %s", (_name, options) => {
    expect(() => fitGraphWalk(toTable([[0]]), options)).toThrow(/must be/);
  });
});
