import { envFragments, parseEnv } from "@shortlist/platform";
import * as z from "zod";

const shape = {
  ...envFragments.log,
  ...envFragments.postgres,
  ...envFragments.redis,
  ...envFragments.artifacts,
  ...envFragments.lake,
  ...envFragments.pseudonym,
  ...envFragments.auth,
  ...envFragments.api,
  ...envFragments.web,
  SERVING_URL: z.url({ protocol: /^https?$/ }).default("http://127.0.0.1:8080"),
  /** Rows a backfill writes into Redis, which has events and requests to answer beside it. */
  BACKFILL_ROWS_PER_SECOND: z.coerce.number().int().min(10).max(1_000_000).default(5_000),
  /** Days that events, slates and what was set aside stay in the lake; 0: for ever (D8). */
  RETENTION_RAW_DAYS: z.coerce.number().int().min(0).max(3650).default(90),
  /** Days that the daily counts of events that left stay; 0: for ever. */
  RETENTION_AGGREGATE_DAYS: z.coerce.number().int().min(0).max(3650).default(730),
} as const;

export type ApiEnv = ReturnType<typeof readEnv>;

export function readEnv(source: Record<string, string | undefined> = process.env) {
  return parseEnv(shape, source);
}
