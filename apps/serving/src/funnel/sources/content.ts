import type { CandidateSource } from "../../ports/candidateSource";
import type { VectorIndex } from "../../ports/vectorIndex";

/** Beyond the last ten items a centroid drifts to the middle of the catalogue and stops saying anything. */
const CENTROID_ITEMS_MAX = 10;
/** Each step back counts this much less. */
const RECENCY_DECAY = 0.8;

export interface ContentVectors {
  readonly vectors: Float32Array;
  readonly dims: number;
}

/** Items whose text is close to what was viewed last; the product on the page counts before everything else. */
export function createContentSource(index: VectorIndex, content: ContentVectors): CandidateSource {
  const centroid = new Float32Array(content.dims);
  return {
    name: "content",
    needsShopper: true,
    retrieve(query, quota, out) {
      centroid.fill(0);
      let weight = 1;
      if (query.contextItem >= 0) {
        // As much as all recent items together: the page is about this product.
        addScaled(centroid, content, query.contextItem, 1 / (1 - RECENCY_DECAY));
      }
      const used = Math.min(query.recentCount, CENTROID_ITEMS_MAX);
      for (let i = 0; i < used; i++) {
        addScaled(centroid, content, query.recentItems[i]!, weight);
        weight *= RECENCY_DECAY;
      }
      if (!normalise(centroid)) return 0;
      return index.search(centroid, quota, out.items, out.scores);
    },
  };
}

function addScaled(sum: Float32Array, content: ContentVectors, item: number, weight: number): void {
  const start = item * content.dims;
  for (let d = 0; d < content.dims; d++) sum[d]! += weight * content.vectors[start + d]!;
}

/** Scales to length 1; false when there is no direction. */
export function normalise(vector: Float32Array): boolean {
  let square = 0;
  for (let d = 0; d < vector.length; d++) square += vector[d]! * vector[d]!;
  if (!(square > 0)) return false;
  const scale = 1 / Math.sqrt(square);
  for (let d = 0; d < vector.length; d++) vector[d]! *= scale;
  return true;
}
