/** Values and generations share a word: half the memory and one cache miss instead of two. */
const VALUE_BITS = 13;
const VALUE_MASK = (1 << VALUE_BITS) - 1;
const GENERATION_MAX = 2 ** (32 - VALUE_BITS) - 1;

/**
 * A note per item, 0…8191, that is forgotten all at once: an entry counts only if it carries the current generation.
 * One instance per release serves all requests, because it is only used between awaits. Four bytes an item.
 */
export class Marks {
  private readonly words: Uint32Array;
  private generation = 0;

  constructor(nItems: number) {
    this.words = new Uint32Array(nItems);
  }

  /** Forgets everything. */
  begin(): void {
    this.generation++;
    if (this.generation > GENERATION_MAX) {
      this.words.fill(0);
      this.generation = 1;
    }
  }

  set(item: number, value: number): void {
    this.words[item] = (this.generation << VALUE_BITS) | value;
  }

  /** The value noted since `begin`, or −1. */
  get(item: number): number {
    const word = this.words[item]!;
    return word >>> VALUE_BITS === this.generation ? word & VALUE_MASK : -1;
  }
}
