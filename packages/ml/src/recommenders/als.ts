import { requireInput, requireNonNegative, requirePositiveInteger } from "../errors";
import { type CsrMatrix, transposeCsr } from "../matrix/csr";
import { computeGram } from "../matrix/rankUpdate";
import { createRandom, type Random } from "../random/random";
import { computeRowRidge, RidgeSolver } from "./ridge";

export interface AlsOptions {
  /** Length of a vector, 1…512. */
  factors: number;
  /** Sweeps over both sides. */
  iterations: number;
  /** λ > 0. */
  regularization: number;
  /** α₀ ≥ 0: weight of "did not interact" for every pair. */
  unobservedWeight: number;
  /** ν in 0…1: 0 is one λ for all, 1 scales it with how often the shopper or item was seen. */
  frequencyExponent: number;
  /** Standard deviation of the starting vectors. Default 0.1 / √factors. */
  initStdDev?: number;
  seed: number;
  /** Called after each sweep. */
  onIteration?: (done: number, total: number) => void;
}

export interface AlsModel {
  nUsers: number;
  nItems: number;
  factors: number;
  /** nUsers × factors, row-major; zero rows for shoppers without interactions */
  userFactors: Float32Array;
  /** nItems × factors, row-major; zero rows for items without interactions */
  itemFactors: Float32Array;
  /** factors × factors YᵀY of `itemFactors`, which fold-in needs */
  itemGram: Float32Array;
  options: Required<Omit<AlsOptions, "onIteration">>;
}

/**
 * Implicit matrix factorisation by alternating least squares with frequency-scaled regularisation (iALS).
 *
 *   L = Σ_{(u,i)∈S} c_ui (w_u·h_i − 1)² + α₀ Σ_{u,i} (w_u·h_i)²
 *     + λ (Σ_u (|I_u| + α₀|I|)^ν ‖w_u‖² + Σ_i (|U_i| + α₀|U|)^ν ‖h_i‖²)
 *
 * `iterations` sweeps of (shoppers, items), then shoppers once more so that every shopper vector is the exact
 * optimum for the returned item vectors: what fold-in of the same items gives.
 *
 * @param m shoppers × items; a stored value is the confidence c_ui > 0 of the pair (1 in benchmarks)
 * @returns the same model for the same input and seed on every machine of the same JavaScript engine;
 * all-zero factors when `m` has no interactions
 * @throws MlInputError `invalid_option`, `invalid_value` for a stored value that is not a number > 0
 * Cost per sweep nnz·f² + (nUsers + nItems)·f³/6 multiply-adds; 500k interactions × 32 factors about 0.6 s.
 * Source: Hu, Koren, Volinsky 2008; Rendle, Krichene, Zhang, Koren 2021, "Revisiting the Performance of iALS on
 * Item Recommendation Benchmarks" (arXiv 2110.14037). Fixtures: Electronics and MovieLens 1M, see ALS_PRESETS.
 */
export function fitAls(m: CsrMatrix, o: AlsOptions): AlsModel {
  const options = readOptions(o);
  const { factors } = options;
  requireInput(
    m.values.every((value) => value > 0 && Number.isFinite(value)),
    "invalid_value",
    "every stored interaction value must be a number > 0",
  );
  const byItem = transposeCsr(m);
  const random = createRandom(options.seed);
  const userFactors = new Float32Array(m.nRows * factors);
  const itemFactors = drawStart(byItem, factors, options.initStdDev, random.fork("als-items"));
  for (let done = 0; done < options.iterations; done++) {
    solveSide(m, itemFactors, userFactors, options);
    solveSide(byItem, userFactors, itemFactors, options);
    o.onIteration?.(done + 1, options.iterations);
  }
  solveSide(m, itemFactors, userFactors, options);
  const itemGram = Float32Array.from(computeGram(itemFactors, m.nCols, factors));
  return { nUsers: m.nRows, nItems: m.nCols, factors, userFactors, itemFactors, itemGram, options };
}

function solveSide(side: CsrMatrix, fixed: Float32Array, out: Float32Array, o: AlsModel["options"]): void {
  const solver = new RidgeSolver(fixed, side.nCols, o.factors, o.unobservedWeight);
  for (let row = 0; row < side.nRows; row++) {
    const start = side.rowPtr[row]!;
    const end = side.rowPtr[row + 1]!;
    if (start === end) continue;
    solver.begin(computeRowRidge(o, end - start, side.nCols), null, 0);
    solver.observe(side.colIdx, side.values, start, end);
    solver.solveInto(out, row * o.factors);
  }
}

/** Items nobody touched stay at zero: a random vector would score them by chance. */
function drawStart(byItem: CsrMatrix, factors: number, stdDev: number, random: Random): Float32Array {
  const start = new Float32Array(byItem.nRows * factors);
  for (let item = 0; item < byItem.nRows; item++) {
    if (byItem.rowPtr[item] === byItem.rowPtr[item + 1]) continue;
    for (let p = 0; p < factors; p++) start[item * factors + p] = stdDev * random.normal();
  }
  return start;
}

function readOptions(o: AlsOptions): AlsModel["options"] {
  requirePositiveInteger(o.factors, "factors");
  requireInput(o.factors <= 512, "invalid_option", `factors must be at most 512, got ${o.factors}`);
  requirePositiveInteger(o.iterations, "iterations");
  requireNonNegative(o.unobservedWeight, "unobservedWeight");
  requireNonNegative(o.frequencyExponent, "frequencyExponent");
  requireNonNegative(o.regularization, "regularization");
  requireInput(o.regularization > 0, "invalid_option", "regularization must be > 0");
  const initStdDev = o.initStdDev ?? 0.1 / Math.sqrt(o.factors);
  requireInput(initStdDev > 0, "invalid_option", `initStdDev must be > 0, got ${initStdDev}`);
  return {
    factors: o.factors,
    iterations: o.iterations,
    regularization: o.regularization,
    unobservedWeight: o.unobservedWeight,
    frequencyExponent: o.frequencyExponent,
    initStdDev,
    seed: o.seed,
  };
}
