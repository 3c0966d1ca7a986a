/** A generation, a value and the item's standing share a word: one cache miss answers all three. */
const VALUE_BITS = 13;
const VALUE_MASK = (1 << VALUE_BITS) - 1;
const GENERATION_SHIFT = VALUE_BITS + 1;
const GENERATION_MAX = 2 ** (32 - GENERATION_SHIFT) - 1;

/**
 * A note per item, 0…8191, that is forgotten all at once: an entry counts only if it carries the current generation.
 * Beside it, for good, whether the item may be shown at all. One instance per release serves all requests, because it
 * is only used between awaits. Four bytes an item.
 */
export class Marks {
  private readonly words: Uint32Array;
  /** Takes what `fetch` adds up, or the compiler would leave its reads out. */
  private readonly sink = new Float64Array(1);
  private generation = 0;

  constructor(nItems: number, isBarred: (item: number) => boolean) {
    this.words = new Uint32Array(nItems);
    for (let item = 0; item < nItems; item++) if (isBarred(item)) this.words[item] = 1;
  }

  /** Forgets every note. */
  begin(): void {
    this.generation++;
    if (this.generation > GENERATION_MAX) {
      for (let item = 0; item < this.words.length; item++) this.words[item]! &= 1;
      this.generation = 1;
    }
  }

  set(item: number, value: number): void {
    this.words[item] = (this.generation << GENERATION_SHIFT) | (value << 1) | (this.words[item]! & 1);
  }

  /** The value noted since `begin`, or −1. */
  get(item: number): number {
    const word = this.words[item]!;
    return word >>> GENERATION_SHIFT === this.generation ? (word >>> 1) & VALUE_MASK : -1;
  }

  /** Keeps the item's note: it may belong to a request that is being answered. */
  setBarred(item: number, isBarred: boolean): void {
    this.words[item] = ((this.words[item]! & ~1) | (isBarred ? 1 : 0)) >>> 0;
  }

  isBarred(item: number): boolean {
    return (this.words[item]! & 1) === 1;
  }

  /**
   * Reads the words of items that are asked about next. They lie anywhere in memory, and in a loop this short the
   * processor has dozens of them on their way at once; where each is followed by work, three or four.
   */
  fetch(items: Int32Array, count: number): void {
    let sum = 0;
    for (let i = 0; i < count; i++) sum += this.words[items[i]!]!;
    this.sink[0] = sum;
  }
}
