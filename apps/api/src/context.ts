import type { Db } from "@shortlist/db";
import type { Lake } from "@shortlist/lake";
import type { ArtifactStore, Logger } from "@shortlist/platform";
import type { Redis } from "ioredis";
import type { ApiEnv } from "./env";
import type { JobQueue } from "./jobs/queue";

/**
 * What every service works with, passed as its first argument. The API, the worker and the training child each
 * compose their own; tests compose one over a database of their own.
 */
export interface AppContext {
  readonly env: ApiEnv;
  readonly logger: Logger;
  readonly db: Db;
  readonly redis: Redis;
  readonly artifacts: ArtifactStore;
  /** Opened at the first call: most API calls never touch the lake. */
  readonly lake: () => Promise<Lake>;
  readonly queue: JobQueue;
  readonly now: () => Date;
}
