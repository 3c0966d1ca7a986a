// `npm run doctor`: what is missing on this machine and the command that mends it. Changes nothing.
import { mkdirSync } from "node:fs";
import { loadConfig } from "./lib/config.mjs";
import { isInstalled } from "./lib/install.mjs";
import { dataDir } from "./lib/paths.mjs";
import { findRunning } from "./lib/runState.mjs";
import { Refusal, say } from "./lib/say.mjs";
import { checkPorts } from "./lib/stack.mjs";
import { checkDisk, checkNode, findTool, installCommand } from "./lib/system.mjs";

let isHealthy = true;

async function check(name, run) {
  try {
    const note = await run();
    say(`  ok    ${name}${note ? `: ${note}` : ""}`);
  } catch (error) {
    isHealthy = false;
    say(`  MEND  ${name}: ${error instanceof Refusal ? error.message : error.message}`);
  }
}

function requireTool(tool, why) {
  const path = findTool(tool);
  if (path !== null) return path;
  const command = installCommand([tool]);
  throw new Refusal(
    `not found; ${why}. ${command === null ? "Install it with your package manager." : `Run: ${command}`}`,
  );
}

mkdirSync(dataDir, { recursive: true });
const config = loadConfig();
await check("Node", () => {
  checkNode();
  return process.versions.node;
});
await check("disk", async () => `${(await checkDisk(dataDir)).toFixed(0)} GB free at ${dataDir}`);
if (config.external.redis) say("  ok    Redis: REDIS_URL is set");
else await check("Redis or Valkey", () => requireTool("redis", "npm run up starts one"));
for (const tool of ["python", "make", "compiler"])
  await check(tool, () => requireTool(tool, "hnswlib-node is compiled at install"));
await check("Chromium", () => requireTool("chromium", "only npm test needs it"));
await check("dependencies", () => {
  if (!isInstalled()) throw new Refusal("not installed or out of date. Run: npm run up");
});
const running = findRunning();
if (running.length > 0) say(`  ok    running: ${running.map(({ name }) => name).join(", ")}`);
else await check("ports", () => checkPorts(config));
say(isHealthy ? "\nNothing is missing." : "\nMend the lines above, then: npm run up");
process.exit(isHealthy ? 0 : 1);
