// Facts about this machine, and getting what it lacks from its package manager.
import { execFile, spawn } from "node:child_process";
import { accessSync, constants, existsSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { createServer } from "node:net";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { Refusal } from "./say.mjs";

const run = promisify(execFile);

export const NODE_MINIMUM = [20, 19];
/** Dependencies 1.6 GB, builds 0.5 GB, sample shop and indexes under 1 GB. */
export const DISK_MINIMUM_GB = 4;

export function checkNode(version = process.versions.node) {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major > NODE_MINIMUM[0] || (major === NODE_MINIMUM[0] && minor >= NODE_MINIMUM[1])) return;
  throw new Refusal(
    `Node ${version} is too old: Shortlist needs Node ${NODE_MINIMUM.join(".")} or newer. Install it, then run this again.`,
  );
}

export async function checkDisk(dir) {
  const { bavail, bsize } = await statfs(dir);
  const freeGb = (bavail * bsize) / 1e9;
  if (freeGb < DISK_MINIMUM_GB) {
    throw new Refusal(
      `Only ${freeGb.toFixed(1)} GB of disk are free at ${dir}; ${DISK_MINIMUM_GB} GB are needed. Free some and run this again.`,
    );
  }
  return freeGb;
}

/** Full path of the first of `names` found in PATH, or null. */
export function findExecutable(...names) {
  const folders = [
    ...(process.env.PATH ?? "").split(delimiter),
    "/usr/local/bin",
    "/usr/bin",
    "/opt/homebrew/bin",
  ];
  for (const name of names) {
    for (const folder of folders) {
      const path = join(folder, name);
      if (!existsSync(path)) continue;
      try {
        accessSync(path, constants.X_OK);
        return path;
      } catch {
        // Not ours to run; look on.
      }
    }
  }
  return null;
}

/** What each tool is called by the package managers we know. */
const PACKAGES = {
  redis: { executables: ["redis-server", "valkey-server"], apt: ["redis-server"], brew: ["redis"] },
  python: { executables: ["python3"], apt: ["python3"], brew: ["python"] },
  make: { executables: ["make", "gmake"], apt: ["make"], brew: ["make"] },
  compiler: { executables: ["g++", "clang++", "c++"], apt: ["g++"], brew: ["gcc"] },
  chromium: { executables: ["chromium", "chromium-browser", "google-chrome"], apt: ["chromium"], brew: [] },
};

export function findTool(tool) {
  return findExecutable(...PACKAGES[tool].executables);
}

/** The command a person would type to install the tools, or null when no known package manager is here. */
export function installCommand(tools) {
  const isRoot = process.getuid?.() === 0;
  if (findExecutable("apt-get")) {
    const packages = tools.flatMap((tool) => PACKAGES[tool].apt).join(" ");
    return `${isRoot ? "" : "sudo "}apt-get install -y --no-install-recommends ${packages}`;
  }
  if (findExecutable("brew")) return `brew install ${tools.flatMap((tool) => PACKAGES[tool].brew).join(" ")}`;
  return null;
}

/** Makes sure every tool is there, installing what is missing when that needs no password. */
export async function ensureTools(tools) {
  const missing = tools.filter((tool) => findTool(tool) === null);
  if (missing.length === 0) return [];
  const names = missing.map((tool) => PACKAGES[tool].executables[0]).join(", ");
  const command = installCommand(missing);
  if (command === null) {
    throw new Refusal(
      `${names} not found, and no package manager I know (apt, Homebrew). Install ${names} and run this again.`,
    );
  }
  const mend = `${names} not found. Run this, then try again:\n    ${command}`;
  const isRoot = process.getuid?.() === 0;
  const needsSudo = command.startsWith("sudo ");
  if (needsSudo && (findExecutable("sudo") === null || !(await succeeds("sudo", ["-n", "true"]))))
    throw new Refusal(mend);
  const [program, ...args] = command.split(" ");
  const aptEnv = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  if (command.includes("apt-get")) {
    await runQuietly(isRoot ? "apt-get" : "sudo", [...(isRoot ? [] : ["apt-get"]), "update", "-qq"], {
      env: aptEnv,
    }).catch(() => undefined);
  }
  try {
    await runQuietly(program, args, { env: aptEnv });
  } catch (error) {
    throw new Refusal(`Installing ${names} failed (${lastLine(error.output)}). By hand:\n    ${command}`);
  }
  const still = missing.filter((tool) => findTool(tool) === null);
  if (still.length > 0) throw new Refusal(mend);
  return missing;
}

async function succeeds(program, args) {
  try {
    await run(program, args);
    return true;
  } catch {
    return false;
  }
}

function lastLine(text) {
  return (text ?? "").trim().split("\n").at(-1) ?? "";
}

/** Runs a command to its end; throws with the end of its output when it fails. */
export function runQuietly(program, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"], ...options });
    let output = "";
    const keep = (chunk) => {
      output = (output + chunk).slice(-20_000);
      options.onOutput?.(String(chunk));
    };
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) return resolve(output);
      const error = new Error(`${program} ${args.join(" ")} ended with code ${code}\n${output.slice(-3000)}`);
      error.output = output;
      reject(error);
    });
  });
}

/** True when nothing listens on the port of 127.0.0.1. */
export function isPortFree(port) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}

export function findFreePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
