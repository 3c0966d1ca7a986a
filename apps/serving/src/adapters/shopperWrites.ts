import {
  INTERACTION_WEIGHTS,
  redisKeys,
  SHOPPER_PURCHASED_MAX,
  SHOPPER_RECENT_MAX,
  SHOPPER_STATE_TTL_SECONDS,
  type StoredInteraction,
} from "@shortlist/contracts";
import type { ChainableCommander } from "ioredis";

/** State changes of a batch, one command per key. All idempotent: a repeated event changes nothing. */
export class ShopperWrites {
  private readonly recent = new Map<string, Map<string, number>>();
  private readonly purchased = new Map<string, Map<string, number>>();
  private readonly blocked = new Map<string, Set<string>>();
  private readonly consent = new Map<string, Map<string, number>>();

  /**
   * What a signed-in shopper does is written under their own pseudonym only: a device may be shared, and the next
   * person on it must not be shown what this one did. Opting out holds for both, which is the safe direction.
   */
  add(workspace: string, event: StoredInteraction): void {
    const { shopper } = event;
    if (event.type === "opt_out" || event.type === "opt_in") {
      const word = event.type === "opt_out" ? "out" : "in";
      for (const who of [shopper, event.anonymousShopper])
        if (who !== null)
          keepLatest(this.consent, redisKeys.consent(workspace, who), word, event.occurredAtMs);
      return;
    }
    if (event.itemId === null) return;
    if (INTERACTION_WEIGHTS[event.type] > 0)
      keepLatest(this.recent, redisKeys.recent(workspace, shopper), event.itemId, event.occurredAtMs);
    if (event.type === "purchase")
      keepLatest(this.purchased, redisKeys.purchased(workspace, shopper), event.itemId, event.occurredAtMs);
    if (event.type === "hide") {
      const key = redisKeys.blocked(workspace, shopper);
      const set = this.blocked.get(key) ?? new Set();
      this.blocked.set(key, set.add(event.itemId));
    }
  }

  writeTo(pipeline: ChainableCommander): void {
    writeSortedSets(pipeline, this.recent, SHOPPER_RECENT_MAX);
    writeSortedSets(pipeline, this.purchased, SHOPPER_PURCHASED_MAX);
    for (const [key, words] of this.consent)
      for (const [word, atMs] of words) pipeline.zadd(key, "GT", atMs, word);
    for (const [key, items] of this.blocked) {
      pipeline.sadd(key, ...items);
      pipeline.expire(key, SHOPPER_STATE_TTL_SECONDS);
    }
  }
}

function keepLatest(keys: Map<string, Map<string, number>>, key: string, item: string, atMs: number): void {
  const items = keys.get(key) ?? new Map<string, number>();
  items.set(item, Math.max(items.get(item) ?? 0, atMs));
  keys.set(key, items);
}

function writeSortedSets(
  pipeline: ChainableCommander,
  keys: ReadonlyMap<string, ReadonlyMap<string, number>>,
  keep: number,
): void {
  for (const [key, items] of keys) {
    const pairs: (string | number)[] = [];
    for (const [item, atMs] of items) pairs.push(atMs, item);
    // GT: a late or repeated event never moves an item back in time.
    pipeline.zadd(key, "GT", ...pairs);
    pipeline.zremrangebyrank(key, 0, -(keep + 1));
    pipeline.expire(key, SHOPPER_STATE_TTL_SECONDS);
  }
}
