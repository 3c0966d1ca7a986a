import { shopRankFeatures } from "../adapters/shopRankFeatures";
import type { RankFeatureSet } from "../ports/rankFeatures";

/**
 * The shop's features repeated up to `width`: a ranker as wide as the design's target, with values as they really
 * are. Filling costs what the real features cost plus one copy.
 */
export function createTiledFeatures(width: number): RankFeatureSet {
  const base = shopRankFeatures.names.length;
  return {
    names: Array.from({ length: width }, (_, i) =>
      i < base ? shopRankFeatures.names[i]! : `${shopRankFeatures.names[i % base]!}_${Math.floor(i / base)}`,
    ),
    createFiller(columns, dots) {
      const filler = shopRankFeatures.createFiller(columns, dots);
      let narrow = new Float32Array(0);
      return {
        prepare: (shopper) => filler.prepare(shopper),
        fill(items, count, covisitationScores, out) {
          if (narrow.length < count * base) narrow = new Float32Array(count * base);
          filler.fill(items, count, covisitationScores, narrow);
          for (let row = 0; row < count; row++) {
            const from = row * base;
            const end = (row + 1) * width;
            for (let to = row * width; to < end; to += base) {
              const length = Math.min(base, end - to);
              for (let f = 0; f < length; f++) out[to + f] = narrow[from + f]!;
            }
          }
        },
      };
    },
  };
}
