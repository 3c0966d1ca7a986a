import { requireInput } from "../errors";

export type MetricResult = { ok: true; value: number } | { ok: false; reason: "insufficient_data" };

/**
 * Area under the ROC curve: the chance that a random positive scores above a random negative, ties count half.
 *
 * @param labels 0 or 1; @param weights row weights ≥ 0, all 1 when null
 * @returns value in 0…1; `insufficient_data` unless both labels occur with weight
 * @throws MlInputError `shape_mismatch`. Cost O(n log n).
 */
export function computeAuc(
  scores: ArrayLike<number>,
  labels: ArrayLike<number>,
  weights: ArrayLike<number> | null = null,
): MetricResult {
  checkLengths(scores, labels, weights);
  const order = Array.from({ length: scores.length }, (_, r) => r).sort((a, b) => scores[a]! - scores[b]!);
  let positives = 0;
  let negativesBelow = 0;
  let area = 0;
  for (let start = 0; start < order.length; ) {
    let tiedPositives = 0;
    let tiedNegatives = 0;
    const score = scores[order[start]!]!;
    for (; start < order.length && scores[order[start]!] === score; start++) {
      const row = order[start]!;
      const weight = weights === null ? 1 : weights[row]!;
      if (labels[row] === 1) tiedPositives += weight;
      else tiedNegatives += weight;
    }
    area += tiedPositives * (negativesBelow + tiedNegatives / 2);
    positives += tiedPositives;
    negativesBelow += tiedNegatives;
  }
  if (positives === 0 || negativesBelow === 0) return { ok: false, reason: "insufficient_data" };
  return { ok: true, value: area / (positives * negativesBelow) };
}

/**
 * Weighted mean of −log P(label), natural log, in nats ≥ 0. Probabilities are clipped to [1e-15, 1 − 1e-15] as
 * scikit-learn does, so one confident mistake is 34.5 and not infinite.
 *
 * @returns `insufficient_data` when the weights sum to 0
 * @throws MlInputError `shape_mismatch`. Cost O(n).
 */
export function computeLogLoss(
  probabilities: ArrayLike<number>,
  labels: ArrayLike<number>,
  weights: ArrayLike<number> | null = null,
): MetricResult {
  checkLengths(probabilities, labels, weights);
  let loss = 0;
  let total = 0;
  for (let r = 0; r < labels.length; r++) {
    const weight = weights === null ? 1 : weights[r]!;
    const p = Math.min(1 - 1e-15, Math.max(1e-15, probabilities[r]!));
    loss -= weight * Math.log(labels[r] === 1 ? p : 1 - p);
    total += weight;
  }
  return total > 0 ? { ok: true, value: loss / total } : { ok: false, reason: "insufficient_data" };
}

/**
 * Expected calibration error over equal-width probability bins.
 *
 *   ECE = Σ_b (n_b / n) · |mean label_b − mean probability_b|
 *
 * @param bins number of bins, default 10
 * @returns value in 0…1, 0 is calibrated; biased upwards for small n. `insufficient_data` without rows
 * @throws MlInputError `shape_mismatch`, `invalid_option`
 * Cost O(n). Source: Guo et al. 2017, "On Calibration of Modern Neural Networks", section 2.
 */
export function computeCalibrationError(
  probabilities: ArrayLike<number>,
  labels: ArrayLike<number>,
  bins = 10,
): MetricResult {
  checkLengths(probabilities, labels, null);
  requireInput(
    Number.isInteger(bins) && bins > 0,
    "invalid_option",
    `bins must be a positive integer, got ${bins}`,
  );
  const gaps = new Float64Array(bins);
  for (let r = 0; r < labels.length; r++) {
    const bin = Math.min(bins - 1, Math.max(0, Math.floor(probabilities[r]! * bins)));
    gaps[bin]! += labels[r]! - probabilities[r]!;
  }
  if (labels.length === 0) return { ok: false, reason: "insufficient_data" };
  return { ok: true, value: gaps.reduce((sum, gap) => sum + Math.abs(gap), 0) / labels.length };
}

function checkLengths(
  scores: ArrayLike<number>,
  labels: ArrayLike<number>,
  weights: ArrayLike<number> | null,
): void {
  requireInput(
    scores.length === labels.length && (weights === null || weights.length === labels.length),
    "shape_mismatch",
    `${scores.length} scores, ${labels.length} labels and ${weights?.length ?? labels.length} weights must be equally many`,
  );
}
