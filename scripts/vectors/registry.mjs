// Judging a canary and comparing two lists.
import {
  compareProportions,
  compareSamples,
  computeFisherP,
  computeJaccard,
  computeRankBiasedOverlap,
  computeSampleRatio,
} from "../../packages/ml/src/index.ts";

const near = (name, got, want, { rel = 1e-9, abs = 1e-12 } = {}) =>
  Math.abs(got - want) <= abs + rel * Math.abs(want) ? [] : [`${name}: got ${got}, want ${want}`];

export function checkMannWhitney(test) {
  const { u, pAsymptotic, pExact, shift, superiority } = compareSamples(test.canary, test.baseline);
  return [
    ...near("U", u, test.U_canary),
    ...near("p", pAsymptotic, test.p_two_sided_asymptotic_cc),
    ...near("Hodges–Lehmann", shift, test.HL_median_pairwise),
    ...near("CLES", superiority, test.CLES),
    ...(test.p_two_sided_exact === undefined
      ? []
      : near("exact p", pExact, test.p_two_sided_exact, { rel: 1e-7 })),
    // The note says what the product must answer.
    ...(pAsymptotic < 0.01 === test.note.includes("must alarm")
      ? []
      : [`${test.note}, but p = ${pAsymptotic}`]),
  ];
}

export function checkSampleRatio({ observed, weights, chi2, p }) {
  const got = computeSampleRatio(observed, weights);
  return [...near("chi²", got.chiSquare, chi2), ...near("p", got.p, p)];
}

export function checkProportions(test) {
  const [canary, baseline] = [test.canary, test.baseline].map(([events, n]) => ({ events, n }));
  const { z, p } = compareProportions(canary, baseline);
  return [
    ...near("z", z, test.z_pooled),
    ...near("p", p, test.p_two_sided),
    ...near("Fisher p", computeFisherP(canary, baseline), test.fisher_p, { rel: 1e-7 }),
  ];
}

export function checkLists({ prod, shadow, jaccard10, jaccard5, rbo_p09_norm10: rbo }) {
  const lists = [[...prod], [...shadow]];
  return [
    ...near("Jaccard@10", computeJaccard(...lists, 10), jaccard10),
    ...near("Jaccard@5", computeJaccard(...lists, 5), jaccard5),
    ...near("RBO", computeRankBiasedOverlap(...lists, { p: 0.9, depth: 10 }), rbo),
  ];
}
