import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "..");

/**
 * Folder of public data sets that some tests check against, beside the project or named by SHORTLIST_TEST_DATA.
 * Null when it is absent: those tests then skip with a visible line.
 */
export function findSharedData(...path: string[]): string | null {
  const base = process.env.SHORTLIST_TEST_DATA ?? join(root, "..", "shared", "data");
  const full = join(base, ...path);
  return existsSync(full) ? full : null;
}
