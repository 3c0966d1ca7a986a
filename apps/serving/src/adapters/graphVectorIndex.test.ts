import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRandom, type Random } from "@shortlist/ml";
import hnswlib from "hnswlib-node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openGraphIndex } from "./graphVectorIndex";
import { openHnswIndex } from "./hnswVectorIndex";
import { createSimdTable } from "./simdDot";

// The library is the oracle: it built the files, and the search is meant to be its own.
const N = 6_000;
const DIMS = 16;
const K = 100;
let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "graph-"));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

interface Built {
  readonly path: string;
  readonly table: Float32Array;
}

const built = new Map<string, Promise<Built>>();
/** An index over rows in the given order; the others have no vector. */
function build(name: string, o: { m: number; rows: readonly number[]; isUnit: boolean }): Promise<Built> {
  const held = built.get(name);
  if (held !== undefined) return held;
  const made = (async () => {
    const random = createRandom(name);
    const table = new Float32Array(N * DIMS);
    const index = new hnswlib.HierarchicalNSW("ip", DIMS);
    index.initIndex({ maxElements: N, m: o.m, efConstruction: 100, randomSeed: 1 });
    for (const row of o.rows) {
      const vector = draw(random, o.isUnit);
      table.set(vector, row * DIMS);
      index.addPoint(Array.from(vector), row);
    }
    const path = join(dir, `${name}.hnsw`);
    index.writeIndexSync(path);
    return { path, table };
  })();
  built.set(name, made);
  return made;
}

function draw(random: Random, isUnit: boolean): Float32Array {
  const vector = Float32Array.from({ length: DIMS }, () => random.normal());
  // As ALS leaves them: lengths differ tenfold.
  const length = isUnit ? 1 : 0.1 * 10 ** random.next();
  const norm = Math.hypot(...vector);
  return vector.map((x) => (x / norm) * length);
}

function open({ path, table }: Built, efMin = 200, nItems = N) {
  const simd = createSimdTable(N + 10, DIMS)!;
  simd.table.set(table);
  const options = { dims: DIMS, nItems, name: "index.hnsw", efMin };
  return { index: openGraphIndex(path, simd, options), table: simd.table, options };
}

const all = Array.from({ length: N }, (_, row) => row);
const shapes = {
  "every row": { m: 16, rows: all, isUnit: true },
  "rows of unequal length": { m: 32, rows: all, isUnit: false },
  "every third row, from the last to the first": {
    m: 8,
    rows: all.filter((row) => row % 3 === 0).reverse(),
    isUnit: true,
  },
  "a single row": { m: 16, rows: [4], isUnit: true },
};

describe("openGraphIndex", () => {
  it.each(Object.entries(shapes))("finds what the library finds, in its order: %s", async (name, shape) => {
    const fixture = await build(name, shape);
    const { index, options } = open(fixture);
    const oracle = openHnswIndex(fixture.path, { ...options, space: "ip" });
    expect([index.dims, index.size]).toEqual([oracle.dims, oracle.size]);
    const random = createRandom("queries");
    const [items, scores] = [new Int32Array(K), new Float32Array(K)];
    const [wanted, wantedScores] = [new Int32Array(K), new Float32Array(K)];
    for (let q = 0; q < 50; q++) {
      const query = draw(random, true);
      const count = index.search(query, K, items, scores);
      expect(count).toBe(oracle.search(query, K, wanted, wantedScores));
      for (let i = 0; i < count; i++) expect(scores[i]).toBeCloseTo(wantedScores[i]!, 4);
      // Two sums of the same products may differ in their last digit, and two neighbours change places.
      expect([...items.slice(0, count)].sort()).toEqual([...wanted.slice(0, count)].sort());
    }
  });

  it("tells searches apart beyond what the record of met rows can count", async () => {
    const { index } = open(await build("a single row", shapes["a single row"]));
    const [items, scores] = [new Int32Array(1), new Float32Array(1)];
    const query = draw(createRandom("q"), true);
    for (let i = 0; i < 70_000; i++) expect(index.search(query, 1, items, scores)).toBe(1);
  });

  it("still finds the others when every tenth row has come to mean something else", async () => {
    const fixture = await build("every row", shapes["every row"]);
    const { index, table } = open(fixture);
    const random = createRandom("moved");
    for (let row = 0; row < N; row += 10) table.set(draw(random, true), row * DIMS);
    const [items, scores] = [new Int32Array(K), new Float32Array(K)];
    let found = 0;
    for (let q = 0; q < 20; q++) {
      const query = draw(random, true);
      const exact = Float64Array.from(all, (row) => {
        let sum = 0;
        for (let d = 0; d < DIMS; d++) sum += query[d]! * table[row * DIMS + d]!;
        return row % 10 === 0 ? Number.NEGATIVE_INFINITY : sum;
      });
      const threshold = exact.slice().sort()[N - K / 2]!;
      const count = index.search(query, K, items, scores);
      for (let i = 0; i < count; i++) if (exact[items[i]!]! >= threshold) found++;
    }
    expect(found / (20 * (K / 2))).toBeGreaterThan(0.97);
  });

  it.each<[string, RegExp, (bytes: Buffer) => Buffer]>([
    ["is cut off", /ends before its 6000 elements do/, (bytes) => bytes.subarray(0, bytes.length / 2)],
    ["lacks its end", /is shorter than it says|do not add up|ends before/, (bytes) => bytes.subarray(0, -4)],
    ["is something else", /is no index of 16 dimensions/, (bytes) => Buffer.alloc(bytes.length, 7)],
    ["has a link that leads nowhere", /leads nowhere/, (bytes) => write(bytes, 96 + 4, 0x00ff_ffff)],
    [
      "names an item beyond the table",
      /names item 6001 of 6000/,
      (bytes) => write(bytes, labelAt(16), 6_001),
    ],
    ["names an item twice", /names item 0 twice/, (bytes) => write(bytes, labelAt(16) + RECORD_BYTES, 0)],
    ["has more links than it has room for", /gives item 0 65535 links/, (bytes) => write(bytes, 96, 0xffff)],
    ["was built with other vectors", /another vector of item 0/, (bytes) => write(bytes, 96 + 4 + 4 * 32, 0)],
  ])("refuses a file that %s, and says so", async (what, reason, alter) => {
    const { path, table } = await build("every row", shapes["every row"]);
    const broken = join(dir, `${what}.hnsw`);
    await writeFile(broken, alter(Buffer.from(await readFile(path))));
    expect(() => open({ path: broken, table })).toThrow(/^index_unreadable: index\.hnsw /);
    expect(() => open({ path: broken, table })).toThrow(reason);
  });
});

/** With M = 16. */
const RECORD_BYTES = 4 + 4 * 32 + 4 * DIMS + 8;

/** Of the first element of an index with M = `m`. */
function labelAt(m: number): number {
  return 96 + 4 + 4 * 2 * m + 4 * DIMS;
}

function write(bytes: Buffer, at: number, value: number): Buffer {
  bytes.writeUInt32LE(value, at);
  return bytes;
}
