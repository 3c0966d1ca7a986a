// Global set-up of the integration tests: one Postgres with a migrated template database, one Redis. Servers
// named by TEST_DATABASE_URL and TEST_REDIS_URL are used instead when given.
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "./lib/paths.mjs";
import { startPostgres } from "./lib/postgres.mjs";
import { startRedis } from "./lib/redis.mjs";
import { findFreePort, runQuietly } from "./lib/system.mjs";

export default async function setup() {
  const started = [];
  const dir = mkdtempSync(join(tmpdir(), "shortlist-test-"));
  if (process.env.TEST_REDIS_URL === undefined) {
    const redis = await startRedis({
      dir: join(dir, "redis"),
      port: await findFreePort(),
      isTemporary: true,
    });
    process.env.TEST_REDIS_URL = redis.url;
    started.push(redis);
  }
  if (process.env.TEST_DATABASE_URL === undefined) {
    const postgres = await startPostgres({
      dir: join(dir, "postgres"),
      port: await findFreePort(),
      database: "shortlist_template",
      isTemporary: true,
    });
    process.env.TEST_DATABASE_URL = postgres.url;
    started.push(postgres);
  }
  await runQuietly(
    process.execPath,
    [join(root, "node_modules/tsx/dist/cli.mjs"), "packages/db/src/migrate/main.ts", "deploy"],
    {
      cwd: root,
      env: { ...process.env, DATABASE_URL: process.env.TEST_DATABASE_URL },
    },
  );
  return async () => {
    for (const service of started) await service.stop();
  };
}
