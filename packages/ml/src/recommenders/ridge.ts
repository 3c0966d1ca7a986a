import { factorCholesky, solveCholesky } from "../matrix/cholesky";
import { addRank4, clearRank4, computeGram, gatherRank4, RANK_BLOCK } from "../matrix/rankUpdate";

/**
 * The one linear system behind both half-steps of ALS and behind fold-in: for one row (a shopper or an item)
 * against the fixed vectors y of the other side,
 *
 *   (α₀ YᵀY + Σ w y yᵀ + ridge·I) x = Σ w y + priorWeight·prior
 *
 * Scratch is owned by the instance; `solve` allocates nothing. Not re-entrant.
 */
export class RidgeSolver {
  private readonly vectors: Float32Array;
  private readonly f: number;
  private readonly base: Float64Array;
  private readonly a: Float64Array;
  private readonly x: Float64Array;
  private readonly block: Float64Array;
  private readonly blockWeights = new Float64Array(RANK_BLOCK);

  /** Computes α₀ YᵀY once. Cost n·f²/2. */
  constructor(vectors: Float32Array, n: number, f: number, unobservedWeight: number) {
    this.vectors = vectors;
    this.f = f;
    this.base = computeGram(vectors, n, f);
    for (let p = 0; p < f * f; p++) this.base[p]! *= unobservedWeight;
    this.a = new Float64Array(f * f);
    this.x = new Float64Array(f);
    this.block = new Float64Array(f * RANK_BLOCK);
  }

  /** Starts a new row: A = α₀ YᵀY + ridge·I, right side = priorWeight·prior. */
  begin(ridge: number, prior: Float32Array | null, priorWeight: number): void {
    const { a, f, x } = this;
    a.set(this.base);
    for (let p = 0; p < f; p++) a[p * f + p]! += ridge;
    if (prior === null) x.fill(0);
    else for (let p = 0; p < f; p++) x[p] = priorWeight * prior[p]!;
  }

  /** Adds observations [start, end) of `items`, each with weight `weights[i]` (1 when null). */
  observe(items: ArrayLike<number>, weights: ArrayLike<number> | null, start: number, end: number): void {
    const { a, f, x, block, blockWeights } = this;
    for (let from = start; from < end; from += RANK_BLOCK) {
      for (let lane = 0; lane < RANK_BLOCK; lane++) {
        const position = from + lane;
        if (position >= end) {
          clearRank4(f, lane, block);
          blockWeights[lane] = 0;
          continue;
        }
        gatherRank4(this.vectors, items[position]!, f, lane, block);
        blockWeights[lane] = weights === null ? 1 : weights[position]!;
      }
      const w0 = blockWeights[0]!;
      const w1 = blockWeights[1]!;
      const w2 = blockWeights[2]!;
      const w3 = blockWeights[3]!;
      for (let p = 0, c = 0; p < f; p++, c += 4) {
        x[p]! += w0 * block[c]! + w1 * block[c + 1]! + (w2 * block[c + 2]! + w3 * block[c + 3]!);
      }
      addRank4(a, f, block, blockWeights);
    }
  }

  /** Solves and writes x to out[offset … offset + f). Writes zeros if the system is singular (only when ridge is 0). */
  solveInto(out: Float32Array, offset: number): void {
    const { f, x } = this;
    if (factorCholesky(this.a, f)) solveCholesky(this.a, f, x);
    else x.fill(0);
    for (let p = 0; p < f; p++) out[offset + p] = x[p]!;
  }
}

/** λ·(n + α₀·N)^ν, the frequency-scaled regularisation of one row with n observations among N columns. */
export function computeRowRidge(
  o: { regularization: number; unobservedWeight: number; frequencyExponent: number },
  observed: number,
  columns: number,
): number {
  return o.regularization * (observed + o.unobservedWeight * columns) ** o.frequencyExponent;
}
