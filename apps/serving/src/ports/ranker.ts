/** How the input rows of a ranker are put together that reads more than the replica's own features. */
export interface RankerInputs {
  /** Own features, by position among them, and the column each goes to. */
  readonly own: readonly { readonly index: number; readonly column: number }[];
  /** Where all own features begin, in their order and side by side, so that they are filled in place; −1 when they do not. */
  readonly ownAt: number;
  /** Values per row of the item table, row by row; null when the ranker reads none. */
  readonly items: ItemInputs | null;
  /** The same for all candidates: outputs of feature views of the shopper. */
  readonly shopper: readonly ShopperInput[];
}

export interface ItemInputs {
  /** `nRows` rows of `columns.length` values. */
  readonly values: Float32Array;
  readonly nRows: number;
  /** The ranker's column of each value. */
  readonly columns: readonly number[];
  /** For items that came after the model was trained. */
  readonly defaults: readonly number[];
}

export interface ShopperInput {
  readonly column: number;
  readonly viewId: string;
  readonly output: string;
  readonly default: number;
}

/** Scores a batch of candidates in one inference. */
export interface Ranker {
  readonly ref: string;
  /** What runs it; absent where nothing says. */
  readonly execution?: RankerExecution;
  readonly width: number;
  /** Null: exactly the replica's own features in their order. */
  readonly inputs: RankerInputs | null;
  /** `features` holds `count` rows of `width`; scores are written to `out`. May write NaN: the caller checks. */
  score(features: Float32Array, count: number, out: Float32Array): Promise<void>;
}

export interface RankerExecution {
  readonly provider: string;
  /** Asked for first, and not to be had. */
  readonly passedOver: readonly { readonly provider: string; readonly reason: string }[];
}
