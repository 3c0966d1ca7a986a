import { describe, expect, it } from "vitest";
import { buildCsr, type CsrMatrix } from "../matrix/csr";
import { createRandom } from "../random/random";
import { type AlsOptions, fitAls } from "./als";
import { createFoldIn } from "./foldIn";

const options: AlsOptions = {
  factors: 5,
  iterations: 4,
  regularization: 0.05,
  unobservedWeight: 0.1,
  frequencyExponent: 0.7,
  seed: 1,
};

function drawInteractions(nUsers: number, nItems: number, share: number): CsrMatrix {
  const random = createRandom("interactions");
  const rows: number[] = [];
  const cols: number[] = [];
  const values: number[] = [];
  for (let u = 0; u < nUsers; u++) {
    for (let i = 0; i < nItems; i++) {
      // Two tastes: even shoppers mostly take even items.
      if (random.next() > ((u + i) % 2 === 0 ? share * 1.8 : share * 0.2)) continue;
      rows.push(u);
      cols.push(i);
      values.push(1 + random.int(3));
    }
  }
  return buildCsr(rows, cols, values, nUsers, nItems);
}

/** The loss of the docstring, term by term over the dense matrix: the oracle. */
function computeLoss(m: CsrMatrix, w: Float32Array, h: Float32Array, o: AlsOptions): number {
  const f = o.factors;
  let loss = 0;
  const itemCounts = new Array<number>(m.nCols).fill(0);
  for (let u = 0; u < m.nRows; u++) {
    const observed = new Map<number, number>();
    for (let p = m.rowPtr[u]!; p < m.rowPtr[u + 1]!; p++) observed.set(m.colIdx[p]!, m.values[p]!);
    for (let i = 0; i < m.nCols; i++) {
      let score = 0;
      for (let p = 0; p < f; p++) score += w[u * f + p]! * h[i * f + p]!;
      loss += o.unobservedWeight * score ** 2;
      const confidence = observed.get(i);
      if (confidence === undefined) continue;
      loss += confidence * (score - 1) ** 2;
      itemCounts[i]!++;
    }
    const norm = w.subarray(u * f, (u + 1) * f).reduce((sum, x) => sum + x * x, 0);
    loss += o.regularization * (observed.size + o.unobservedWeight * m.nCols) ** o.frequencyExponent * norm;
  }
  for (let i = 0; i < m.nCols; i++) {
    const norm = h.subarray(i * f, (i + 1) * f).reduce((sum, x) => sum + x * x, 0);
    loss += o.regularization * (itemCounts[i]! + o.unobservedWeight * m.nRows) ** o.frequencyExponent * norm;
  }
  return loss;
}

describe("fitAls", () => {
  const m = drawInteractions(40, 30, 0.3);

  it("never raises the loss from sweep to sweep", () => {
    let last = Number.POSITIVE_INFINITY;
    for (let iterations = 1; iterations <= 8; iterations++) {
      const model = fitAls(m, { ...options, iterations });
      const loss = computeLoss(m, model.userFactors, model.itemFactors, options);
      expect(loss).toBeLessThanOrEqual(last + 1e-4);
      last = loss;
    }
  });

  it.each([1, 4, 5, 8])(
    "solves each shopper exactly: no small step lowers the loss (%i factors)",
    (factors) => {
      const o = { ...options, factors };
      const model = fitAls(m, o);
      const best = computeLoss(m, model.userFactors, model.itemFactors, o);
      const random = createRandom(2);
      for (let trial = 0; trial < 30; trial++) {
        const moved = Float32Array.from(model.userFactors, (x) => x + 0.01 * random.normal());
        expect(computeLoss(m, moved, model.itemFactors, o)).toBeGreaterThan(best);
      }
    },
  );

  it("separates the two tastes in the data", () => {
    const model = fitAls(m, { ...options, iterations: 8, unobservedWeight: 1 });
    const meanScore = (u: number, parity: number) => {
      let sum = 0;
      for (let i = parity; i < 30; i += 2) {
        for (let p = 0; p < 5; p++) sum += model.userFactors[u * 5 + p]! * model.itemFactors[i * 5 + p]!;
      }
      return sum;
    };
    let separated = 0;
    for (let u = 0; u < 40; u++) if (meanScore(u, u % 2) > meanScore(u, 1 - (u % 2))) separated++;
    // One shopper drew as many odd as even items.
    expect(separated).toBeGreaterThanOrEqual(39);
  });

  it("repeats itself for a seed, reports progress, leaves the unseen at zero", () => {
    const padded = buildCsr([0, 0, 1], [0, 1, 1], null, 3, 4);
    const steps: number[] = [];
    const first = fitAls(padded, { ...options, onIteration: (done) => steps.push(done) });
    expect(fitAls(padded, options).itemFactors).toEqual(first.itemFactors);
    expect(steps).toEqual([1, 2, 3, 4]);
    expect(first.userFactors.subarray(10).every((x) => x === 0)).toBe(true);
    expect(first.itemFactors.subarray(10).every((x) => x === 0)).toBe(true);
  });

  it("refuses options and values that make no sense", () => {
    expect(() => fitAls(m, { ...options, factors: 0 })).toThrow(/factors/);
    expect(() => fitAls(m, { ...options, regularization: 0 })).toThrow(/regularization/);
    expect(() => fitAls(buildCsr([0], [0], [-1], 1, 1), options)).toThrow(/> 0/);
  });
});

describe("createFoldIn", () => {
  const m = drawInteractions(40, 30, 0.3);
  const model = fitAls(m, options);
  const fold = createFoldIn(model.itemFactors, 30, 5, { ...model.options, priorWeight: 2 });

  it("gives back the trained vector for a shopper's training items", () => {
    const out = new Float32Array(5);
    for (let u = 0; u < m.nRows; u++) {
      const [start, end] = [m.rowPtr[u]!, m.rowPtr[u + 1]!];
      fold.foldIn(m.colIdx.subarray(start, end), m.values.subarray(start, end), null, out);
      for (let p = 0; p < 5; p++) expect(out[p]).toBeCloseTo(model.userFactors[u * 5 + p]!, 5);
    }
  });

  it("returns the prior without items, zeros without both, and moves less the heavier the prior", () => {
    const prior = model.userFactors.slice(0, 5);
    const out = new Float32Array(5);
    fold.foldIn([], null, prior, out);
    expect(out).toEqual(prior);
    fold.foldIn([], null, null, out);
    expect([...out]).toEqual([0, 0, 0, 0, 0]);
    const distance = (priorWeight: number) => {
      createFoldIn(model.itemFactors, 30, 5, { ...model.options, priorWeight }).foldIn(
        [1, 3],
        null,
        prior,
        out,
      );
      return Math.hypot(...out.map((x, p) => x - prior[p]!));
    };
    expect(distance(1000)).toBeLessThan(distance(10));
    expect(distance(10)).toBeLessThan(distance(0.1));
  });

  it("refuses item vectors of the wrong shape", () => {
    expect(() => createFoldIn(new Float32Array(7), 2, 5, { ...model.options, priorWeight: 0 })).toThrow(
      /2 × 5/,
    );
  });
});
