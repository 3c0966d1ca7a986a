// Starting, stopping and finding our own servers, on real ones.
import { spawn, spawnSync } from "node:child_process";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

let dir;
let lib;
beforeAll(async () => {
  // A path with a space under a folder that is closed to everybody else: a clone in a home of mode 0700.
  dir = mkdtempSync(join(tmpdir(), "closed home "));
  chmodSync(dir, 0o700);
  mkdirSync(join(dir, "data"));
  process.env.SHORTLIST_DATA_DIR = join(dir, "data");
  lib = {
    ...(await import("./postgres.mjs")),
    ...(await import("./redis.mjs")),
    ...(await import("./runState.mjs")),
    ...(await import("./stack.mjs")),
    ...(await import("./system.mjs")),
    ...(await import("./config.mjs")),
    ...(await import("./paths.mjs")),
  };
});
afterAll(() => {
  lib.removePostgresData();
  rmSync(dir, { recursive: true, force: true });
});

test("Postgres keeps its data over a restart, in a path with a space under a closed home", async () => {
  const options = { dir: join(dir, "data", "postgres"), port: await lib.findFreePort() };
  const first = await lib.startPostgres(options);
  await query(first.url, "CREATE TABLE kept AS SELECT 42 AS answer");
  await first.stop();
  const second = await lib.startPostgres(options);
  expect(await query(second.url, "SELECT answer FROM kept")).toEqual([{ answer: 42 }]);
  await second.stop();
});

test("a second Postgres on the same data is refused with the command that stops the first", async () => {
  const options = { dir: join(dir, "data", "postgres"), port: await lib.findFreePort() };
  const first = await lib.startPostgres(options);
  await expect(lib.startPostgres({ ...options, port: await lib.findFreePort() })).rejects.toThrow(
    "npm run down",
  );
  await first.stop();
});

async function query(url, sql) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

test("what Redis acknowledged survives kill -9", async () => {
  const options = { dir: join(dir, "data", "redis"), port: await lib.findFreePort() };
  const first = await lib.startRedis(options);
  const { Redis } = await import("ioredis");
  const writer = new Redis(first.url, { retryStrategy: () => null });
  writer.on("error", () => undefined);
  for (let i = 0; i < 200; i++) await writer.xadd("log", "*", "n", String(i));
  process.kill(first.pid, "SIGKILL");
  await new Promise((resolve) => first.child.once("exit", resolve));
  writer.disconnect();
  const second = await lib.startRedis(options);
  const reader = new Redis(second.url);
  expect(await reader.xlen("log")).toBe(200);
  reader.disconnect();
  await second.stop();
});

test("a transaction that a kill cut in half is gone when Redis starts again, and takes nothing later with it", async () => {
  const options = { dir: join(dir, "data", "torn-redis"), port: await lib.findFreePort() };
  const { Redis } = await import("ioredis");
  const connect = (url) => {
    const redis = new Redis(url, { retryStrategy: () => null });
    redis.on("error", () => undefined);
    return redis;
  };
  const kill = async ({ pid, child }) => {
    process.kill(pid, "SIGKILL");
    await new Promise((resolve) => child.once("exit", resolve));
  };
  const first = await lib.startRedis(options);
  await connect(first.url).multi().set("a", "first half").set("b", "second half").exec();
  await kill(first);
  const log = join(options.dir, "appendonlydir", "appendonly.aof.1.incr.aof");
  truncateSync(log, readFileSync(log).indexOf("second half") + 3);
  const second = await lib.startRedis(options);
  await connect(second.url).set("c", "acknowledged");
  await kill(second);
  const third = await lib.startRedis(options);
  const reader = connect(third.url);
  expect(await reader.mget("a", "b", "c")).toEqual([null, null, "acknowledged"]);
  reader.disconnect();
  await third.stop();
});

describe("ending what was started", () => {
  test("ends the recorded processes and nothing else", async () => {
    const ours = spawn(process.execPath, ["-e", "setInterval(() => 0, 1000)"]);
    const stranger = spawn(process.execPath, ["-e", "setInterval(() => 0, 1000)"]);
    lib.recordProcesses([{ name: "ours", pid: ours.pid }]);
    expect(lib.findRunning().map(({ name }) => name)).toEqual(["ours"]);
    expect(await lib.stopRunning()).toEqual(["ours"]);
    expect(lib.startTimeOf(stranger.pid)).not.toBeNull();
    expect(await lib.stopRunning()).toEqual([]);
    stranger.kill();
  });

  test("a process id that now belongs to somebody else is left alone", async () => {
    const stranger = spawn(process.execPath, ["-e", "setInterval(() => 0, 1000)"]);
    writeFileSync(
      join(dir, "data", "run.json"),
      JSON.stringify([{ name: "api", pid: stranger.pid, startedAt: "some other time" }]),
    );
    expect(await lib.stopRunning()).toEqual([]);
    expect(lib.startTimeOf(stranger.pid)).not.toBeNull();
    stranger.kill();
  });
});

test("npm run up beside a running one is refused and leaves it and its record alone", async () => {
  const ours = spawn(process.execPath, ["-e", "setInterval(() => 0, 1000)"]);
  lib.recordProcesses([{ name: "api", pid: ours.pid }]);
  const up = spawnSync(process.execPath, [join(lib.root, "scripts", "up.mjs")], { encoding: "utf8" });
  expect(up.status).toBe(1);
  expect(up.stderr).toContain("already runs from this clone (api). Stop it with: npm run down");
  expect(lib.findRunning().map(({ name }) => name)).toEqual(["api"]);
  await lib.stopRunning();
});

describe("one clear sentence each", () => {
  test("a taken port is named, with a free choice", async () => {
    const server = createServer();
    await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address();
    await expect(lib.checkPorts({ ports: { WEB_PORT: port }, external: {} })).rejects.toThrow(
      `Port ${port} is taken by another program. Free it, or choose another: WEB_PORT=${port + 1} npm run up`,
    );
    await new Promise((resolve) => server.close(resolve));
  });

  test("a Node that is too old", () => {
    expect(() => lib.checkNode("18.20.1")).toThrow(
      "Node 18.20.1 is too old: Shortlist needs Node 20.19 or newer",
    );
    expect(() => lib.checkNode("20.18.9")).toThrow("too old");
    for (const version of ["20.19.0", "22.1.0", "24.0.0"]) expect(() => lib.checkNode(version)).not.toThrow();
  });
});

test("secrets are made once and kept", () => {
  const first = lib.loadConfig().env;
  const second = lib.loadConfig().env;
  for (const name of ["PSEUDONYM_KEY", "AUTH_SECRET", "SERVICE_KEY"]) {
    expect(first[name]).toMatch(/^[\w-]{40,}$/);
    expect(second[name]).toBe(first[name]);
  }
});
