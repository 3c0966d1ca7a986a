import { fileURLToPath } from "node:url";
import { createDb } from "@shortlist/db";
import { type Lake, openLake } from "@shortlist/lake";
import { createLogger, createRedis, openArtifactStore } from "@shortlist/platform";
import type { AppContext } from "./context";
import type { ApiEnv } from "./env";
import { openJobQueue } from "./jobs/queue";

export interface Composed {
  readonly ctx: AppContext;
  close(): Promise<void>;
}

/** Opens everything a process needs. Redis may be away: the process starts and reconnects by itself. */
export async function compose(
  env: ApiEnv,
  options: { name: string; queuePrefix?: string; now?: () => Date },
): Promise<Composed> {
  const logger = createLogger({ name: options.name, level: env.LOG_LEVEL });
  const db = createDb(env.DATABASE_URL);
  const redis = createRedis(env.REDIS_URL);
  redis.on("error", (error) => logger.debug({ err: error }, "redis is away"));
  await redis.connect().catch(() => logger.warn("redis is away; going on without it"));
  const queue = openJobQueue(env.REDIS_URL, options.queuePrefix);
  let lake: Promise<Lake> | null = null;
  const openLakeOnce = () => {
    lake ??= openLake(fileURLToPath(env.LAKE_URL)).catch((error: unknown) => {
      // Not for good: the next call tries again.
      lake = null;
      throw error;
    });
    return lake;
  };
  const ctx: AppContext = {
    env,
    logger,
    db,
    redis,
    artifacts: await openArtifactStore(env.ARTIFACT_URL),
    lake: openLakeOnce,
    queue,
    now: options.now ?? (() => new Date()),
  };
  return {
    ctx,
    async close() {
      await queue.close().catch(() => undefined);
      redis.disconnect();
      if (lake !== null) (await lake).close();
      await db.$disconnect();
    },
  };
}
