/**
 * Rows with a score, the first in order at the top: the smallest with `sign` 1, the largest with −1. Grows when it must,
 * and allocates nothing otherwise: a score is handed over as a place in an array, because a number with a fraction that is
 * handed to a function is an object unless the compiler takes the function in.
 */
export class ScoreHeap {
  size = 0;
  /** Scores times `sign`; the slot behind the last is for the one that is being put in its place. */
  private keys: Float32Array;
  private rows: Int32Array;

  constructor(
    private readonly sign: 1 | -1,
    capacity: number,
  ) {
    this.keys = new Float32Array(capacity + 1);
    this.rows = new Int32Array(capacity + 1);
  }

  get firstScore(): number {
    return this.sign * this.keys[0]!;
  }
  get firstRow(): number {
    return this.rows[0]!;
  }

  push(scores: Float32Array, at: number, row: number): void {
    if (this.size + 1 === this.keys.length) this.grow();
    const { keys, rows } = this;
    const key = this.sign * scores[at]!;
    let hole = this.size++;
    while (hole > 0) {
      const parent = (hole - 1) >> 1;
      if (keys[parent]! <= key) break;
      keys[hole] = keys[parent]!;
      rows[hole] = rows[parent]!;
      hole = parent;
    }
    keys[hole] = key;
    rows[hole] = row;
  }

  /** Puts a row in the place of the first. */
  replaceFirst(scores: Float32Array, at: number, row: number): void {
    this.keys[this.size] = this.sign * scores[at]!;
    this.rows[this.size] = row;
    this.sinkLast();
  }

  dropFirst(): void {
    this.size--;
    this.sinkLast();
  }

  /** From the slot behind the last to the top, and down to where it belongs. */
  private sinkLast(): void {
    const { keys, rows, size } = this;
    const key = keys[size]!;
    const row = rows[size]!;
    let hole = 0;
    for (;;) {
      let child = 2 * hole + 1;
      if (child >= size) break;
      if (child + 1 < size && keys[child + 1]! < keys[child]!) child++;
      if (keys[child]! >= key) break;
      keys[hole] = keys[child]!;
      rows[hole] = rows[child]!;
      hole = child;
    }
    keys[hole] = key;
    rows[hole] = row;
  }

  private grow(): void {
    const { keys, rows } = this;
    this.keys = new Float32Array(2 * keys.length);
    this.rows = new Int32Array(2 * rows.length);
    this.keys.set(keys);
    this.rows.set(rows);
  }
}
