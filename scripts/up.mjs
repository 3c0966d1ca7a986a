// `npm run up`: from a fresh clone to a running shop. Stays in the foreground; Ctrl-C stops everything it started.
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { loadConfig } from "./lib/config.mjs";
import { ensureBuild, ensureDependencies } from "./lib/install.mjs";
import { dataDir, root } from "./lib/paths.mjs";
import { clearProcesses, findRunning } from "./lib/runState.mjs";
import { loadSampleShop } from "./lib/sampleShop.mjs";
import { bold, dim, endWith, Refusal, say, step } from "./lib/say.mjs";
import { checkPorts, startStack } from "./lib/stack.mjs";
import { checkDisk, checkNode, ensureTools } from "./lib/system.mjs";

let stack = null;
let isStopping = false;

async function stopAndExit(code) {
  if (isStopping) return;
  isStopping = true;
  if (stack !== null) await stack.stop();
  clearProcesses();
  process.exit(code);
}
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.on(signal, () => {
    say("\nStopping …");
    void stopAndExit(0);
  });
}

try {
  checkNode();
  const running = findRunning();
  if (running.length > 0) {
    throw new Refusal(
      `Shortlist already runs from this clone (${running.map(({ name }) => name).join(", ")}). Stop it with: npm run down`,
    );
  }
  mkdirSync(dataDir, { recursive: true });
  await checkDisk(dataDir);
  const config = loadConfig();
  await checkPorts(config);
  if (!config.external.redis)
    await step("Looking for a Redis or Valkey server", async () => {
      const installed = await ensureTools(["redis"]);
      return installed.length > 0 ? "installed" : undefined;
    });
  await step("Installing dependencies", ensureDependencies);
  await step("Building", () => ensureBuild());
  stack = await startStack(config, {
    onExit: (name) => {
      say(`\n${name} ended unexpectedly. Its last words are in ${join(dataDir, "logs", `${name}.log`)}`);
      void stopAndExit(1);
    },
  });
  const signIn = await loadSampleShop(stack.env);
  printAddresses(config, signIn);
} catch (error) {
  if (stack !== null) {
    await stack.stop();
    clearProcesses();
  }
  endWith(error);
}

function printAddresses({ env }, signIn) {
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  say(`
${bold(`Shortlist ${version} is up`)}

  Console      ${bold(env.WEB_URL)}
  Sign in      ${signIn.email}   ${bold(signIn.password)}
  Serving API  ${env.SERVING_URL}/openapi.json
  API key      ${signIn.apiKey}

  Try          curl -s ${env.SERVING_URL}/v1/recommend -H 'authorization: Bearer ${signIn.apiKey}' \\
                 -H 'content-type: application/json' -d '{"userId":"${signIn.userId ?? "somebody"}","surface":"home_feed","n":5}'
  Live traffic npx shortlist simulate --rps 20
  ${dim(`Logs in ${join(dataDir, "logs")}. Ctrl-C stops everything.`)}
`);
}
