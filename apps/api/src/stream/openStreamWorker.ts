import { randomBytes } from "node:crypto";
import { hostname } from "node:os";
import type { Lake } from "@shortlist/lake";
import { createTokenSource } from "@shortlist/online";
import { createRedis, type Logger } from "@shortlist/platform";
import { type StreamWorker, startStreamWorker } from "./startStreamWorker";

/** The stream worker of a process, on a Redis connection of its own. */
export async function openStreamWorker(o: {
  redisUrl: string;
  lake: () => Promise<Lake>;
  logger: Logger;
}): Promise<StreamWorker> {
  const redis = createRedis(o.redisUrl);
  redis.on("error", (error) => o.logger.debug({ err: error }, "redis is away"));
  await redis.connect().catch(() => o.logger.warn("redis is away; the stream worker waits for it"));
  const worker = startStreamWorker({
    redis,
    lake: o.lake,
    logger: o.logger,
    // The nonce: a process that is started again may be given the number of the one before.
    name: `${hostname()}-${process.pid}-${randomBytes(3).toString("hex")}`,
    now: Date.now,
    createToken: createTokenSource(randomBytes),
  });
  return {
    ...worker,
    async stop() {
      await worker.stop();
      redis.disconnect();
    },
  };
}
