import { redisKeys, SHADOW_STREAM_MAX, type ShadowRecord } from "@shortlist/contracts";
import type { Redis } from "ioredis";

const FLUSH_MS = 500;
/** Minutes of what a process compares within its budget of time; about 4 kB each. */
const BUFFER_MAX = 500;
const FLUSH_MAX = 100;

export interface ShadowSink {
  push(record: ShadowRecord): void;
  close(): Promise<void>;
}

/** Comparisons to Redis in batches. With Redis away they wait in bounded room, and what does not fit is dropped. */
export function createRedisShadowSink(redis: Redis, onDropped: (count: number) => void): ShadowSink {
  let buffer: ShadowRecord[] = [];
  let writing: Promise<void> | null = null;

  const write = async (): Promise<void> => {
    while (buffer.length > 0 && redis.status === "ready") {
      const batch = buffer.slice(0, FLUSH_MAX);
      buffer = buffer.slice(batch.length);
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
      const replies = await pipeline.exec().catch(() => null);
      const written = replies?.filter(([error]) => error === null).length ?? 0;
      if (written < batch.length) onDropped(batch.length - written);
    }
  };
  const flush = (): Promise<void> => {
    writing ??= write().finally(() => {
      writing = null;
    });
    return writing;
  };
  const timer = setInterval(() => void flush(), FLUSH_MS);
  timer.unref();

  return {
    push(record) {
      if (buffer.length >= BUFFER_MAX) onDropped(1);
      else buffer.push(record);
    },
    async close() {
      clearInterval(timer);
      await flush();
    },
  };
}
