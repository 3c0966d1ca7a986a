/**
 * Weighted shares by small integer id, reusable without clearing: a slot counts only if its stamp is the
 * current generation, so starting anew is one increment, whatever the number of ids.
 */
export class AffinityTable {
  private readonly sums: Float32Array;
  private readonly stamps: Int32Array;
  private generation = 0;
  private total = 0;

  /** @param bound ids are 0…bound − 1; negative ids mean "unknown" and are ignored */
  constructor(bound: number) {
    this.sums = new Float32Array(bound);
    this.stamps = new Int32Array(bound);
  }

  reset(): void {
    this.total = 0;
    this.generation++;
    if (this.generation === 0x7fffffff) {
      this.stamps.fill(0);
      this.generation = 1;
    }
  }

  /** Unknown ids add to the total all the same: a share is of all recent items. */
  add(id: number, weight: number): void {
    this.total += weight;
    if (id < 0) return;
    if (this.stamps[id] !== this.generation) {
      this.stamps[id] = this.generation;
      this.sums[id] = 0;
    }
    this.sums[id]! += weight;
  }

  /** Share of `id` in the total weight, 0…1; 0 for unknown ids and an empty table. */
  share(id: number): number {
    if (id < 0 || this.stamps[id] !== this.generation || this.total <= 0) return 0;
    return this.sums[id]! / this.total;
  }

  has(id: number): boolean {
    return id >= 0 && this.stamps[id] === this.generation;
  }
}

/** One more than the largest id; 0 for an empty column. */
export function computeIdBound(ids: Int32Array): number {
  let bound = 0;
  for (let i = 0; i < ids.length; i++) if (ids[i]! >= bound) bound = ids[i]! + 1;
  return bound;
}
