import {
  INTERACTION_WEIGHTS,
  redisKeys,
  SHOPPER_PURCHASED_MAX,
  SHOPPER_RECENT_MAX,
  SHOPPER_STATE_TTL_SECONDS,
  type StoredInteraction,
} from "@shortlist/contracts";
import { AppError, partitionOf } from "@shortlist/platform";
import type { ChainableCommander, Redis } from "ioredis";
import type { EventLog } from "../ports/eventLog";

/** Requests that arrive within this time share one round trip; below what a client notices. */
const BATCH_WINDOW_MS = 1.5;
const BATCH_EVENTS_MAX = 2_000;
/** About a million events a partition, days of a mid-sized shop, while the worker archives within seconds. */
const STREAM_MAXLEN = "1000000";

interface Waiting {
  readonly workspace: string;
  readonly events: readonly StoredInteraction[];
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Events into their stream and the shopper's state in one pipeline, shared by all requests of a moment. Only the
 * stream decides about acknowledging: state can be rebuilt from it, never the other way round.
 */
export function createRedisEventLog(redis: Redis): EventLog {
  let waiting: Waiting[] = [];
  let waitingEvents = 0;
  let timer: NodeJS.Timeout | null = null;

  const flush = () => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    const batch = waiting;
    waiting = [];
    waitingEvents = 0;
    if (batch.length > 0) void writeBatch(redis, batch);
  };

  return {
    append(workspace, events) {
      if (events.length === 0) return Promise.resolve();
      if (redis.status !== "ready") return Promise.reject(new AppError("log_unavailable", "redis is away"));
      return new Promise((resolve, reject) => {
        waiting.push({ workspace, events, resolve, reject });
        waitingEvents += events.length;
        if (waitingEvents >= BATCH_EVENTS_MAX) flush();
        else timer ??= setTimeout(flush, BATCH_WINDOW_MS);
      });
    },
  };
}

async function writeBatch(redis: Redis, batch: readonly Waiting[]): Promise<void> {
  try {
    const pipeline = redis.pipeline();
    let appended = 0;
    for (const { workspace, events } of batch)
      for (const event of events) {
        const stream = redisKeys.events(workspace, partitionOf(event.shopper));
        pipeline.xadd(stream, "MAXLEN", "~", STREAM_MAXLEN, "*", "e", JSON.stringify(event));
        appended++;
      }
    const touched = new ShopperWrites();
    for (const { workspace, events } of batch) for (const event of events) touched.add(workspace, event);
    touched.writeTo(pipeline);
    const replies = await pipeline.exec();
    let at = 0;
    for (const request of batch) {
      // Each request is answered for its own events: one full stream does not refuse the others.
      const own = replies?.slice(at, at + request.events.length) ?? [];
      at += request.events.length;
      const failed = own.length < request.events.length || own.some(([error]) => error !== null);
      if (failed) request.reject(new AppError("log_unavailable", "the stream refused an event"));
      else request.resolve();
    }
    if (at !== appended) throw new Error("replies do not match the events");
  } catch (cause) {
    for (const request of batch)
      request.reject(new AppError("log_unavailable", "the event log did not answer", { cause }));
  }
}

/** State changes of a batch, one command per key. All idempotent: a repeated event changes nothing. */
class ShopperWrites {
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
