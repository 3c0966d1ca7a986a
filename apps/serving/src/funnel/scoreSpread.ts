/** Standard deviation of the first `n` scores, 0 for fewer than two: the unit in which rules and policies move scores. */
export function computeDeviation(scores: Float32Array, n: number): number {
  if (n < 2) return 0;
  let sum = 0;
  for (let i = 0; i < n; i++) sum += scores[i]!;
  const mean = sum / n;
  let squares = 0;
  for (let i = 0; i < n; i++) squares += (scores[i]! - mean) ** 2;
  return Math.sqrt(squares / n);
}
