// The whole product on one machine: its servers and processes, started in order and ended in reverse.
import { spawn } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { dataDir, root } from "./paths.mjs";
import { startPostgres, stopChild } from "./postgres.mjs";
import { startRedis } from "./redis.mjs";
import { clearProcesses, recordProcesses } from "./runState.mjs";
import { Refusal, step } from "./say.mjs";
import { isPortFree, runQuietly } from "./system.mjs";

/** Refuses with one sentence when a port that we are about to use is taken. */
export async function checkPorts({ ports, external }) {
  const wanted = Object.entries(ports).filter(
    ([name]) =>
      !(name === "POSTGRES_PORT" && external.postgres) && !(name === "REDIS_PORT" && external.redis),
  );
  for (const [name, port] of wanted) {
    if (await isPortFree(port)) continue;
    throw new Refusal(
      `Port ${port} is taken by another program. Free it, or choose another: ${name}=${port + 1} npm run up`,
    );
  }
}

/**
 * Starts servers and processes; `onExit(name)` is called when one of them ends by itself. Returns the complete
 * environment (for the command line and tests) and `stop`.
 */
export async function startStack(config, { onExit, logDir = join(dataDir, "logs"), isTemporary = false }) {
  mkdirSync(logDir, { recursive: true });
  const started = [];
  let isStopping = false;
  const env = { ...process.env, ...config.env };

  const remember = (entry) => {
    started.push(entry);
    entry.child?.once("exit", () => {
      if (!isStopping) onExit(entry.name);
    });
    if (!isTemporary) recordProcesses([{ name: "up", pid: process.pid, signal: "SIGTERM" }, ...started]);
  };
  const stop = async () => {
    isStopping = true;
    for (const entry of started.reverse()) await entry.stop();
    started.length = 0;
  };

  const launch = (name, args, { cwd = root, extraEnv = {} } = {}) => {
    const logPath = join(logDir, `${name}.log`);
    const fd = openSync(logPath, "w");
    const child = spawn(process.execPath, args, {
      cwd,
      env: { ...env, ...extraEnv },
      stdio: ["ignore", fd, fd],
      detached: true,
    });
    closeSync(fd);
    remember({ name, pid: child.pid, child, logPath, stop: () => stopChild(child) });
    return child;
  };

  try {
    if (config.external.postgres) env.DATABASE_URL = config.external.postgres;
    else {
      await step("Starting Postgres", async () => {
        const postgres = await startPostgres({
          dir: join(dataDir, "postgres"),
          port: config.ports.POSTGRES_PORT,
          isTemporary,
        });
        remember({ name: "postgres", signal: "SIGINT", ...postgres });
        env.DATABASE_URL = postgres.url;
      });
    }
    if (config.external.redis) env.REDIS_URL = config.external.redis;
    else {
      await step("Starting Redis", async () => {
        const redis = await startRedis({
          dir: join(dataDir, "redis"),
          port: config.ports.REDIS_PORT,
          isTemporary,
        });
        remember({ name: "redis", ...redis });
        env.REDIS_URL = redis.url;
      });
    }
    await step("Migrating the database", async () => {
      const output = await runQuietly(process.execPath, ["packages/db/dist/migrate.js", "deploy"], {
        cwd: root,
        env,
      }).catch((error) => {
        throw new Refusal(
          `The database at ${redact(env.DATABASE_URL)} could not be migrated:\n${error.output?.slice(-1500)}`,
        );
      });
      return output.trim();
    });
    writeFileSync(
      join(dataDir, "run.env"),
      toEnvFile({ ...config.env, DATABASE_URL: env.DATABASE_URL, REDIS_URL: env.REDIS_URL }),
      { mode: 0o600 },
    );
    await step("Starting api, worker, serving and console", async () => {
      launch("api", ["apps/api/dist/main.js"]);
      launch("worker", ["apps/api/dist/worker.js"]);
      launch("serving", ["apps/serving/dist/main.js"]);
      launch(
        "web",
        [
          join(root, "node_modules/next/dist/bin/next"),
          "start",
          "--hostname",
          "127.0.0.1",
          "--port",
          String(config.ports.WEB_PORT),
        ],
        {
          cwd: join(root, "apps/web"),
        },
      );
      await waitFor(
        `${config.env.API_URL}/readyz`,
        started.find(({ name }) => name === "api"),
      );
      await waitFor(
        `${config.env.SERVING_URL}/healthz`,
        started.find(({ name }) => name === "serving"),
      );
      await waitFor(
        `http://127.0.0.1:${config.ports.WEB_PORT}/login`,
        started.find(({ name }) => name === "web"),
      );
    });
  } catch (error) {
    await stop();
    if (!isTemporary) clearProcesses();
    throw error;
  }
  return { env, stop };
}

/** Waits until the address answers with success; refuses with the process's last words when it ends before. */
export async function waitFor(url, entry, seconds = 60) {
  const deadline = Date.now() + seconds * 1000;
  while (Date.now() < deadline) {
    if (entry !== undefined && entry.child.exitCode !== null) break;
    try {
      const answer = await fetch(url, { redirect: "manual" });
      if (answer.status < 400) return;
    } catch {
      // Not listening yet.
    }
    await sleep(100);
  }
  const log =
    entry !== undefined && existsSync(entry.logPath) ? readFileSync(entry.logPath, "utf8").slice(-1500) : "";
  throw new Refusal(`${entry?.name ?? url} did not come up at ${url}.\n${log}`);
}

function toEnvFile(env) {
  return Object.entries(env)
    .map(([name, value]) => `${name}="${value}"\n`)
    .join("");
}

function redact(url) {
  return url.replace(/\/\/[^@/]*@/, "//…@");
}
