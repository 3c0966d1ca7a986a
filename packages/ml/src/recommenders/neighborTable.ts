import { selectTopK } from "../topk/topK";

/** For every item its most similar other items. Neighbours of i are at [offsets[i], offsets[i + 1]), best first. */
export interface NeighborTable {
  nItems: number;
  /** length nItems + 1 */
  offsets: Int32Array;
  items: Int32Array;
  /** aligned to `items`, descending within an item, all > 0 */
  scores: Float32Array;
}

/**
 * Collects neighbour rows one item at a time. The caller adds pair strengths into a dense accumulator and
 * `closeRow` turns them into similarities, keeps the k best (> 0, ties to the lower item) and clears up, so
 * memory stays O(nItems + neighbours kept) whatever the number of pairs.
 */
export class NeighborTableBuilder {
  private readonly nItems: number;
  private readonly k: number;
  private readonly sums: Float64Array;
  private readonly touched: Int32Array;
  private touchedCount = 0;
  private readonly scratchScores: Float32Array;
  private readonly selected: Int32Array;
  private readonly offsets: Int32Array;
  private items: Int32Array;
  private scores: Float32Array;
  private length = 0;
  private row = 0;

  constructor(nItems: number, k: number) {
    this.nItems = nItems;
    this.k = k;
    this.sums = new Float64Array(nItems);
    this.touched = new Int32Array(nItems);
    this.scratchScores = new Float32Array(nItems);
    this.selected = new Int32Array(Math.min(k, nItems));
    this.offsets = new Int32Array(nItems + 1);
    this.items = new Int32Array(Math.max(1024, nItems * Math.min(k, 8)));
    this.scores = new Float32Array(this.items.length);
  }

  /** `amount` must be > 0: an untouched item is recognised by its zero. */
  add(item: number, amount: number): void {
    if (this.sums[item] === 0) this.touched[this.touchedCount++] = item;
    this.sums[item]! += amount;
  }

  closeRow(similarity: (other: number, sum: number) => number): void {
    const touched = this.touched.subarray(0, this.touchedCount).sort();
    for (let t = 0; t < touched.length; t++) {
      const other = touched[t]!;
      const score = other === this.row ? 0 : similarity(other, this.sums[other]!);
      this.scratchScores[t] = score > 0 ? score : Number.NEGATIVE_INFINITY;
      this.sums[other] = 0;
    }
    const kept = selectTopK(this.scratchScores, touched.length, this.k, this.selected);
    if (this.length + kept > this.items.length) this.grow();
    for (let n = 0; n < kept; n++) {
      this.items[this.length] = touched[this.selected[n]!]!;
      this.scores[this.length] = this.scratchScores[this.selected[n]!]!;
      this.length++;
    }
    this.touchedCount = 0;
    this.row++;
    this.offsets[this.row] = this.length;
  }

  finish(): NeighborTable {
    return {
      nItems: this.nItems,
      offsets: this.offsets,
      items: this.items.slice(0, this.length),
      scores: this.scores.slice(0, this.length),
    };
  }

  private grow(): void {
    const capacity = this.items.length * 2 + this.k;
    const items = new Int32Array(capacity);
    items.set(this.items);
    const scores = new Float32Array(capacity);
    scores.set(this.scores);
    this.items = items;
    this.scores = scores;
  }
}
