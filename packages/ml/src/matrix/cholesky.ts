/**
 * In-place Cholesky factorisation A = L·Lᵀ of the lower triangle of a row-major n × n matrix, row by row so
 * that both factors of every inner product are contiguous. The strict upper triangle is neither read nor written.
 *
 * @returns false when a pivot is not positive (A is not positive definite to machine precision); then `a` is
 * half-factorised and of no use
 * Cost n³/6 multiply-adds, no allocation.
 */
export function factorCholesky(a: Float64Array, n: number): boolean {
  for (let i = 0; i < n; i++) {
    const rowI = i * n;
    for (let j = 0; j < i; j++) {
      const rowJ = j * n;
      let s0 = a[rowI + j]!;
      let s1 = 0;
      let p = 0;
      for (; p + 1 < j; p += 2) {
        s0 -= a[rowI + p]! * a[rowJ + p]!;
        s1 -= a[rowI + p + 1]! * a[rowJ + p + 1]!;
      }
      if (p < j) s0 -= a[rowI + p]! * a[rowJ + p]!;
      a[rowI + j] = (s0 + s1) / a[rowJ + j]!;
    }
    let pivot = a[rowI + i]!;
    for (let p = 0; p < i; p++) pivot -= a[rowI + p]! * a[rowI + p]!;
    if (!(pivot > 0)) return false;
    a[rowI + i] = Math.sqrt(pivot);
  }
  return true;
}

/** Solves L·Lᵀ·x = b in place (`x` holds b on entry) with the factor of `factorCholesky`. Cost n² multiply-adds. */
export function solveCholesky(l: Float64Array, n: number, x: Float64Array): void {
  for (let i = 0; i < n; i++) {
    const row = i * n;
    let sum = x[i]!;
    for (let p = 0; p < i; p++) sum -= l[row + p]! * x[p]!;
    x[i] = sum / l[row + i]!;
  }
  // Backwards by columns of Lᵀ, which are rows of L: contiguous again.
  for (let i = n - 1; i >= 0; i--) {
    const row = i * n;
    const value = x[i]! / l[row + i]!;
    x[i] = value;
    for (let p = 0; p < i; p++) x[p]! -= l[row + p]! * value;
  }
}
