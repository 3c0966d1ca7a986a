import * as z from "zod";

/** Environment fragments shared by the processes. Each app composes its own schema from them in its `env.ts`. */
const port = (fallback: number) => z.coerce.number().int().min(0).max(65_535).default(fallback);

export const envFragments = {
  log: { LOG_LEVEL: z.enum(["trace", "debug", "info", "warn", "error", "silent"]).default("info") },
  postgres: { DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }) },
  redis: { REDIS_URL: z.url({ protocol: /^rediss?$/ }) },
  artifacts: { ARTIFACT_URL: z.url({ protocol: /^(file|s3)$/ }) },
  lake: { LAKE_URL: z.url({ protocol: /^file$/ }) },
  /** At least 32 characters: the key of the hash that stands between raw shopper ids and everything stored. */
  pseudonym: { PSEUDONYM_KEY: z.string().min(32) },
  /** Secret of sessions and of the key that the product's own processes use among themselves. */
  auth: { AUTH_SECRET: z.string().min(32), SERVICE_KEY: z.string().min(32) },
  api: { API_HOST: z.string().default("127.0.0.1"), API_PORT: port(4000) },
  serving: { SERVING_HOST: z.string().default("127.0.0.1"), SERVING_PORT: port(8080) },
  web: { WEB_URL: z.url().default("http://127.0.0.1:3000") },
} as const;

/** Parses the environment once; throws one error that lists every variable that is missing or wrong. */
export function parseEnv<S extends z.ZodRawShape>(shape: S, source: Record<string, string | undefined>) {
  const parsed = z.object(shape).safeParse(source);
  if (parsed.success) return Object.freeze(parsed.data);
  const lines = parsed.error.issues.map((issue) => `  ${issue.path.join(".")}: ${issue.message}`);
  throw new EnvError(
    `The environment is not complete:\n${lines.join("\n")}\nSee .env.example for every variable.`,
  );
}

export class EnvError extends Error {
  override readonly name = "EnvError";
}
