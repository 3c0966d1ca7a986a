import { requireInput, requirePositiveInteger } from "../errors";

/** Refuses rows no classifier can be fitted on; codes as documented at `fitLogistic`. */
export function requireTrainingRows(
  x: Float32Array,
  y: ArrayLike<number>,
  weights: ArrayLike<number> | null,
  nFeatures: number,
): void {
  requirePositiveInteger(nFeatures, "nFeatures");
  const n = y.length;
  requireInput(
    x.length === n * nFeatures && (weights === null || weights.length === n),
    "shape_mismatch",
    `x has ${x.length} values and there are ${weights?.length ?? n} weights for ${n} labels × ${nFeatures} features`,
  );
  requireInput(x.every(Number.isFinite), "invalid_value", "every feature value must be finite");
  let positives = 0;
  let negatives = 0;
  for (let r = 0; r < n; r++) {
    const weight = weights === null ? 1 : weights[r]!;
    requireInput(
      weight >= 0 && Number.isFinite(weight),
      "invalid_value",
      `weight ${weight} of row ${r} must be ≥ 0`,
    );
    requireInput(y[r] === 0 || y[r] === 1, "invalid_value", `label ${y[r]} of row ${r} must be 0 or 1`);
    if (y[r] === 1) positives += weight;
    else negatives += weight;
  }
  requireInput(
    positives > 0 && negatives > 0,
    "insufficient_data",
    "logistic regression needs rows of both labels with a weight above 0",
  );
}

/**
 * Weighted mean and standard deviation of every column. A column that does not vary (beyond rounding) has std 1
 * and is marked in `constant`.
 */
export function computeMoments(x: Float32Array, weights: ArrayLike<number> | null, nFeatures: number) {
  const n = x.length / nFeatures;
  const mean = new Float64Array(nFeatures);
  const std = new Float64Array(nFeatures).fill(1);
  const constant = new Uint8Array(nFeatures);
  let totalWeight = 0;
  for (let r = 0; r < n; r++) totalWeight += weights === null ? 1 : weights[r]!;
  for (let p = 0; p < nFeatures; p++) {
    let sum = 0;
    for (let r = 0; r < n; r++) sum += (weights === null ? 1 : weights[r]!) * x[r * nFeatures + p]!;
    const centre = sum / totalWeight;
    let square = 0;
    for (let r = 0; r < n; r++)
      square += (weights === null ? 1 : weights[r]!) * (x[r * nFeatures + p]! - centre) ** 2;
    mean[p] = centre;
    const spread = Math.sqrt(square / totalWeight);
    if (spread > 1e-9 * Math.max(1, Math.abs(centre))) std[p] = spread;
    else constant[p] = 1;
  }
  return { mean, std, constant, totalWeight };
}
