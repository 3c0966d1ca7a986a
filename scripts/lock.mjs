// `npm run lock`: brings package-lock.json up to date after a dependency changed.
//
// A registry that mirrors packages for some platforms only leaves the others' optional packages out of the
// lockfile, and `npm ci` then refuses it everywhere. They are entered by name here; an install on another platform
// takes them from its own registry, one on this platform never asks for them.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./lib/paths.mjs";
import { endWith, say } from "./lib/say.mjs";
import { runQuietly } from "./lib/system.mjs";

const path = join(root, "package-lock.json");

try {
  await runQuietly("npm", ["install", "--package-lock-only", "--no-audit", "--no-fund"], { cwd: root });
  const lock = JSON.parse(readFileSync(path, "utf8"));
  const added = addMissingPlatforms(lock.packages);
  lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
  writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`);
  await runQuietly("npm", ["ci", "--dry-run", "--no-audit", "--no-fund"], { cwd: root });
  say(
    `package-lock.json is complete${added === 0 ? "" : `; ${added} packages of other platforms were entered by name`}.`,
  );
} catch (error) {
  endWith(error);
}

/** Enters every optional dependency that has no entry; returns how many there were. */
function addMissingPlatforms(packages) {
  let added = 0;
  for (const entry of Object.values(packages)) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      const isLocked = Object.keys(packages).some((key) => key.endsWith(`node_modules/${name}`));
      if (isLocked || !/^\d/.test(version)) continue;
      packages[`node_modules/${name}`] = {
        version,
        ...(entry.dev ? { dev: true } : {}),
        optional: true,
        ...platformOf(name),
      };
      added++;
    }
  }
  return added;
}

/** Platform a prebuilt package is for, from its name: `…-linux-x64-musl`, `…/windows-arm64`. */
function platformOf(name) {
  const words = name.split(/[-/]/);
  const pick = (table) => words.map((word) => table[word]).find((found) => found !== undefined);
  const os = pick({
    android: "android",
    darwin: "darwin",
    freebsd: "freebsd",
    linux: "linux",
    openharmony: "openharmony",
    win32: "win32",
    windows: "win32",
  });
  const cpu = pick({
    arm: "arm",
    arm64: "arm64",
    ia32: "ia32",
    ppc64: "ppc64",
    riscv64: "riscv64",
    s390x: "s390x",
    x64: "x64",
    64: "x64",
  });
  const libc = pick({ gnu: "glibc", gnueabihf: "glibc", musl: "musl", musleabihf: "musl" });
  return { ...(os ? { os: [os] } : {}), ...(cpu ? { cpu: [cpu] } : {}), ...(libc ? { libc: [libc] } : {}) };
}
