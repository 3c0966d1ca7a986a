import type { EventRules, StoredInteraction } from "@shortlist/contracts";
import { AppError, partitionOf } from "@shortlist/platform";
import type { Redis } from "ioredis";
import type { EventBatch, EventLog, SetAside } from "../ports/eventLog";
import { type AppendPartition, defineAppend, EVENTS_PER_CALL_MAX } from "./appendScript";
import { ShopperWrites } from "./shopperWrites";

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
