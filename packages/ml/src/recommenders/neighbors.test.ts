import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { buildCsr } from "../matrix/csr";
import { fitCovisitation } from "./covisitation";
import { fitItemKnn, scoreNeighbors } from "./itemKnn";
import type { NeighborTable } from "./neighborTable";
import { fitPopularity } from "./popularity";

function neighborsOf(table: NeighborTable, item: number): [number, number][] {
  const found: [number, number][] = [];
  for (let p = table.offsets[item]!; p < table.offsets[item + 1]!; p++) {
    found.push([table.items[p]!, table.scores[p]!]);
  }
  return found;
}

describe("fitPopularity", () => {
  it("counts distinct shoppers, not events", () => {
    const m = buildCsr([0, 0, 1, 2], [0, 0, 0, 1], null, 3, 3);
    expect([...fitPopularity(m)]).toEqual([2, 1, 0]);
  });
});

describe("fitItemKnn", () => {
  it("equals brute-force cosine of binary columns, cut at k, best first", () => {
    const pairs = fc.array(fc.tuple(fc.nat(7), fc.nat(5)), { maxLength: 40 });
    fc.assert(
      fc.property(pairs, fc.integer({ min: 1, max: 6 }), (entries, k) => {
        const shoppersOf = Array.from(
          { length: 6 },
          (_, i) => new Set(entries.filter((e) => e[1] === i).map((e) => e[0])),
        );
        const table = fitItemKnn(
          buildCsr(
            entries.map((e) => e[0]),
            entries.map((e) => e[1]),
            null,
            8,
            6,
          ),
          { k },
        );
        for (let i = 0; i < 6; i++) {
          const expected = shoppersOf
            .map((set, j) => {
              const both = [...set].filter((u) => shoppersOf[i]!.has(u)).length;
              return [j, both === 0 ? 0 : both / Math.sqrt(set.size * shoppersOf[i]!.size)] as const;
            })
            .filter(([j, s]) => j !== i && s > 0)
            .sort((a, b) => Math.fround(b[1]) - Math.fround(a[1]) || a[0] - b[0])
            .slice(0, k);
          const found = neighborsOf(table, i);
          expect(found.map((f) => f[0])).toEqual(expected.map((e) => e[0]));
          for (const [n, [, s]] of found.entries()) expect(s).toBeCloseTo(expected[n]![1], 6);
        }
      }),
    );
  });

  it("scores by the sum of similarities to the shopper's items", () => {
    const table = fitItemKnn(buildCsr([0, 0, 1, 1], [0, 1, 1, 2], null, 2, 3), { k: 2 });
    const scores = new Float32Array(3);
    scoreNeighbors(table, [0, 2], scores);
    expect(scores[1]).toBeCloseTo(2 / Math.sqrt(2), 6);
  });
});

describe("fitCovisitation", () => {
  const sessions = { sessionPtr: Int32Array.of(0, 3, 6, 8), items: Int32Array.of(0, 1, 1, 2, 0, 1, 3, 2) };

  it("without shrinkage is the cosine of sessions, repeats counted once", () => {
    const table = fitCovisitation(sessions, { nItems: 5, k: 4, shrinkage: 0 });
    expect(neighborsOf(table, 0)).toEqual([
      [1, 1],
      [2, 0.5],
    ]);
    expect(neighborsOf(table, 4)).toEqual([]);
  });

  it("shrinks what was seen together rarely", () => {
    const table = fitCovisitation(sessions, { nItems: 5, k: 4, shrinkage: 3 });
    expect(neighborsOf(table, 0)[0]![1]).toBeCloseTo(2 / 5, 6);
    expect(neighborsOf(table, 3)).toEqual([[2, Math.fround((1 / Math.sqrt(2)) * (1 / 4))]]);
  });

  it("halves a pair one half-life apart and weighs strong events more", () => {
    const log = {
      sessionPtr: Int32Array.of(0, 3),
      items: Int32Array.of(0, 1, 2),
      timesMs: Float64Array.of(0, 1000, 1000),
      weights: Float32Array.of(1, 1, 3),
    };
    const table = fitCovisitation(log, { nItems: 3, k: 2, shrinkage: 0, halfLifeMs: 1000 });
    expect(neighborsOf(table, 0)).toEqual([
      [1, 0.5],
      [2, 0.5],
    ]);
    expect(neighborsOf(table, 1)[0]).toEqual([2, 1]);
  });

  it("uses only the last events of an overlong session", () => {
    const log = { sessionPtr: Int32Array.of(0, 4), items: Int32Array.of(0, 1, 2, 3) };
    const table = fitCovisitation(log, { nItems: 4, k: 4, maxSessionLength: 2 });
    expect(neighborsOf(table, 0)).toEqual([]);
    expect(neighborsOf(table, 2).map((n) => n[0])).toEqual([3]);
  });

  it("refuses bad input by name", () => {
    expect(() => fitCovisitation(sessions, { nItems: 2, k: 4 })).toThrow(/outside 0…1/);
    expect(() => fitCovisitation(sessions, { nItems: 5, k: 4, halfLifeMs: 5 })).toThrow(/timesMs/);
    expect(() => fitCovisitation(sessions, { nItems: 5, k: 0 })).toThrow(/k must be/);
  });
});
