import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseEnv as parseEnvFile } from "node:util";
import { deriveServiceKey, envFragments, parseEnv } from "@shortlist/platform";
import * as z from "zod";

/**
 * Addresses and secrets of the running product: the environment, then what `npm run up` wrote to `.data/run.env`
 * of this clone. Throws one error that names what is missing.
 */
export function loadCliEnv() {
  const path = findRunEnv();
  const fromFile = path === null ? {} : parseEnvFile(readFileSync(path, "utf8"));
  return parseEnv(
    {
      ...envFragments.lake,
      ...envFragments.pseudonym,
      SERVICE_KEY: envFragments.auth.SERVICE_KEY,
      API_URL: z.url(),
      SERVING_URL: z.url(),
    },
    { ...fromFile, ...process.env },
  );
}

export type CliEnv = ReturnType<typeof loadCliEnv>;

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
