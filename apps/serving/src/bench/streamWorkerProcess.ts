import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

/** Clock ticks of `/proc/<pid>/stat` are hundredths of a second on every Linux. */
const TICK_MS = 10;

export interface StreamWorkerProcess {
  /** User and system time so far, ms; null where the system does not tell. */
  cpuMs(): number | null;
  rssBytes(): number | null;
  stop(): Promise<void>;
}

/** The stream worker in a process of its own, as it is run for scale-out. */
export function startStreamWorkerProcess(o: {
  redisUrl: string;
  lakeDir: string;
  root: string;
}): StreamWorkerProcess {
  const profile = process.argv.includes("--profile") ? ["--cpu-prof", "--cpu-prof-dir=bench-results"] : [];
  const child = spawn(
    process.execPath,
    [...profile, "--import", "tsx", join(o.root, "apps/api/src/streamWorker.ts")],
    {
      cwd: o.root,
      stdio: ["ignore", "inherit", "inherit"],
      env: {
        ...process.env,
        LOG_LEVEL: process.env.LOG_LEVEL ?? "warn",
        REDIS_URL: o.redisUrl,
        LAKE_URL: pathToFileURL(o.lakeDir).href,
      },
    },
  );
  return {
    cpuMs: () => readProc(child, (stat) => (Number(stat[13]) + Number(stat[14])) * TICK_MS),
    rssBytes: () => readProc(child, (stat) => Number(stat[23]) * 4096),
    stop: () =>
      new Promise((resolve) => {
        if (child.exitCode !== null) return resolve();
        child.once("exit", () => resolve());
        child.kill("SIGTERM");
      }),
  };
}

function readProc(child: ChildProcess, read: (stat: readonly string[]) => number): number | null {
  try {
    return read(readFileSync(`/proc/${child.pid}/stat`, "latin1").split(" "));
  } catch {
    return null;
  }
}
