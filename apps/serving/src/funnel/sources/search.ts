import type { CandidateBuffer, CandidateSource } from "../../ports/candidateSource";
import type { VectorIndex } from "../../ports/vectorIndex";
import type { TextIndex } from "../../search/textIndex";

/** Words find what is called so; vectors find what is described by words that mean little alone. */
const VECTOR_SHARE = 0.5;
/** As in rank fusion everywhere: damps the head. */
const RRF_OFFSET = 60;
/**
 * Three standard deviations of the cosine of two texts that have nothing in common, at 64 dimensions: a half-typed or
 * unknown word points anywhere.
 */
const SIMILARITY_MIN = 0.375;

export interface QueryVectors {
  readonly index: VectorIndex;
  embed(text: string): Float32Array;
}

/**
 * What fits the typed text: score = 1/(60 + rank by words) + ½ · 1/(60 + rank by content vector). Without a text there
 * is nothing to find.
 */
export function createSearchSource(
  texts: TextIndex,
  vectors: QueryVectors | null,
  quotaMax: number,
): CandidateSource {
  const createBuffer = (): CandidateBuffer => ({
    items: new Int32Array(quotaMax),
    scores: new Float32Array(quotaMax),
  });
  const byWord = createBuffer();
  const byVector = createBuffer();
  return {
    name: "search",
    needsShopper: false,
    retrieve({ queryText }, quota, out) {
      if (queryText === undefined) return 0;
      const depth = Math.min(quota, quotaMax);
      const scores = new Map<number, number>();
      const words = texts.search(queryText, depth, byWord);
      for (let r = 0; r < words; r++) scores.set(byWord.items[r]!, 1 / (RRF_OFFSET + r + 1));
      const close =
        vectors === null
          ? 0
          : vectors.index.search(vectors.embed(queryText), depth, byVector.items, byVector.scores);
      for (let r = 0; r < close && byVector.scores[r]! >= SIMILARITY_MIN; r++) {
        const item = byVector.items[r]!;
        scores.set(item, (scores.get(item) ?? 0) + VECTOR_SHARE / (RRF_OFFSET + r + 1));
      }
      const ranked = [...scores].sort((a, b) => b[1] - a[1] || a[0] - b[0]);
      const count = Math.min(quota, ranked.length);
      for (let i = 0; i < count; i++) {
        out.items[i] = ranked[i]![0];
        out.scores[i] = ranked[i]![1];
      }
      return count;
    },
  };
}

/** One form for all ways of typing the same; null when nothing is left to look for. */
export function normaliseQuery(text: string | undefined): string | undefined {
  const plain = text?.normalize("NFKC").toLowerCase().replace(/\s+/gu, " ").trim();
  return plain === "" ? undefined : plain;
}
