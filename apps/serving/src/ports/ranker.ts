/** Scores a batch of candidates in one inference. */
export interface Ranker {
  readonly ref: string;
  readonly width: number;
  readonly featureNames: readonly string[];
  /** `features` holds `count` rows of `width`; scores are written to `out`. May write NaN: the caller checks. */
  score(features: Float32Array, count: number, out: Float32Array): Promise<void>;
}
