// A Redis or Valkey server of our own, on its own port and with its own folder.
import { spawn } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { stopChild } from "./postgres.mjs";
import { Refusal } from "./say.mjs";
import { findTool } from "./system.mjs";

/** Starts a server on 127.0.0.1:port keeping an append-only file in `dir`. */
export async function startRedis({ dir, port, isTemporary = false }) {
  const program = findTool("redis");
  if (program === null) throw new Refusal("redis-server not found. npm run doctor says how to install it.");
  mkdirSync(dir, { recursive: true });
  // appendfsync always: with everysec Redis may hold a write back while its fsync runs and reply all the same, and
  // killed in that moment it loses what it acknowledged (docs/runbooks/durability.md).
  const durability = isTemporary
    ? ["--appendonly", "no", "--save", ""]
    : ["--appendonly", "yes", "--appendfsync", "always", "--save", ""];
  if (!isTemporary) await mendAppendOnlyFile(program, dir);
  const logPath = join(dir, "redis.log");
  const logFd = openSync(logPath, "w");
  const child = spawn(
    program,
    [
      "--port",
      String(port),
      "--bind",
      "127.0.0.1",
      "--dir",
      dir,
      "--maxmemory-policy",
      "noeviction",
      ...durability,
    ],
    { stdio: ["ignore", logFd, logFd], detached: true, cwd: dir },
  );
  closeSync(logFd);
  const log = () => readFileSync(logPath, "utf8").slice(-4000);
  const deadline = Date.now() + 30_000;
  while (!(await answersPing(port))) {
    if (child.exitCode !== null) throw new Refusal(`Redis ended while starting:\n${log()}`);
    if (Date.now() > deadline) throw new Refusal(`Redis did not answer within 30 s:\n${log()}`);
    await sleep(50);
  }
  return {
    url: `redis://127.0.0.1:${port}`,
    pid: child.pid,
    child,
    async stop() {
      await stopChild(child, "SIGTERM");
      if (isTemporary) rmSync(dir, { recursive: true, force: true });
    },
  };
}

/**
 * Cuts off a transaction that a kill left half written. Redis itself leaves its first half in the file, where what is
 * written later becomes part of it (docs/runbooks/durability.md).
 */
async function mendAppendOnlyFile(program, dir) {
  const manifest = join(dir, "appendonlydir", "appendonly.aof.manifest");
  const checker = program.replace(/-server$/, "-check-aof");
  if (!existsSync(manifest) || !existsSync(checker)) return;
  const child = spawn(checker, ["--fix", manifest], { stdio: ["pipe", "ignore", "ignore"] });
  child.stdin.on("error", () => undefined);
  child.stdin.end("y\n");
  // What it cannot mend Redis refuses with its own words.
  await new Promise((resolve) => child.once("close", resolve));
}

function answersPing(port) {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => socket.write("PING\r\n"));
    socket.setTimeout(500, () => socket.destroy());
    socket.on("data", (data) => {
      resolve(String(data).startsWith("+PONG"));
      socket.destroy();
    });
    socket.on("error", () => resolve(false));
    socket.on("close", () => resolve(false));
  });
}
