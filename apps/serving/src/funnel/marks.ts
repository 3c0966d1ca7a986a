/**
 * A note per item that is forgotten all at once: an entry counts only if it carries the current generation. One
 * instance per release serves all requests, because it is only used between awaits. Six bytes an item.
 */
export class Marks {
  private readonly stamps: Int32Array;
  private readonly values: Uint16Array;
  private generation = 0;

  constructor(nItems: number) {
    this.stamps = new Int32Array(nItems);
    this.values = new Uint16Array(nItems);
  }

  /** Forgets everything. */
  begin(): void {
    this.generation++;
    if (this.generation === 0x7fffffff) {
      this.stamps.fill(0);
      this.generation = 1;
    }
  }

  set(item: number, value: number): void {
    this.stamps[item] = this.generation;
    this.values[item] = value;
  }

  /** The value noted since `begin`, or −1. */
  get(item: number): number {
    return this.stamps[item] === this.generation ? this.values[item]! : -1;
  }
}
