import { describe, expect, it } from "vitest";
import { createRandom } from "../random/random";
import { factorCholesky, solveCholesky } from "./cholesky";
import { invertPositiveDefinite } from "./invert";
import { computeGram } from "./rankUpdate";

function drawPositiveDefinite(n: number): Float64Array {
  const random = createRandom(n);
  const x = Float32Array.from({ length: (n + 3) * n }, () => random.normal());
  const gram = computeGram(x, n + 3, n);
  for (let p = 0; p < n; p++) gram[p * n + p]! += 1;
  return gram;
}

function multiply(a: Float64Array, b: Float64Array, n: number): Float64Array {
  const out = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let p = 0; p < n; p++) for (let j = 0; j < n; j++) out[i * n + j]! += a[i * n + p]! * b[p * n + j]!;
  }
  return out;
}

describe("computeGram", () => {
  it.each([1, 2, 3, 6, 7])("equals the sum of outer products for %i columns and any number of rows", (f) => {
    for (const n of [0, 1, 3, 4, 9]) {
      const random = createRandom(n);
      const x = Float32Array.from({ length: n * f }, () => random.normal());
      const gram = computeGram(x, n, f);
      for (let p = 0; p < f; p++) {
        for (let q = 0; q < f; q++) {
          let sum = 0;
          for (let r = 0; r < n; r++) sum += x[r * f + p]! * x[r * f + q]!;
          expect(gram[p * f + q]).toBeCloseTo(sum, 10);
        }
      }
    }
  });
});

describe("Cholesky", () => {
  it.each([1, 2, 5, 16, 33])("solves a system of %i unknowns", (n) => {
    const a = drawPositiveDefinite(n);
    const truth = Float64Array.from({ length: n }, (_, p) => p - 2);
    const b = Float64Array.from({ length: n }, (_, i) =>
      truth.reduce((sum, x, j) => sum + a[i * n + j]! * x, 0),
    );
    expect(factorCholesky(a, n)).toBe(true);
    solveCholesky(a, n, b);
    for (let p = 0; p < n; p++) expect(b[p]).toBeCloseTo(truth[p]!, 6);
  });

  it("says so when the matrix is not positive definite", () => {
    expect(factorCholesky(Float64Array.of(1, 0, 2, 1), 2)).toBe(false);
  });
});

describe("invertPositiveDefinite", () => {
  it.each([1, 5, 63, 64, 65, 131])("gives the inverse at %i columns: A·A⁻¹ = I", (n) => {
    const a = drawPositiveDefinite(n);
    const inverse = a.slice();
    invertPositiveDefinite(inverse, n);
    const product = multiply(a, inverse, n);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++)
        expect(Math.abs(product[i * n + j]! - (i === j ? 1 : 0))).toBeLessThan(1e-8);
    }
  });

  it("refuses an indefinite matrix", () => {
    expect(() => invertPositiveDefinite(Float64Array.of(1, 2, 2, 1), 2)).toThrow(/not positive definite/);
  });
});
