import type { FeatureState } from "@shortlist/ml";

export interface CachedState {
  readonly token: string;
  readonly state: FeatureState;
  /** Length of its text. */
  readonly size: number;
}

/**
 * States of rows that were written lately, so that a busy row is not read and parsed again for every batch. The least
 * recently used leave first. What is here may be stale: the compare-and-set of the next write finds out.
 */
export class StateCache {
  private readonly rows = new Map<string, CachedState>();
  private size = 0;

  /** @param sizeMax sum of the texts' lengths; in memory a state takes about four times its text */
  constructor(private readonly sizeMax: number) {}

  get(key: string): CachedState | undefined {
    return this.rows.get(key);
  }

  put(key: string, row: CachedState): void {
    this.delete(key);
    this.rows.set(key, row);
    this.size += row.size;
    for (const [oldest] of this.rows) {
      if (this.size <= this.sizeMax) return;
      this.delete(oldest);
    }
  }

  delete(key: string): void {
    const held = this.rows.get(key);
    if (held === undefined) return;
    this.size -= held.size;
    this.rows.delete(key);
  }

  clear(): void {
    this.rows.clear();
    this.size = 0;
  }
}
