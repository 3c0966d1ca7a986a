/** What a replica remembers of a shopper for rung 2: their last slate, and what they hid, by row of one item table. */
export interface RememberedSlate {
  readonly itemTableId: string;
  readonly rows: Int32Array;
  readonly blocked: readonly number[];
  readonly purchased: readonly number[];
  readonly atMs: number;
}

export interface RecentSlates {
  get(key: string, nowMs: number): RememberedSlate | null;
  put(key: string, slate: RememberedSlate): void;
}

/** S7: a cached slate serves for an hour. */
const MAX_AGE_MS = 3_600_000;

/**
 * Least recently used slates in this process, so rung 2 works with Redis away. At 20,000 entries of 20 rows it
 * takes about 6 MB.
 */
export function createRecentSlates(maxEntries = 20_000): RecentSlates {
  const entries = new Map<string, RememberedSlate>();
  return {
    get(key, nowMs) {
      const held = entries.get(key);
      if (held === undefined) return null;
      if (nowMs - held.atMs > MAX_AGE_MS) {
        entries.delete(key);
        return null;
      }
      return held;
    },
    put(key, slate) {
      // Map keeps insertion order: taking out and putting in makes it the newest.
      entries.delete(key);
      entries.set(key, slate);
      if (entries.size > maxEntries) entries.delete(entries.keys().next().value as string);
    },
  };
}
