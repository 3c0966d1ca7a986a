import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * Starts the whole product on free ports with a small sample shop, as `npm run up` does, and leaves its addresses
 * and the sign-in in the environment of the journeys. A product that already runs is used instead when
 * E2E_WEB_URL, E2E_SERVING_URL, E2E_API_KEY, E2E_EMAIL and E2E_PASSWORD name it.
 */
export default async function globalSetup(): Promise<() => Promise<void>> {
  if (process.env.E2E_WEB_URL !== undefined) return async () => undefined;
  const dir = mkdtempSync(join(tmpdir(), "shortlist-e2e-"));
  process.env.SHORTLIST_DATA_DIR = dir;
  process.env.SHORTLIST_SAMPLE_ITEMS = "2000";
  process.env.SHORTLIST_SAMPLE_SHOPPERS = "800";
  process.env.SERVING_PROCESSES = "1";
  // Read at import time, so only now.
  const { DEFAULT_PORTS, loadConfig } = await import("../scripts/lib/config.mjs");
  const { findFreePort } = await import("../scripts/lib/system.mjs");
  const { startStack } = await import("../scripts/lib/stack.mjs");
  const { loadSampleShop } = await import("../scripts/lib/sampleShop.mjs");
  for (const name of Object.keys(DEFAULT_PORTS)) process.env[name] = String(await findFreePort());

  const config = loadConfig();
  const env: Record<string, string> = config.env;
  const stack = await startStack(config, {
    isTemporary: true,
    onExit: (name: string) => process.stderr.write(`\n${name} ended during the journeys\n`),
  });
  const signIn = await loadSampleShop(stack.env).catch(async (error: unknown) => {
    await stack.stop();
    throw error;
  });
  Object.assign(process.env, {
    E2E_WEB_URL: env.WEB_URL,
    E2E_API_URL: env.API_URL,
    E2E_SERVING_URL: env.SERVING_URL,
    E2E_API_KEY: signIn.apiKey,
    E2E_EMAIL: signIn.email,
    E2E_PASSWORD: signIn.password,
    E2E_SERVICE_KEY: env.SERVICE_KEY,
  });
  return async () => {
    await stack.stop();
    rmSync(dir, { recursive: true, force: true });
  };
}
