// `npm run bench`: measures serving, then the online features, in processes of their own, never inside a test.
// `-- --items 100000` for serving at one size.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { ensureDependencies } from "./lib/install.mjs";
import { root } from "./lib/paths.mjs";
import { endWith, step } from "./lib/say.mjs";
import { checkNode, ensureTools } from "./lib/system.mjs";

const SIZES = ["100000", "1000000"];

try {
  checkNode();
  await step("Looking for Redis", async () => void (await ensureTools(["redis"])));
  await step("Installing dependencies", ensureDependencies);
  const given = process.argv.slice(2);
  const runs = given.includes("--items") ? [given] : SIZES.map((size) => ["--items", size, ...given]);
  for (const args of runs) {
    const { status } = spawnSync(
      process.execPath,
      [join(root, "node_modules/tsx/dist/cli.mjs"), "apps/serving/src/bench/main.ts", ...args],
      {
        cwd: root,
        stdio: "inherit",
      },
    );
    if (status !== 0) process.exit(status ?? 1);
  }
  if (!given.includes("--items")) {
    const { status } = spawnSync(
      process.execPath,
      [join(root, "node_modules/tsx/dist/cli.mjs"), "apps/serving/src/bench/featuresBench.ts"],
      { cwd: root, stdio: "inherit" },
    );
    process.exit(status ?? 1);
  }
} catch (error) {
  endWith(error);
}
