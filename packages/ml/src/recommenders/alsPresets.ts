import type { AlsOptions } from "./als";

/** Options that did best on public data; a starting point, not a law. */
export const ALS_PRESETS = {
  /** Some 20 interactions per shopper and fewer. Electronics split: R@20 .1389 N@20 .0825, 2 s. */
  sparse: { factors: 64, iterations: 8, regularization: 0.06, unobservedWeight: 0.05, frequencyExponent: 1 },
  dense: { factors: 64, iterations: 8, regularization: 0.01, unobservedWeight: 0.3, frequencyExponent: 1 },
} satisfies Record<string, Omit<AlsOptions, "seed">>;
