import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseEnv as parseEnvFile } from "node:util";
import { deriveServiceKey, envFragments, parseEnv } from "@shortlist/platform";
import * as z from "zod";

const API = { SERVICE_KEY: envFragments.auth.SERVICE_KEY, API_URL: z.url() };

/**
 * Addresses and secrets of the running product: the environment, then what `npm run up` wrote to `.data/run.env`
 * of this clone. Throws one error that names what is missing.
 */
export function loadCliEnv() {
  const shape = { ...envFragments.lake, ...envFragments.pseudonym, ...API, SERVING_URL: z.url() };
  return parseEnv(shape, readSources());
}

/** What it takes to ask the control plane alone: from a pipeline elsewhere there is no lake and no serving. */
export function loadApiEnv() {
  return parseEnv(API, readSources());
}

export type CliEnv = ReturnType<typeof loadCliEnv>;
export type ApiEnv = ReturnType<typeof loadApiEnv>;

function readSources(): Record<string, string | undefined> {
  const path = findRunEnv();
  return { ...(path === null ? {} : parseEnvFile(readFileSync(path, "utf8"))), ...process.env };
}

/** The API key with which this command line calls serving for a workspace. */
export function servingKey(env: CliEnv, workspace: string): string {
  return deriveServiceKey(env.SERVICE_KEY, workspace);
}

/** The data folder of the clone this command belongs to, whatever the working directory. */
export function findDataFile(...path: string[]): string | null {
  let dir = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(dir, "turbo.json"))) {
    const parent = dirname(dir);
    if (parent === dir) return null;
    dir = parent;
  }
  const file = join(process.env.SHORTLIST_DATA_DIR ?? join(dir, ".data"), ...path);
  return existsSync(file) ? file : null;
}

function findRunEnv(): string | null {
  return findDataFile("run.env");
}
