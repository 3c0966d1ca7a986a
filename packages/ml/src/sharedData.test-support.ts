import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";

// Only for tests: where the public data sets lie. They are not part of the repository, so tests that need them
// skip, saying so in their name.
const root =
  process.env.SHORTLIST_TEST_DATA ?? fileURLToPath(new URL("../../../../shared/data", import.meta.url));

export function describeData(name: string): { skip: boolean; label: string } {
  const skip = !existsSync(`${root}/${name}`);
  return { skip, label: skip ? `${name} (skipped: no test data at ${root}; set SHORTLIST_TEST_DATA)` : name };
}

export function readDataText(path: string): string {
  return gunzipSync(readFileSync(`${root}/${path}`)).toString("utf8");
}
