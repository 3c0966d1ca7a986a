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
  const serving = join(root, "apps/serving");
  // As it ships: the development runner's output is slower on the hot path.
  await step("Building", async () =>
    run(serving, [join(root, "scripts/bundle.mjs"), "dist/bench", "src/bench/main.ts"]),
  );
  const given = process.argv.slice(2);
  const runs = given.includes("--items") ? [given] : SIZES.map((size) => ["--items", size, ...given]);
  for (const args of runs) run(root, [join(serving, "dist/bench/main.js"), ...args]);
  if (!given.includes("--items"))
    run(root, [join(root, "node_modules/tsx/dist/cli.mjs"), "apps/serving/src/bench/featuresBench.ts"]);
} catch (error) {
  endWith(error);
}

function run(cwd, args) {
  const { status } = spawnSync(process.execPath, args, { cwd, stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}
