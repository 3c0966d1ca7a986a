import { redisKeys, SHADOW_STREAM_MAX, type ShadowRecord } from "@shortlist/contracts";
import type { Redis } from "ioredis";
import { type BufferedWriter, createBufferedWriter } from "./bufferedWriter";

const FLUSH_MS = 500;
/** Minutes of what a process compares within its budget of time; about 4 kB each. */
const BUFFER_MAX = 500;
const BATCH_MAX = 100;

export type ShadowSink = BufferedWriter<ShadowRecord>;

/** Comparisons to Redis in batches. With Redis away they wait in bounded room, and what does not fit is dropped. */
export function createRedisShadowSink(redis: Redis, onDropped: (count: number) => void): ShadowSink {
  return createBufferedWriter({
    flushMs: FLUSH_MS,
    bufferMax: BUFFER_MAX,
    batchMax: BATCH_MAX,
    isUp: () => redis.status === "ready",
    onDropped,
    write: async (batch) => {
      const pipeline = redis.pipeline();
      for (const record of batch)
        pipeline.xadd(
          redisKeys.shadows(record.workspace),
          "MAXLEN",
          "~",
          SHADOW_STREAM_MAX,
          "*",
          "s",
          JSON.stringify(record),
        );
      const replies = (await pipeline.exec()) ?? [];
      return replies.filter(([error]) => error === null).length;
    },
  });
}
