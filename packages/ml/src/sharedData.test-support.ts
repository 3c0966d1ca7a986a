import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { buildCsr, type CsrMatrix } from "./matrix/csr";

// Only for tests: where the public data sets lie. They are not part of the repository, so tests that need them
// skip, saying so in their name.
const root =
  process.env.SHORTLIST_TEST_DATA ?? fileURLToPath(new URL("../../../../shared/data", import.meta.url));

export function describeData(name: string): { skip: boolean; label: string } {
  const skip = !existsSync(`${root}/${name}`);
  const label = skip ? `${name} (skipped: no test data at ${root}; set SHORTLIST_TEST_DATA)` : name;
  if (skip) process.stderr.write(`reference figures on ${label}\n`);
  return { skip, label };
}

export function readDataText(path: string): string {
  return gunzipSync(readFileSync(`${root}/${path}`)).toString("utf8");
}

/**
 * A published split of lines "user item item …". Items are numbered by first appearance in train, the order ties
 * are broken in. Empty when the data is absent, so that a skipped suite can still be collected.
 */
export function readSplit(folder: string): { train: CsrMatrix; test: CsrMatrix } {
  if (describeData(folder).skip)
    return { train: buildCsr([], [], null, 0, 0), test: buildCsr([], [], null, 0, 0) };
  const itemIndex = new Map<number, number>();
  const read = (file: string) => {
    const rows: number[] = [];
    const cols: number[] = [];
    for (const line of readDataText(`${folder}/${file}`).trim().split("\n")) {
      const [user, ...items] = line.trim().split(/\s+/).map(Number);
      for (const item of items) {
        if (!itemIndex.has(item)) itemIndex.set(item, itemIndex.size);
        rows.push(user!);
        cols.push(itemIndex.get(item)!);
      }
    }
    return { rows, cols };
  };
  const [train, test] = [read("train.txt.gz"), read("test.txt.gz")];
  const nUsers = 1 + train.rows.reduce((max, user) => Math.max(max, user), 0);
  const build = (pairs: typeof train) => buildCsr(pairs.rows, pairs.cols, null, nUsers, itemIndex.size);
  return { train: build(train), test: build(test) };
}

export function itemsOf(m: CsrMatrix, user: number): Int32Array {
  return m.colIdx.subarray(m.rowPtr[user]!, m.rowPtr[user + 1]!);
}
