import { shopRankFeatures } from "../adapters/shopRankFeatures";
import type { RankFeatureSet } from "../ports/rankFeatures";

/**
 * The shop's features padded with zeros up to `width`: inference costs what a ranker of the design's width costs,
 * filling what the real features cost and one strided copy.
 */
export function createPaddedFeatures(width: number): RankFeatureSet {
  const base = shopRankFeatures.names.length;
  return {
    names: Array.from({ length: width }, (_, i) => shopRankFeatures.names[i] ?? `padding_${i}`),
    createFiller(columns, dots) {
      const filler = shopRankFeatures.createFiller(columns, dots);
      let narrow = new Float32Array(0);
      return {
        prepare: (shopper) => filler.prepare(shopper),
        update: (item) => filler.update(item),
        fill(items, count, covisitationScores, out) {
          if (narrow.length < count * base) narrow = new Float32Array(count * base);
          filler.fill(items, count, covisitationScores, narrow);
          // The padding of `out` is never written, so it stays the zero it was made with.
          for (let row = 0, from = 0; row < count; row++) {
            const to = row * width;
            for (let f = 0; f < base; f++) out[to + f] = narrow[from++]!;
          }
        },
      };
    },
  };
}
