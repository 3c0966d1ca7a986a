import {
  type EventRules,
  INTERACTION_WEIGHTS,
  redisKeys,
  SHOPPER_PURCHASED_MAX,
  SHOPPER_RECENT_MAX,
  SHOPPER_STATE_TTL_SECONDS,
  type StoredInteraction,
} from "@shortlist/contracts";
import { AppError, partitionOf } from "@shortlist/platform";
import type { ChainableCommander, Redis } from "ioredis";
import type { EventBatch, EventLog, SetAside } from "../ports/eventLog";
import { type AppendPartition, defineAppend, EVENTS_PER_CALL_MAX } from "./appendScript";

/** Requests that arrive within this time share one round trip; below what a client notices. */
const BATCH_WINDOW_MS = 1.5;
const BATCH_EVENTS_MAX = 2_000;
/** A malformed event may have no shopper, so it has no partition of its own. */
const QUARANTINE_PARTITION = 0;

interface Waiting {
  readonly workspace: string;
  readonly batch: EventBatch;
  readonly resolve: (setAside: SetAside) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Events into their stream, or into quarantine when the events before them say so, by one script call per partition
 * shared by all requests of a moment; then the state of their shoppers. Only the streams decide about acknowledging:
 * state can be rebuilt from them, never the other way round.
 */
export function createRedisEventLog(redis: Redis, rulesOf: (workspace: string) => EventRules): EventLog {
  const append = defineAppend(redis);
  let waiting: Waiting[] = [];
  let waitingEvents = 0;
  let timer: NodeJS.Timeout | null = null;

  const flush = () => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    const requests = waiting;
    waiting = [];
    waitingEvents = 0;
    if (requests.length > 0) void writeAll({ redis, append, rulesOf }, requests);
  };

  return {
    append(workspace, batch) {
      if (batch.events.length + batch.quarantined.length === 0)
        return Promise.resolve({ duplicate: 0, velocity: 0 });
      if (redis.status !== "ready") return Promise.reject(new AppError("log_unavailable", "redis is away"));
      return new Promise((resolve, reject) => {
        waiting.push({ workspace, batch, resolve, reject });
        waitingEvents += batch.events.length + batch.quarantined.length;
        if (waitingEvents >= BATCH_EVENTS_MAX) flush();
        else timer ??= setTimeout(flush, BATCH_WINDOW_MS);
      });
    },
  };
}

/** The events of one script call and the requests they came with. */
interface Call {
  readonly workspace: string;
  readonly partition: number;
  readonly events: StoredInteraction[];
  readonly owners: Outcome[];
  readonly quarantined: EventBatch["quarantined"][number][];
  readonly quarantineOwners: Set<Outcome>;
}

/** What became of one request's events, over all its calls. */
interface Outcome {
  readonly request: Waiting;
  duplicate: number;
  velocity: number;
  failure: unknown;
}

async function writeAll(
  o: { redis: Redis; append: AppendPartition; rulesOf: (workspace: string) => EventRules },
  requests: readonly Waiting[],
): Promise<void> {
  const outcomes = requests.map(
    (request): Outcome => ({ request, duplicate: 0, velocity: 0, failure: null }),
  );
  const touched = new ShopperWrites();
  await Promise.all(
    toCalls(outcomes).map(async (call) => {
      const { workspace, events, owners } = call;
      try {
        const target = { workspace, partition: call.partition, rules: o.rulesOf(workspace) };
        const verdicts = await o.append(target, events, call.quarantined);
        if (verdicts.length !== events.length) throw new Error("replies do not match the events");
        for (let i = 0; i < events.length; i++) {
          if (verdicts[i] === "k") touched.add(workspace, events[i]!);
          else if (verdicts[i] === "d") owners[i]!.duplicate++;
          else owners[i]!.velocity++;
        }
      } catch (error) {
        // Each request is answered for its own events: one full stream does not refuse the others.
        for (const owner of [...owners, ...call.quarantineOwners]) owner.failure = error;
      }
    }),
  );
  // Before the answers, on the same connection: the shopper's next request here finds what it sent.
  const pipeline = o.redis.pipeline();
  touched.writeTo(pipeline);
  if (pipeline.length > 0) void pipeline.exec().catch(() => undefined);
  for (const { request, duplicate, velocity, failure } of outcomes) {
    if (failure === null) request.resolve({ duplicate, velocity });
    else
      request.reject(
        new AppError("log_unavailable", "the event log did not take the events", { cause: failure }),
      );
  }
}

function toCalls(outcomes: readonly Outcome[]): Call[] {
  const calls: Call[] = [];
  const open = new Map<string, Call>();
  const openCall = (workspace: string, partition: number): Call => {
    const name = `${workspace}:${partition}`;
    const found = open.get(name);
    if (found !== undefined && found.events.length + found.quarantined.length < EVENTS_PER_CALL_MAX)
      return found;
    const made: Call = {
      workspace,
      partition,
      events: [],
      owners: [],
      quarantined: [],
      quarantineOwners: new Set(),
    };
    open.set(name, made);
    calls.push(made);
    return made;
  };
  for (const outcome of outcomes) {
    const { workspace, batch } = outcome.request;
    for (const event of batch.events) {
      const call = openCall(workspace, partitionOf(event.shopper));
      call.events.push(event);
      call.owners.push(outcome);
    }
    for (const row of batch.quarantined) {
      const call = openCall(workspace, QUARANTINE_PARTITION);
      call.quarantined.push(row);
      call.quarantineOwners.add(outcome);
    }
  }
  return calls;
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
