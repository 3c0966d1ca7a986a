/** When a stored feature row happened and when it became known; null created: not recorded. */
export interface StoredRowTimes {
  readonly eventMs: number;
  readonly createdMs: number | null;
}

export interface AsOfOptions {
  readonly atMs: number;
  /** Rows older than this do not count, an age equal to it does; null or 0: no bound. */
  readonly ttlMs: number | null;
  /** Only rows known by then: created ≤ this, and created recorded. Null: whatever is known now. */
  readonly knownByMs: number | null;
}

/**
 * The row of one key that a reader at `atMs` would have been given:
 *
 *   event ≤ at,  event ≥ at − ttl,  created ≤ knownBy;  greatest (event, created) with a missing created last
 *
 * Equal rows: the first in the list. Values are taken as they are: a null in the latest row stays null.
 * The same rule in SQL: `compilePointInTimeJoin` of the lake package.
 *
 * @returns index into `rows`, or null when none qualifies. Cost O(rows).
 */
export function findRowAsOf(rows: readonly StoredRowTimes[], o: AsOfOptions): number | null {
  let found: number | null = null;
  rows.forEach((row, i) => {
    if (row.eventMs > o.atMs) return;
    if (o.ttlMs !== null && o.ttlMs > 0 && row.eventMs < o.atMs - o.ttlMs) return;
    if (o.knownByMs !== null && (row.createdMs === null || row.createdMs > o.knownByMs)) return;
    if (found === null || isNewer(row, rows[found]!)) found = i;
  });
  return found;
}

function isNewer(a: StoredRowTimes, b: StoredRowTimes): boolean {
  if (a.eventMs !== b.eventMs) return a.eventMs > b.eventMs;
  return (a.createdMs ?? Number.NEGATIVE_INFINITY) > (b.createdMs ?? Number.NEGATIVE_INFINITY);
}
