import { MlInputError } from "../errors";
import { factorCholesky, solveCholesky } from "./cholesky";

/** Columns eliminated at a time: two panels of 64 doubles per row stay in the L2 cache for a few thousand rows. */
const BLOCK = 64;

/**
 * Inverts a symmetric positive definite row-major n × n matrix in place, reading its lower triangle and
 * returning both.
 *
 * Blocked symmetric sweeps: for each block K of columns, with D = A_KK⁻¹ by Cholesky,
 *
 *   A_ij ← A_ij − A_iK D A_Kj        A_iK ← A_iK D        A_KK ← −D
 *
 * After all blocks A holds −A⁻¹. One rank-64 update does nearly all the work, which is what makes it fast here.
 *
 * @throws MlInputError `not_positive_definite`
 * Cost n³/2 multiply-adds in Float64 and 2·64·n doubles of scratch: 1,522 columns about 1.5 s.
 * Source: Goodnight 1979, "A Tutorial on the SWEEP Operator"; blocked as in Golub & Van Loan, section 4.2.
 */
export function invertPositiveDefinite(a: Float64Array, n: number): void {
  const panel = new Float64Array(n * BLOCK);
  const scaled = new Float64Array(n * BLOCK);
  for (let k0 = 0; k0 < n; k0 += BLOCK) {
    const width = Math.min(BLOCK, n - k0);
    const inverse = invertDiagonalBlock(a, n, k0, width);
    packPanel(a, n, k0, width, panel);
    scalePanel(panel, inverse, n, width, scaled);
    subtractProduct(a, n, scaled, panel);
    writePanel(a, n, k0, width, scaled, inverse);
  }
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      const value = -a[i * n + j]!;
      a[i * n + j] = value;
      a[j * n + i] = value;
    }
  }
}

/** D = A_KK⁻¹ (width × width, both triangles), one solve per unit vector. */
function invertDiagonalBlock(a: Float64Array, n: number, k0: number, width: number): Float64Array {
  const factor = new Float64Array(width * width);
  for (let p = 0; p < width; p++) {
    for (let q = 0; q <= p; q++) factor[p * width + q] = a[(k0 + p) * n + k0 + q]!;
  }
  if (!factorCholesky(factor, width)) {
    throw new MlInputError("not_positive_definite", `matrix is not positive definite near column ${k0}`);
  }
  const inverse = new Float64Array(width * width);
  const x = new Float64Array(width);
  for (let q = 0; q < width; q++) {
    x.fill(0);
    x[q] = 1;
    solveCholesky(factor, width, x);
    for (let p = 0; p < width; p++) inverse[p * width + q] = x[p]!;
  }
  return inverse;
}

/** Rows A_iK (n × BLOCK, zero padded); rows of the block itself stay zero so that the update leaves them alone. */
function packPanel(a: Float64Array, n: number, k0: number, width: number, panel: Float64Array): void {
  panel.fill(0);
  for (let t = 0; t < width; t++) {
    const row = (k0 + t) * n;
    for (let i = 0; i < k0; i++) panel[i * BLOCK + t] = a[row + i]!;
  }
  for (let i = k0 + width; i < n; i++) {
    for (let t = 0; t < width; t++) panel[i * BLOCK + t] = a[i * n + k0 + t]!;
  }
}

function scalePanel(
  panel: Float64Array,
  d: Float64Array,
  n: number,
  width: number,
  scaled: Float64Array,
): void {
  scaled.fill(0);
  for (let i = 0; i < n; i++) {
    const row = i * BLOCK;
    for (let q = 0; q < width; q++) {
      let sum = 0;
      for (let p = 0; p < width; p++) sum += panel[row + p]! * d[q * width + p]!;
      scaled[row + q] = sum;
    }
  }
}

/** Lower triangle of A −= U·Vᵀ, four rows by two columns at a time; may also touch the unused upper triangle. */
function subtractProduct(a: Float64Array, n: number, u: Float64Array, v: Float64Array): void {
  const tiled = n - (n % 4);
  for (let i = 0; i < tiled; i += 4) {
    const u0 = i * BLOCK;
    const u1 = u0 + BLOCK;
    const u2 = u1 + BLOCK;
    const u3 = u2 + BLOCK;
    for (let j = 0; j < i + 4; j += 2) {
      let v0 = j * BLOCK;
      let v1 = v0 + BLOCK;
      let s00 = 0;
      let s01 = 0;
      let s10 = 0;
      let s11 = 0;
      let s20 = 0;
      let s21 = 0;
      let s30 = 0;
      let s31 = 0;
      for (let p = 0; p < BLOCK; p++, v0++, v1++) {
        const y0 = v[v0]!;
        const y1 = v[v1]!;
        const x0 = u[u0 + p]!;
        s00 += x0 * y0;
        s01 += x0 * y1;
        const x1 = u[u1 + p]!;
        s10 += x1 * y0;
        s11 += x1 * y1;
        const x2 = u[u2 + p]!;
        s20 += x2 * y0;
        s21 += x2 * y1;
        const x3 = u[u3 + p]!;
        s30 += x3 * y0;
        s31 += x3 * y1;
      }
      const at = i * n + j;
      a[at]! -= s00;
      a[at + 1]! -= s01;
      a[at + n]! -= s10;
      a[at + n + 1]! -= s11;
      a[at + 2 * n]! -= s20;
      a[at + 2 * n + 1]! -= s21;
      a[at + 3 * n]! -= s30;
      a[at + 3 * n + 1]! -= s31;
    }
  }
  for (let i = tiled; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let p = 0; p < BLOCK; p++) sum += u[i * BLOCK + p]! * v[j * BLOCK + p]!;
      a[i * n + j]! -= sum;
    }
  }
}

function writePanel(
  a: Float64Array,
  n: number,
  k0: number,
  width: number,
  scaled: Float64Array,
  inverse: Float64Array,
): void {
  for (let t = 0; t < width; t++) {
    const row = (k0 + t) * n;
    for (let i = 0; i < k0; i++) a[row + i] = scaled[i * BLOCK + t]!;
    for (let q = 0; q <= t; q++) a[row + k0 + q] = -inverse[t * width + q]!;
  }
  for (let i = k0 + width; i < n; i++) {
    for (let t = 0; t < width; t++) a[i * n + k0 + t] = scaled[i * BLOCK + t]!;
  }
}
