import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { buildCsr, type CsrMatrix, transposeCsr } from "./csr";

function toDense(m: CsrMatrix): number[][] {
  const dense = Array.from({ length: m.nRows }, () => new Array<number>(m.nCols).fill(0));
  for (let r = 0; r < m.nRows; r++) {
    for (let p = m.rowPtr[r]!; p < m.rowPtr[r + 1]!; p++) dense[r]![m.colIdx[p]!]! += m.values[p]!;
  }
  return dense;
}

const triples = fc.array(fc.tuple(fc.nat(5), fc.nat(7), fc.integer({ min: 1, max: 9 })), { maxLength: 60 });

describe("buildCsr", () => {
  it("equals the dense sum of its triples, columns strictly ascending, for any input order", () => {
    fc.assert(
      fc.property(triples, (entries) => {
        const m = buildCsr(
          entries.map((e) => e[0]),
          entries.map((e) => e[1]),
          entries.map((e) => e[2]),
          6,
          8,
        );
        const dense = Array.from({ length: 6 }, () => new Array<number>(8).fill(0));
        for (const [r, c, v] of entries) dense[r]![c]! += v;
        expect(toDense(m)).toEqual(dense);
        for (let r = 0; r < 6; r++) {
          for (let p = m.rowPtr[r]! + 1; p < m.rowPtr[r + 1]!; p++) {
            expect(m.colIdx[p]!).toBeGreaterThan(m.colIdx[p - 1]!);
          }
        }
        const back = transposeCsr(transposeCsr(m));
        expect(back).toEqual(m);
      }),
    );
  });

  it("refuses indexes outside the matrix and lengths that differ", () => {
    expect(() => buildCsr([0, 9], [0, 0], null, 2, 2)).toThrow(/row 9 of pair 1/);
    expect(() => buildCsr([0], [-1], null, 2, 2)).toThrow(/column -1/);
    expect(() => buildCsr([0], [0, 1], null, 2, 2)).toThrow(/equally long/);
  });

  it("makes an empty matrix from no pairs", () => {
    const m = buildCsr([], [], null, 3, 2);
    expect([...m.rowPtr]).toEqual([0, 0, 0, 0]);
    expect(transposeCsr(m).nRows).toBe(2);
  });
});
