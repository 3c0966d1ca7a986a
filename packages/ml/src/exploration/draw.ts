import { requireInput } from "../errors";
import type { Random } from "../random/random";
import { lookUpNormalCdf, NORMAL_REACH } from "./normalTable";

/** What was drawn, and how probable that was before drawing. */
export interface Draw {
  readonly arm: number;
  /** In (0, 1]; over all arms it sums to 1. */
  readonly propensity: number;
}

/**
 * ε-greedy over arms that are ordered best first: with probability ε any arm, else the first.
 *
 *   p(0) = 1 − ε + ε / n        p(i) = ε / n for i > 0
 *
 * @param nArms n ≥ 1; epsilon in [0, 1]
 * @throws MlInputError `empty_input`, `invalid_option`
 * Cost O(1). Source: Sutton & Barto 2018, section 2.2.
 */
export function drawEpsilonGreedy(random: Random, nArms: number, epsilon: number): Draw {
  requireInput(nArms >= 1, "empty_input", "there is nothing to draw from");
  requireInput(epsilon >= 0 && epsilon <= 1, "invalid_option", `epsilon must be in [0, 1], got ${epsilon}`);
  // Both numbers are always drawn, so that what follows does not depend on which way this went.
  const explores = random.next() < epsilon;
  const any = random.int(nArms);
  const arm = explores ? any : 0;
  return { arm, propensity: epsilon / nArms + (arm === 0 ? 1 - epsilon : 0) };
}

/** Independent Gaussian beliefs about the arms. */
export interface GaussianBeliefs {
  readonly means: ArrayLike<number>;
  /** > 0 each. */
  readonly deviations: ArrayLike<number>;
  readonly count: number;
}

/**
 * Thompson sampling: a value is drawn from every belief, and the arm with the largest is taken.
 *
 * @throws MlInputError `empty_input`, `invalid_option` for a deviation that is not positive
 * Cost O(n) draws and one `computeBestProbability`. Source: Thompson 1933; Chapelle & Li 2011.
 */
export function drawThompson(random: Random, beliefs: GaussianBeliefs): Draw {
  const { means, deviations, count } = beliefs;
  requireInput(count >= 1, "empty_input", "there is nothing to draw from");
  let arm = 0;
  let largest = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < count; i++) {
    requireInput(deviations[i]! > 0, "invalid_option", `deviation ${deviations[i]} must be > 0`);
    const value = means[i]! + deviations[i]! * random.normal();
    if (value <= largest) continue;
    largest = value;
    arm = i;
  }
  return { arm, propensity: computeBestProbability(arm, beliefs) };
}

/** Nodes of the quadrature. With deviations within a factor of 10 the error stays below 10⁻⁵. */
const NODES = 160;

/**
 * Probability that an arm has the largest of independent Gaussian values.
 *
 *   P(i) = ∫ φ(z) · Π_{j ≠ i} Φ((μ_i + σ_i z − μ_j) / σ_j) dz        z ∈ [−6, 6], trapezoid rule
 *
 * The trapezoid rule converges faster than any power for such integrands, which are smooth and vanish at both ends.
 *
 * @returns in [0, 1]; 1 for a single arm
 * Cost O(160 · n), less where the product vanishes early.
 */
export function computeBestProbability(arm: number, { means, deviations, count }: GaussianBeliefs): number {
  if (count === 1) return 1;
  // As lines in z: the j-th belief is beaten with Φ(offset + slope · z).
  const offsets = new Float64Array(count);
  const slopes = new Float64Array(count);
  let others = 0;
  for (let j = 0; j < count; j++) {
    if (j === arm) continue;
    offsets[others] = (means[arm]! - means[j]!) / deviations[j]!;
    slopes[others++] = deviations[arm]! / deviations[j]!;
  }
  const step = (2 * NORMAL_REACH) / NODES;
  let sum = 0;
  for (let k = 0; k <= NODES; k++) {
    const z = -NORMAL_REACH + k * step;
    let product = Math.exp((-z * z) / 2);
    for (let j = 0; j < others && product > 1e-14; j++)
      product *= lookUpNormalCdf(offsets[j]! + slopes[j]! * z);
    sum += product;
  }
  return Math.min(1, (sum * step) / Math.sqrt(2 * Math.PI));
}
