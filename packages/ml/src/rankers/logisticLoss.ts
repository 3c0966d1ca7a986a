/** σ(s) = 1 / (1 + e^−s), without overflow for large |s|. */
export function applySigmoid(score: number): number {
  if (score >= 0) return 1 / (1 + Math.exp(-score));
  const e = Math.exp(score);
  return e / (1 + e);
}

/** −log P(y) for a logit: log(1 + e^s) − y·s, exact where P underflows. */
export function computeLogisticLoss(score: number, y: number): number {
  return Math.max(score, 0) + Math.log1p(Math.exp(-Math.abs(score))) - y * score;
}
