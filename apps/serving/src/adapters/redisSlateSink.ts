import { RECENT_SLATES_MAX, redisKeys, SLATE_STREAM_MAX, SLATE_TTL_SECONDS } from "@shortlist/contracts";
import type { ChainableCommander, Redis } from "ioredis";
import type { SlateSink } from "../ports/slateSink";
import { createBufferedWriter } from "./bufferedWriter";

const FLUSH_MS = 50;
/** Two seconds of a busy replica; a longer outage of Redis costs log records, never memory. */
const BUFFER_MAX = 4_000;
/** 100 records are about a megabyte. */
const BATCH_MAX = 100;

/** What waits is bytes, so that a collection of young objects does not copy whole records. */
interface WaitingRecord {
  readonly workspace: string;
  readonly requestId: string;
  readonly bytes: Buffer;
}

/** Slate logs to Redis off the request's path: buffered, batched, bounded. */
export function createRedisSlateSink(redis: Redis, onDropped: (count: number) => void): SlateSink {
  let dropped = 0;
  const writer = createBufferedWriter<WaitingRecord>({
    flushMs: FLUSH_MS,
    bufferMax: BUFFER_MAX,
    batchMax: BATCH_MAX,
    isUp: () => redis.status === "ready",
    write: async (batch) => {
      await writeSlates(redis, batch);
      return batch.length;
    },
    onDropped(count) {
      dropped += count;
      onDropped(count);
    },
  });
  return {
    push(record, written) {
      const { workspace, requestId } = record;
      writer.push({ workspace, requestId, bytes: written ?? Buffer.from(JSON.stringify(record)) });
    },
    close: writer.close,
    get dropped() {
      return dropped;
    },
  };
}

/** Records go over the wire and into memory once, in the stream; then a key per request says where in it. */
async function writeSlates(redis: Redis, batch: readonly WaitingRecord[]): Promise<void> {
  const records = redis.pipeline();
  for (const { workspace, bytes } of batch)
    records.xadd(redisKeys.slates(workspace), "MAXLEN", "~", SLATE_STREAM_MAX, "*", "s", bytes);
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
