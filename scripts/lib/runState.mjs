// Which processes this clone started. A pid alone can be reused by a stranger, so the start time of the process
// is kept beside it: only a process that is provably ours is ever ended.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { dataDir } from "./paths.mjs";

const path = join(dataDir, "run.json");

export function recordProcesses(processes) {
  writeFileSync(
    path,
    JSON.stringify(
      processes.map(({ name, pid, signal }) => ({ name, pid, signal, startedAt: startTimeOf(pid) })),
      null,
      2,
    ),
  );
}

export function clearProcesses() {
  rmSync(path, { force: true });
}

/** The recorded processes that still run and are the very ones we started. */
export function findRunning() {
  if (!existsSync(path)) return [];
  return JSON.parse(readFileSync(path, "utf8")).filter(
    ({ pid, startedAt }) => startedAt !== null && startTimeOf(pid) === startedAt,
  );
}

/** Ends all recorded processes, last started first, and waits for them; returns the names of those that ran. */
export async function stopRunning() {
  const running = findRunning().reverse();
  for (const entry of running) {
    trySignal(entry.pid, entry.signal ?? "SIGTERM");
    const deadline = Date.now() + 15_000;
    while (startTimeOf(entry.pid) === entry.startedAt && Date.now() < deadline) await sleep(50);
    if (startTimeOf(entry.pid) === entry.startedAt) trySignal(entry.pid, "SIGKILL");
  }
  clearProcesses();
  return running.map(({ name }) => name);
}

function trySignal(pid, signal) {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended by itself meanwhile.
  }
}

/** Start time of a process in the system's own words, or null when there is none (or it is a zombie). */
export function startTimeOf(pid) {
  const stat = `/proc/${pid}/stat`;
  if (existsSync("/proc/self/stat")) {
    try {
      const fields = readFileSync(stat, "utf8")
        .replace(/^.*\) /s, "")
        .split(" ");
      return fields[0] === "Z" ? null : fields[19];
    } catch {
      return null;
    }
  }
  try {
    return execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8" }).trim() || null;
  } catch {
    return null;
  }
}
