/** An entry that failed so often is no victim of the moment. */
export const DELIVERIES_MAX = 5;
/** Still unfinished after as many tries alone: it ends the process that touches it. */
const UNTRIED_FROM = 2 * DELIVERIES_MAX;

export interface Waiting {
  readonly owner: string;
  readonly idleMs: number;
  /** Times delivered so far. */
  readonly deliveries: number;
}

/**
 * What to do with an entry that was delivered and not acknowledged.
 *
 * - `wait`: its worker may still be at it
 * - `again`: with others
 * - `alone`: it failed together with others too often; alone it either passes or is known to be poison. So an innocent
 *   entry that shared its batches with poison, or with the kills of a bad day, is never set aside
 * - `set_aside`: tried alone as often, it never came to an end
 */
export function decideRetry(
  entry: Waiting,
  o: { self: string; retryAfterMs: number; claimAfterMs: number },
): "wait" | "again" | "alone" | "set_aside" {
  const afterMs = entry.owner === o.self ? o.retryAfterMs : o.claimAfterMs;
  if (entry.idleMs < afterMs) return "wait";
  if (entry.deliveries < DELIVERIES_MAX) return "again";
  return entry.deliveries < UNTRIED_FROM ? "alone" : "set_aside";
}
