import { Redis, type RedisOptions } from "ioredis";

/**
 * A Redis connection that fails fast: commands are not queued while the server is away, so the caller decides
 * what to do without it at once instead of hanging. Reconnects by itself, with at most 1 s between tries.
 */
export function createRedis(url: string, options: Omit<RedisOptions, "replyMapping"> = {}): Redis {
  return new Redis(url, {
    lazyConnect: true,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    connectTimeout: 2_000,
    retryStrategy: (tries) => Math.min(50 * tries, 1_000),
    ...options,
  });
}
