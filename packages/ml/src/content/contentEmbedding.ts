import { requireInput, requirePositiveInteger } from "../errors";
import { hashString, mix32 } from "../random/hash";
import { tokenizeText } from "./tokens";

export interface ContentItem {
  title: string;
  /** May be a path such as "Home > Kitchen > Mugs": every level is a token, deeper ones rarer and so heavier. */
  category: string;
  brand: string;
  price: number | null;
}

export interface ContentEmbedding {
  dimensions: number;
  /** n × dimensions, row-major, rows of length 1 (all zero for an item without any token) */
  vectors: Float32Array;
  /** What embeds items that were not in the fit. */
  weights: ContentWeights;
  /** Embeds an item that was not in the fit, with the same token weights. */
  embedOne(item: ContentItem): Float32Array;
}

/** All that a fit learned: with it an item is embedded elsewhere as it would have been in the fit. */
export interface ContentWeights {
  dimensions: number;
  seed: number;
  /** n of idf. */
  nItems: number;
  /** Hashes of the tokens met, ascending. */
  tokens: Uint32Array;
  /** df by token. */
  counts: Uint32Array;
}

// How much a field says about what a product is, relative to its title.
const TITLE_WEIGHT = 1;
const CATEGORY_WEIGHT = 1.5;
const BRAND_WEIGHT = 0.8;
const PRICE_WEIGHT = 0.5;
// Bands per factor e of price: neighbours within about 28 % share most of their band weight.
const PRICE_BANDS_PER_E = 2;

/**
 * Content vectors without a learned model: TF-IDF over hashed tokens, then a signed random projection.
 *
 *   v(item) = normalise( Σ_t w_field(t) · idf(t) · r(t) )      idf(t) = ln(1 + n / df(t))
 *   r(t) ∈ {−1, +1}^d drawn from the hash of the token and the seed
 *
 * Inner products of the vectors estimate the cosine of the TF-IDF vectors with standard deviation about 1/√d.
 * Price enters as a soft one-hot over logarithmic bands: two neighbouring bands share the weight. A title word
 * counts once, however often it is repeated; an unseen token gets the idf of df = 1.
 *
 * @param o.dimensions d ≥ 1, 32…128 are useful; o.seed chooses the projection: vectors of different seeds are
 * not comparable
 * @throws MlInputError `invalid_option`
 * @returns the same vectors for the same items and seed; empty `vectors` for no items
 * Cost O(tokens · d). Source: Weinberger et al. 2009 (feature hashing), Achlioptas 2003 (±1 projections).
 */
export function fitContentEmbedding(
  items: readonly ContentItem[],
  o: { dimensions: number; seed: number },
): ContentEmbedding {
  requirePositiveInteger(o.dimensions, "dimensions");
  const documentCounts = new Map<number, number>();
  for (const item of items) {
    for (const token of readTokens(item).keys())
      documentCounts.set(token, (documentCounts.get(token) ?? 0) + 1);
  }
  const embedInto = createEmbedding(documentCounts, { ...o, nItems: items.length });
  const vectors = new Float32Array(items.length * o.dimensions);
  items.forEach((item, n) => {
    embedInto(item, vectors, n * o.dimensions);
  });
  const tokens = Uint32Array.from(documentCounts.keys()).sort();
  return {
    dimensions: o.dimensions,
    vectors,
    weights: {
      ...o,
      nItems: items.length,
      tokens,
      counts: Uint32Array.from(tokens, (token) => documentCounts.get(token)!),
    },
    embedOne(item) {
      const out = new Float32Array(o.dimensions);
      embedInto(item, out, 0);
      return out;
    },
  };
}

/**
 * The embedding of a fit, made again from its weights: `embedOne` of both gives the same vector, bit by bit.
 *
 * @throws MlInputError `invalid_option` for dimensions below 1, `shape_mismatch` when counts are not one per token
 * Cost: creation O(tokens); an item O(its tokens · d), about 12 µs at d = 64.
 */
export function createContentEmbedder(weights: ContentWeights): {
  embedOne(item: ContentItem): Float32Array;
} {
  requirePositiveInteger(weights.dimensions, "dimensions");
  const { tokens, counts } = weights;
  requireInput(
    tokens.length === counts.length,
    "shape_mismatch",
    `counts has ${counts.length} values, expected ${tokens.length}`,
  );
  const documentCounts = new Map<number, number>();
  for (let t = 0; t < tokens.length; t++) documentCounts.set(tokens[t]!, counts[t]!);
  const embedInto = createEmbedding(documentCounts, weights);
  return {
    embedOne(item) {
      const out = new Float32Array(weights.dimensions);
      embedInto(item, out, 0);
      return out;
    },
  };
}

function createEmbedding(
  documentCounts: ReadonlyMap<number, number>,
  o: { dimensions: number; seed: number; nItems: number },
) {
  const seedHash = hashString(String(o.seed), 0x51ed270b);
  const sum = new Float64Array(o.dimensions);
  return (item: ContentItem, out: Float32Array, offset: number) => {
    sum.fill(0);
    for (const [token, weight] of readTokens(item)) {
      const idf = Math.log(1 + Math.max(1, o.nItems) / (documentCounts.get(token) ?? 1));
      addSigned(sum, token ^ seedHash, weight * idf);
    }
    let square = 0;
    for (const value of sum) square += value * value;
    const scale = square > 0 ? 1 / Math.sqrt(square) : 0;
    for (let p = 0; p < sum.length; p++) out[offset + p] = sum[p]! * scale;
  };
}

/** Token hash → field weight. Fields are hashed apart: the brand "Apple" is not the fruit in a title. */
function readTokens(item: ContentItem): Map<number, number> {
  const tokens = new Map<number, number>();
  for (const word of tokenizeText(item.title)) tokens.set(hashString(word, 1), TITLE_WEIGHT);
  const levels = item.category.split(/[>/|]/).map((level) => tokenizeText(level).join(" "));
  for (const level of levels) if (level !== "") tokens.set(hashString(level, 2), CATEGORY_WEIGHT);
  const brand = tokenizeText(item.brand).join(" ");
  if (brand !== "") tokens.set(hashString(brand, 3), BRAND_WEIGHT);
  if (item.price !== null && Number.isFinite(item.price) && item.price > 0) {
    const position = Math.log(item.price) * PRICE_BANDS_PER_E;
    const band = Math.floor(position);
    const share = position - band;
    if (share < 1) tokens.set(hashString(`band ${band}`, 4), PRICE_WEIGHT * (1 - share));
    if (share > 0) tokens.set(hashString(`band ${band + 1}`, 4), PRICE_WEIGHT * share);
  }
  return tokens;
}

/** sum += weight · r(token): 32 signs per mixed word. */
function addSigned(sum: Float64Array, token: number, weight: number): void {
  for (let start = 0, word = 0; start < sum.length; start += 32, word++) {
    let bits = mix32(token + Math.imul(word + 1, 0x9e3779b9));
    const end = Math.min(sum.length, start + 32);
    for (let p = start; p < end; p++) {
      sum[p]! += bits & 1 ? weight : -weight;
      bits >>>= 1;
    }
  }
}
