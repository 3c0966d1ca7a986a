// Dependencies and builds, each skipped when nothing they depend on has changed.
import { createHash } from "node:crypto";
import { existsSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { root } from "./paths.mjs";
import { Refusal } from "./say.mjs";
import { ensureTools, runQuietly } from "./system.mjs";

const stampPath = join(root, "node_modules", ".shortlist-install");

/** Runs `npm ci` when the lockfile, the Node version or the machine is not the one of the last install. */
export async function ensureDependencies() {
  if (isInstalled()) return "up to date";
  // hnswlib-node has no prebuilt binary: it is compiled here, in seconds.
  await ensureTools(["python", "make", "compiler"]);
  try {
    await runQuietly("npm", ["ci", "--no-audit", "--no-fund"], { cwd: root, env: withNodeHeaders() });
  } catch (error) {
    throw new Refusal(`npm ci failed:\n${error.output?.slice(-2500) ?? error.message}`);
  }
  writeFileSync(stampPath, stamp());
  return undefined;
}

/** node-gyp downloads Node's headers unless it is told where they are; most installations bring them along. */
function withNodeHeaders() {
  const prefix = join(dirname(realpathSync(process.execPath)), "..");
  const hasHeaders = existsSync(join(prefix, "include", "node", "node_api.h"));
  return hasHeaders ? { ...process.env, npm_config_nodedir: prefix } : process.env;
}

export function isInstalled() {
  return existsSync(stampPath) && readFileSync(stampPath, "utf8") === stamp();
}

function stamp() {
  const lock = createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .digest("hex");
  return `${lock} ${process.versions.modules} ${process.platform}-${process.arch}`;
}

/** Builds every app; turbo skips what has not changed. */
export async function ensureBuild(onOutput) {
  try {
    await runQuietly(
      join(root, "node_modules/.bin/turbo"),
      ["run", "build", "--output-logs=errors-only", "--log-order=stream"],
      {
        cwd: root,
        env: {
          ...process.env,
          TURBO_TELEMETRY_DISABLED: "1",
          NEXT_TELEMETRY_DISABLED: "1",
          FORCE_COLOR: "0",
        },
        onOutput,
      },
    );
  } catch (error) {
    throw new Refusal(`The build failed:\n${error.output?.slice(-4000) ?? error.message}`);
  }
}
