import { cpus } from "node:os";
import { envFragments, parseEnv } from "@shortlist/platform";
import * as z from "zod";

const shape = {
  ...envFragments.log,
  ...envFragments.redis,
  ...envFragments.artifacts,
  ...envFragments.pseudonym,
  ...envFragments.serving,
  /** Worker processes; one per core unless told otherwise. */
  SERVING_PROCESSES: z.coerce.number().int().min(1).max(256).default(cpus().length),
  /** So long the processes of the release before stay loaded, so that rolling back only moves traffic. 0: not at all. */
  SERVING_STANDBY_SECONDS: z.coerce.number().min(0).default(300),
  /** Control documents and artifacts that let the replicas boot with everything else away. */
  SERVING_STATE_DIR: z.string().min(1).default(".data/serving"),
  /** Disk that one process may take for events while the log is away: about two million events. 0: none. */
  SERVING_SPOOL_MAX_MB: z.coerce.number().min(0).default(1024),
  /** Per key and process; generous, because it is there against scraping and runaway clients, not against sales. */
  SERVING_RATE_PER_SECOND: z.coerce.number().min(1).default(5_000),
  SERVING_RATE_BURST: z.coerce.number().min(1).default(10_000),
  /** A person browses a few pages a second at most: a shopper read more often is answered from a copy. 0: never. */
  SERVING_HOT_READS_PER_SECOND: z.coerce.number().int().min(0).default(20),
  /** Answers kept for the same question within a minute, about 15 kB each. 0: none. */
  SERVING_SLATE_CACHE_ENTRIES: z.coerce.number().int().min(0).default(1_000),
  /** What rankers run on, most wanted first, such as `cuda,cpu`; the CPU takes over from what cannot be had. */
  SERVING_EXECUTION_PROVIDERS: z
    .string()
    .default("cpu")
    .transform((text) => text.split(",").flatMap((name) => name.trim().toLowerCase() || []))
    .refine((names) => names.length > 0, "name at least one, such as cpu"),
  /** So many slates a second and process are logged with full feature vectors: all of them on a quiet day. */
  SERVING_FEATURE_LOGS_PER_SECOND: z.coerce.number().min(0).default(20),
  /** Share of one core that a process may spend on letting the candidate of a rollout answer too. 0: none. */
  SERVING_SHADOW_CPU_PCT: z.coerce.number().min(0).max(50).default(10),
} as const;

export type ServingEnv = ReturnType<typeof readEnv>;

export function readEnv(source: Record<string, string | undefined> = process.env) {
  return parseEnv(shape, source);
}
