import { hashString, selectTopK, tokenizeText } from "@shortlist/ml";
import SearchableMap from "minisearch/SearchableMap";
import type { CandidateBuffer } from "../ports/candidateSource";

/** What the index reads of the catalogue. */
export interface SearchedItems {
  readonly rowCount: number;
  /** Rows there may ever be. */
  readonly capacity: number;
  readonly popularity: ArrayLike<number>;
  titleOf(row: number): string;
  brandOf(row: number): string;
  categoryOf(row: number): string;
}

export interface TextIndex {
  /** Rows that match, best first. Reads at most POSTINGS_MAX rows a word, whatever the size of the catalogue. */
  search(text: string, quota: number, out: CandidateBuffer): number;
  /** Takes over what was changed or came after the index was built. */
  update(row: number): void;
}

/** Words with so many rows say little; the most popular of them are read. At 20,000 items nothing is ever cut. */
const POSTINGS_MAX = 20_000;
/** A prefix of one letter begins thousands of words: the most frequent are meant. */
const VARIANTS_MAX = 30;
/** A query is a few words; the rest of a pasted text would only cost time. */
const WORDS_MAX = 8;
const TITLE_WEIGHT = 3;
const BRAND_WEIGHT = 2;
const CATEGORY_WEIGHT = 1;
/** A word that is still being typed, and one with a typing error, count less than the word itself. */
const PREFIX_WEIGHT = 0.7;
const TYPO_WEIGHT = 0.4;

/**
 * Items by the words of title, brand and category. A word matches itself; the last one also what it begins, since it may
 * be half typed; a word that matches nothing matches those one letter away, or two from eight letters on.
 *
 *   score = (Σ over words of the best variant's weight · field weight · ln(1 + n / df)) · (words matched / words)²
 *
 * df counts the rows of the word's commonest variant. Words come from the tokenizer of the content vectors; the tree that finds typing errors is MiniSearch's. Rows of a word
 * are held most popular first.
 */
export function buildTextIndex(items: SearchedItems): TextIndex {
  const vocabulary = createVocabulary(items);
  const { ids, terms, offsets, rows, weights } = vocabulary;
  const sorted = Int32Array.from(terms.keys()).sort((a, b) => (terms[a]! < terms[b]! ? -1 : 1));
  const delta = createDelta(items, ids);
  const sums = new Float32Array(items.capacity);
  const matched = new Uint8Array(items.capacity);
  const seenAt = new Uint8Array(items.capacity);
  const touched = new Int32Array(items.capacity);
  const scores = new Float32Array(items.capacity);
  const order = new Int32Array(5_000);
  const frequency = (term: number) =>
    (term < terms.length ? offsets[term + 1]! - offsets[term]! : 0) + (delta.rowsOf.get(term)?.size ?? 0);

  const listPrefixed = (prefix: string): number[] => {
    let low = 0;
    let high = sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (terms[sorted[middle]!]! < prefix) low = middle + 1;
      else high = middle;
    }
    const found: number[] = [];
    for (let at = low; at < sorted.length && terms[sorted[at]!]!.startsWith(prefix); at++)
      found.push(sorted[at]!);
    for (const [term, id] of delta.terms) if (term.startsWith(prefix)) found.push(id);
    if (found.length <= VARIANTS_MAX) return found;
    return found.sort((a, b) => frequency(b) - frequency(a)).slice(0, VARIANTS_MAX);
  };

  const listVariants = (word: string, isLast: boolean): { term: number; weight: number }[] => {
    const exact = ids.get(word);
    const variants = exact === undefined ? [] : [{ term: exact, weight: 1 }];
    if (isLast)
      for (const term of listPrefixed(word))
        if (term !== exact) variants.push({ term, weight: PREFIX_WEIGHT });
    if (variants.length > 0 || word.length < 4) return variants;
    for (const [id, distance] of ids.fuzzyGet(word, word.length < 8 ? 1 : 2).values())
      variants.push({ term: id, weight: TYPO_WEIGHT / distance });
    return variants.sort((a, b) => b.weight - a.weight).slice(0, VARIANTS_MAX);
  };

  return {
    update: delta.update,
    search(text, quota, out) {
      const words = tokenizeText(text).slice(0, WORDS_MAX);
      let count = 0;
      const add = (row: number, amount: number, word: number) => {
        if (seenAt[row] === word + 1) return;
        if (seenAt[row] === 0) touched[count++] = row;
        seenAt[row] = word + 1;
        matched[row]!++;
        sums[row]! += amount;
      };
      words.forEach((word, w) => {
        let read = 0;
        const variants = listVariants(word, w === words.length - 1);
        // Of the commonest: a rare word that a common one begins must not beat it.
        const df = variants.reduce((most, { term }) => Math.max(most, frequency(term)), 1);
        const rarity = Math.log(1 + items.rowCount / df);
        for (const { term, weight } of variants) {
          const value = weight * rarity;
          for (const [row, field] of delta.rowsOf.get(term) ?? []) add(row, value * field, w);
          if (term >= terms.length) continue;
          const end = Math.min(offsets[term + 1]!, offsets[term]! + POSTINGS_MAX - read);
          for (let p = offsets[term]!; p < end; p++) add(rows[p]!, value * weights[p]!, w);
          read += end - offsets[term]!;
          if (read >= POSTINGS_MAX) break;
        }
      });
      for (let i = 0; i < count; i++) {
        const row = touched[i]!;
        scores[i] = sums[row]! * (matched[row]! / words.length) ** 2;
        sums[row] = 0;
        matched[row] = 0;
        seenAt[row] = 0;
      }
      const found = selectTopK(scores, count, Math.min(quota, count, order.length), order);
      for (let i = 0; i < found; i++) {
        out.items[i] = touched[order[i]!]!;
        out.scores[i] = scores[order[i]!]!;
      }
      return found;
    },
  };
}

/** Word → weight of the heaviest field it is in. */
function readWords(items: SearchedItems, row: number): Map<string, number> {
  const words = new Map<string, number>();
  for (const word of tokenizeText(items.categoryOf(row))) words.set(word, CATEGORY_WEIGHT);
  for (const word of tokenizeText(items.brandOf(row))) words.set(word, BRAND_WEIGHT);
  for (const word of tokenizeText(items.titleOf(row))) words.set(word, TITLE_WEIGHT);
  return words;
}

function createVocabulary(items: SearchedItems) {
  const ids = new SearchableMap<number>();
  const known = new Map<string, number>();
  const terms: string[] = [];
  const counts: number[] = [];
  const byPopularity = Int32Array.from({ length: items.rowCount }, (_, row) => row).sort(
    (a, b) => items.popularity[b]! - items.popularity[a]! || a - b,
  );
  // Two passes over the texts rather than a list per word: half the memory while building.
  const idsOf = (row: number) => {
    const found: [number, number][] = [];
    for (const [word, weight] of readWords(items, row)) {
      let id = known.get(word);
      if (id === undefined) {
        id = terms.length;
        known.set(word, id);
        ids.set(word, id);
        terms.push(word);
        counts.push(0);
      }
      found.push([id, weight]);
    }
    return found;
  };
  for (const row of byPopularity) for (const [id] of idsOf(row)) counts[id]!++;
  const offsets = new Int32Array(terms.length + 1);
  for (let t = 0; t < terms.length; t++) offsets[t + 1] = offsets[t]! + counts[t]!;
  const next = offsets.slice();
  const rows = new Int32Array(offsets[terms.length]!);
  const weights = new Uint8Array(rows.length);
  for (const row of byPopularity)
    for (const [id, weight] of idsOf(row)) {
      const at = next[id]!++;
      rows[at] = row;
      weights[at] = weight;
    }
  return { ids, terms, offsets, rows, weights };
}

/**
 * Rows that came or changed since the index was built. What a row was called before still finds it, until the next
 * release: a name too many does less harm than a missing one.
 */
function createDelta(items: SearchedItems, ids: SearchableMap<number>) {
  const terms = new Map<string, number>();
  const rowsOf = new Map<number, Map<number, number>>();
  const termsOf = new Map<number, number[]>();
  // Most changes are of a price or a stock, and leave the words as they were.
  const hashOf = (row: number) =>
    hashString(`${items.titleOf(row)}\n${items.brandOf(row)}\n${items.categoryOf(row)}`);
  const hashes = new Int32Array(items.capacity);
  for (let row = 0; row < items.rowCount; row++) hashes[row] = hashOf(row);
  return {
    terms,
    rowsOf,
    update(row: number) {
      const hash = hashOf(row) | 0;
      if (hashes[row] === hash) return;
      hashes[row] = hash;
      for (const term of termsOf.get(row) ?? []) rowsOf.get(term)?.delete(row);
      const held: number[] = [];
      for (const [word, weight] of readWords(items, row)) {
        let id = ids.get(word);
        if (id === undefined) {
          id = ids.size;
          ids.set(word, id);
          terms.set(word, id);
        }
        const rows = rowsOf.get(id) ?? new Map<number, number>();
        rowsOf.set(id, rows.set(row, weight));
        held.push(id);
      }
      termsOf.set(row, held);
    },
  };
}
