/** Where one input of a ranker comes from. */
export type RankerInput =
  /** A feature the replica fills itself. */
  | { readonly kind: "own"; readonly index: number }
  /** A value per row of the item table. */
  | { readonly kind: "item"; readonly values: Float32Array }
  /** The same for all candidates: an output of a feature view of the shopper. */
  | { readonly kind: "shopper"; readonly viewId: string; readonly output: string; readonly default: number };

/** Scores a batch of candidates in one inference. */
export interface Ranker {
  readonly ref: string;
  readonly width: number;
  /** Null: exactly the replica's own features in their order. */
  readonly inputs: readonly RankerInput[] | null;
  /** `features` holds `count` rows of `width`; scores are written to `out`. May write NaN: the caller checks. */
  score(features: Float32Array, count: number, out: Float32Array): Promise<void>;
}
