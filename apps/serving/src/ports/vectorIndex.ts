/** Approximate nearest neighbours over the rows of the item table. */
export interface VectorIndex {
  readonly dims: number;
  readonly size: number;
  /** Writes up to k rows and similarities (higher is closer), best first, and returns how many. */
  search(vector: Float32Array, k: number, items: Int32Array, scores: Float32Array): number;
}
