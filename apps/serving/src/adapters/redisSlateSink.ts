import {
  RECENT_SLATES_MAX,
  redisKeys,
  SLATE_STREAM_MAX,
  SLATE_TTL_SECONDS,
  type SlateLogRecord,
} from "@shortlist/contracts";
import type { ChainableCommander, Redis } from "ioredis";
import type { SlateSink } from "../ports/slateSink";

const FLUSH_MS = 50;
/** Two seconds of a busy replica; a longer outage of Redis costs log records, never memory. */
const BUFFER_MAX = 4_000;
/** One flush must not hold the loop for long: 100 records serialise in about 3 ms. */
const FLUSH_MAX = 100;

/** Slate logs to Redis off the request's path: buffered, batched, bounded. */
export function createRedisSlateSink(redis: Redis, onDropped: (count: number) => void): SlateSink {
  let buffer: SlateLogRecord[] = [];
  let dropped = 0;
  let isFlushing = false;

  const drop = (count: number) => {
    dropped += count;
    onDropped(count);
  };

  const flush = async (): Promise<void> => {
    if (isFlushing || buffer.length === 0 || redis.status !== "ready") return;
    isFlushing = true;
    const batch = buffer.slice(0, FLUSH_MAX);
    buffer = buffer.slice(batch.length);
    try {
      await writeSlates(redis, batch);
    } catch {
      drop(batch.length);
    } finally {
      isFlushing = false;
    }
    if (buffer.length >= FLUSH_MAX) setImmediate(() => void flush());
  };
  const timer = setInterval(() => void flush(), FLUSH_MS);
  timer.unref();

  return {
    push(record) {
      if (buffer.length >= BUFFER_MAX) drop(1);
      else buffer.push(record);
    },
    get dropped() {
      return dropped;
    },
    async close() {
      clearInterval(timer);
      // Bounded, because a Redis that is away must not hold a process back from ending.
      for (let round = 0; round < BUFFER_MAX / FLUSH_MAX && buffer.length > 0; round++) {
        if (redis.status !== "ready") break;
        await flush();
      }
    },
  };
}

/** Records go over the wire and into memory once, in the stream; then a key per request says where in it. */
async function writeSlates(redis: Redis, batch: readonly SlateLogRecord[]): Promise<void> {
  const records = redis.pipeline();
  for (const record of batch)
    records.xadd(
      redisKeys.slates(record.workspace),
      "MAXLEN",
      "~",
      SLATE_STREAM_MAX,
      "*",
      "s",
      JSON.stringify(record),
    );
  const entryIds = await execute(records);
  const pipeline = redis.pipeline();
  const recent = new Map<string, string[]>();
  batch.forEach(({ workspace, requestId }, i) => {
    pipeline.set(redisKeys.slate(workspace, requestId), String(entryIds[i]), "EX", SLATE_TTL_SECONDS);
    const ids = recent.get(workspace) ?? [];
    ids.push(requestId);
    recent.set(workspace, ids);
  });
  for (const [workspace, ids] of recent) {
    pipeline.lpush(redisKeys.recentSlates(workspace), ...ids);
    pipeline.ltrim(redisKeys.recentSlates(workspace), 0, RECENT_SLATES_MAX - 1);
  }
  await execute(pipeline);
}

async function execute(pipeline: ChainableCommander): Promise<unknown[]> {
  const replies = (await pipeline.exec()) ?? [];
  return replies.map(([error, reply]) => {
    if (error !== null) throw error;
    return reply;
  });
}
