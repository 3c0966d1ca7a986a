import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRedis } from "@shortlist/platform";

export interface RedisServer {
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
  /** Ends it at once, as a crash does; its folder stays. */
  kill(): Promise<void>;
}

/**
 * A Redis of its own on a free port in a temporary folder, without persistence. Given a `home` it keeps an append-only
 * file there and can be started again with what it held.
 */
export async function startRedisServer(
  home: { dir: string; port: number; appendfsync: string } | null = null,
): Promise<RedisServer> {
  const binary = ["redis-server", "valkey-server"].find(
    (name) => spawnSync(name, ["--version"]).status === 0,
  );
  if (binary === undefined) throw new Error("redis-server or valkey-server must be in PATH");
  const dir = home?.dir ?? (await mkdtemp(join(tmpdir(), "shortlist-redis-")));
  const port = home?.port ?? (await findFreePort());
  const keeping = home === null ? [] : ["--appendonly", "yes", "--appendfsync", home.appendfsync];
  const child = spawn(
    binary,
    ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--dir", dir, ...keeping],
    { stdio: "ignore" },
  );
  const url = `redis://127.0.0.1:${port}`;
  await waitUntilUp(url);
  return {
    url,
    pid: child.pid!,
    async stop() {
      await ended(child, "SIGTERM");
      await rm(dir, { recursive: true, force: true });
    },
    kill: () => ended(child, "SIGKILL"),
  };
}

function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve();
    child.once("exit", () => resolve());
    child.kill(signal);
  });
}

async function waitUntilUp(url: string): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const redis = createRedis(url, { retryStrategy: () => null });
    redis.on("error", () => undefined);
    try {
      await redis.connect();
      await redis.ping();
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50));
    } finally {
      redis.disconnect();
    }
  }
  throw new Error("redis did not start");
}

export function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}
