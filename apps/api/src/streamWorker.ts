// A stream worker alone, beside the one in the worker process: for more events than one core folds, and for drills.
// It needs Redis, and the lake for what it has to set aside.
import { fileURLToPath } from "node:url";
import { type Lake, openLake } from "@shortlist/lake";
import { createLogger, EnvError, envFragments, parseEnv } from "@shortlist/platform";
import { onShutdown } from "./lifecycle";
import { openStreamWorker } from "./stream/openStreamWorker";

try {
  const env = parseEnv({ ...envFragments.log, ...envFragments.redis, ...envFragments.lake }, process.env);
  const logger = createLogger({ name: "stream-worker", level: env.LOG_LEVEL });
  let lake: Promise<Lake> | null = null;
  const worker = await openStreamWorker({
    redisUrl: env.REDIS_URL,
    lake: () => {
      lake ??= openLake(fileURLToPath(env.LAKE_URL));
      return lake;
    },
    logger,
  });
  onShutdown(logger, async () => {
    await worker.stop();
    if (lake !== null) (await lake).close();
  });
  logger.info("stream worker is running");
} catch (error) {
  process.stderr.write(`${error instanceof EnvError ? error.message : (error as Error).stack}\n`);
  process.exit(1);
}
