import { createRandom } from "@shortlist/ml";
import { expect, test } from "vitest";
import { createExactIndex } from "./exactVectorIndex";
import { createSimdTable } from "./simdDot";

const N = 3_000;
const DIMS = 16;

function createIndex() {
  const random = createRandom(5);
  const dots = createSimdTable(N + 10, DIMS)!;
  for (let i = 0; i < N * DIMS; i++) dots.table[i] = random.normal();
  // Without a direction, and beyond the rows of the release.
  dots.table.fill(0, 7 * DIMS, 8 * DIMS);
  dots.table.fill(9, N * DIMS);
  return { index: createExactIndex(dots, DIMS, N), table: dots.table };
}

test("finds the true best in order, never a row without a direction nor one beyond the release", () => {
  const { index, table } = createIndex();
  expect(index.size).toBe(N - 1);
  const query = Float32Array.from({ length: DIMS }, (_, d) => Math.sin(d));
  const items = new Int32Array(50);
  const scores = new Float32Array(50);
  expect(index.search(query, 50, items, scores)).toBe(50);
  const product = (row: number) => {
    let sum = 0;
    for (let d = 0; d < DIMS; d++) sum += query[d]! * table[row * DIMS + d]!;
    return sum;
  };
  const truth = Array.from({ length: N }, (_, row) => row)
    .filter((row) => row !== 7)
    .sort((a, b) => product(b) - product(a));
  expect([...items]).toEqual(truth.slice(0, 50));
  expect(scores[0]).toBeCloseTo(product(truth[0]!), 4);
});

test("gives fewer than asked when it holds fewer", () => {
  const { index } = createIndex();
  const items = new Int32Array(N + 100);
  expect(index.search(new Float32Array(DIMS).fill(1), N + 100, items, new Float32Array(N + 100))).toBe(N - 1);
});
