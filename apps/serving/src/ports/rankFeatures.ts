import type { ItemColumns, RankFeatureFiller } from "@shortlist/ml";

/** Inner products of one vector with rows of a table that `table` shows. */
export interface DotTable {
  readonly table: Float32Array;
  dot(vector: Float32Array, rows: Int32Array, count: number, out: Float32Array): void;
}

/**
 * The features a ranker may ask for and how their matrix is filled. A port, because the width of the ranker is a
 * property of a deployment: the benchmark measures a wider one.
 */
export interface RankFeatureSet {
  readonly names: readonly string[];
  /** `dots` are fast tables of the same factors and content vectors; null where there is none. */
  createFiller(
    columns: ItemColumns,
    dots: { readonly factors: DotTable | null; readonly content: DotTable | null },
  ): RankFeatureFiller;
}
