import { requireNonNegative, requirePositiveInteger } from "../errors";
import { factorCholesky, solveCholesky } from "../matrix/cholesky";
import { applySigmoid, computeLogisticLoss } from "./logisticLoss";
import { computeMoments, requireTrainingRows } from "./trainingRows";

export interface LogisticOptions {
  /** Ridge penalty on the weights of the standardised features, ≥ 0; the bias is not penalised. */
  l2: number;
  /** Newton steps at most. Default 50; 6 to 10 are usual. */
  iterations?: number;
  /** Stop when the penalised loss per row improves by less. Default 1e-10. */
  tolerance?: number;
}

/** P(y = 1 | x) = σ(bias + weights·x) on raw features. `mean` and `std` are those of the training rows. */
export interface LogisticModel {
  nFeatures: number;
  weights: Float64Array;
  bias: number;
  mean: Float64Array;
  /** 1 for a feature that was constant in training; its weight is 0 */
  std: Float64Array;
  converged: boolean;
  iterations: number;
  /** Weighted mean log loss on the training rows, without the penalty. */
  trainLogLoss: number;
}

/**
 * Logistic regression by Newton's method with step halving, features standardised inside.
 *
 *   minimise Σ_r c_r · logloss(y_r, σ(b + β·z_r)) + l2/2 · ‖β‖²        z = (x − mean)/std
 *
 * The same objective as scikit-learn's LogisticRegression(C = 1/l2) on standardised columns.
 *
 * @param x rows × nFeatures, row-major, finite
 * @param y labels 0 or 1, one per row
 * @param weights c_r ≥ 0 per row, all 1 when null
 * @throws MlInputError `shape_mismatch`, `invalid_option`, `invalid_value` (not finite, label not 0/1, negative
 * weight), `insufficient_data` when a class is missing: then no finite bias exists
 * @returns `converged` is false when the step limit was hit or, with l2 = 0, the classes separate perfectly
 * Cost per step rows·F²/2 multiply-adds. Source: Hastie, Tibshirani, Friedman, section 4.4.1 (IRLS).
 * Fixture: LightGBM binary example, l2 1: test AUC .6933, log loss .6301.
 */
export function fitLogistic(
  x: Float32Array,
  y: ArrayLike<number>,
  weights: ArrayLike<number> | null,
  nFeatures: number,
  o: LogisticOptions,
): LogisticModel {
  requireTrainingRows(x, y, weights, nFeatures);
  requireNonNegative(o.l2, "l2");
  const maxIterations = o.iterations ?? 50;
  requirePositiveInteger(maxIterations, "iterations");
  const tolerance = o.tolerance ?? 1e-10;

  const { mean, std, constant, totalWeight } = computeMoments(x, weights, nFeatures);
  const rows: Rows = { x, y, weights, nFeatures, mean, std, l2: o.l2 };
  const size = nFeatures + 1;
  const beta = new Float64Array(size);
  let loss = computePenalisedLoss(rows, beta);
  let converged = false;
  let iterations = 0;
  const candidate = new Float64Array(size);
  while (iterations < maxIterations && !converged) {
    iterations++;
    const step = computeNewtonStep(rows, beta, constant);
    if (step === null) break;
    let scale = 1;
    let next = Number.POSITIVE_INFINITY;
    for (; scale > 1e-6; scale /= 2) {
      for (let p = 0; p < size; p++) candidate[p] = beta[p]! - scale * step[p]!;
      next = computePenalisedLoss(rows, candidate);
      if (next <= loss) break;
    }
    // No shorter step helps either: the loss is at its numerical floor.
    converged = !(next < loss) || (loss - next) / totalWeight < tolerance;
    if (next <= loss) {
      beta.set(candidate);
      loss = next;
    }
  }
  return toRawSpace(rows, beta, { converged, iterations, totalWeight, loss });
}

/** Probabilities of `count` rows of `x` into `out`. Cost count · nFeatures. */
export function scoreLogistic(model: LogisticModel, x: Float32Array, count: number, out: Float32Array): void {
  const { nFeatures, weights, bias, mean } = model;
  let centre = bias;
  for (let p = 0; p < nFeatures; p++) centre += weights[p]! * mean[p]!;
  for (let r = 0; r < count; r++) {
    // Centred before multiplying: a far-off mean would cost digits.
    let score = centre;
    for (let p = 0; p < nFeatures; p++) score += weights[p]! * (x[r * nFeatures + p]! - mean[p]!);
    out[r] = applySigmoid(score);
  }
}

interface Rows {
  x: Float32Array;
  y: ArrayLike<number>;
  weights: ArrayLike<number> | null;
  nFeatures: number;
  mean: Float64Array;
  std: Float64Array;
  l2: number;
}

/** Standardised row r into z, with a leading 1 for the bias. */
function readRow(rows: Rows, r: number, z: Float64Array): void {
  const { x, nFeatures, mean, std } = rows;
  z[0] = 1;
  const start = r * nFeatures;
  for (let p = 0; p < nFeatures; p++) z[p + 1] = (x[start + p]! - mean[p]!) / std[p]!;
}

function computePenalisedLoss(rows: Rows, beta: Float64Array): number {
  const z = new Float64Array(beta.length);
  let loss = 0;
  for (let r = 0; r < rows.y.length; r++) {
    readRow(rows, r, z);
    let score = 0;
    for (let p = 0; p < beta.length; p++) score += beta[p]! * z[p]!;
    loss += (rows.weights === null ? 1 : rows.weights[r]!) * computeLogisticLoss(score, rows.y[r]!);
  }
  for (let p = 1; p < beta.length; p++) loss += (rows.l2 / 2) * beta[p]! ** 2;
  return loss;
}

/** H⁻¹g at beta, or null when the Hessian is singular. */
function computeNewtonStep(rows: Rows, beta: Float64Array, constant: Uint8Array): Float64Array | null {
  const size = beta.length;
  const hessian = new Float64Array(size * size);
  const gradient = new Float64Array(size);
  const z = new Float64Array(size);
  for (let r = 0; r < rows.y.length; r++) {
    readRow(rows, r, z);
    let score = 0;
    for (let p = 0; p < size; p++) score += beta[p]! * z[p]!;
    const probability = applySigmoid(score);
    const weight = rows.weights === null ? 1 : rows.weights[r]!;
    const residual = weight * (probability - rows.y[r]!);
    const curvature = weight * probability * (1 - probability);
    for (let p = 0; p < size; p++) {
      gradient[p]! += residual * z[p]!;
      const scaled = curvature * z[p]!;
      for (let q = 0; q <= p; q++) hessian[p * size + q]! += scaled * z[q]!;
    }
  }
  for (let p = 1; p < size; p++) {
    hessian[p * size + p]! += rows.l2 + (constant[p - 1] === 1 ? 1 : 0);
    gradient[p]! += rows.l2 * beta[p]!;
  }
  if (!factorCholesky(hessian, size)) return null;
  solveCholesky(hessian, size, gradient);
  return gradient;
}

function toRawSpace(
  rows: Rows,
  beta: Float64Array,
  fit: { converged: boolean; iterations: number; totalWeight: number; loss: number },
): LogisticModel {
  const { nFeatures, mean, std, l2 } = rows;
  const weights = new Float64Array(nFeatures);
  let bias = beta[0]!;
  let penalty = 0;
  for (let p = 0; p < nFeatures; p++) {
    weights[p] = beta[p + 1]! / std[p]!;
    bias -= weights[p]! * mean[p]!;
    penalty += (l2 / 2) * beta[p + 1]! ** 2;
  }
  const trainLogLoss = (fit.loss - penalty) / fit.totalWeight;
  return {
    nFeatures,
    weights,
    bias,
    mean,
    std,
    converged: fit.converged,
    iterations: fit.iterations,
    trainLogLoss,
  };
}
