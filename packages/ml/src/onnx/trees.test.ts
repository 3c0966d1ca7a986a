import { InferenceSession, Tensor } from "onnxruntime-node";
import { expect, test } from "vitest";
import { createRandom } from "../random/random";
import { encodeTreesOnnx, type RegressionTree, scoreTrees } from "./trees";

const N_FEATURES = 7;

/** A full tree of the depth with random questions. */
function createTree(seed: number, depth: number): RegressionTree {
  const random = createRandom(seed);
  const inner = 2 ** depth - 1;
  const n = 2 * inner + 1;
  const of = (pick: (node: number) => number) => Float32Array.from({ length: n }, (_, node) => pick(node));
  return {
    feature: Int32Array.from({ length: n }, (_, node) => (node < inner ? random.int(N_FEATURES) : -1)),
    threshold: of(() => random.normal()),
    left: Int32Array.from({ length: n }, (_, node) => 2 * node + 1),
    right: Int32Array.from({ length: n }, (_, node) => 2 * node + 2),
    value: of(() => random.normal()),
  };
}

test("the runtime scores an ensemble as its definition does, ties with a threshold included", async () => {
  const trees = Array.from({ length: 25 }, (_, t) => createTree(t, 1 + (t % 5)));
  const bytes = encodeTreesOnnx(trees, { nFeatures: N_FEATURES, base: 0.25 });
  const session = await InferenceSession.create(bytes, { logSeverityLevel: 3 });
  const random = createRandom(3);
  const rows = 200;
  const values = Float32Array.from({ length: rows * N_FEATURES }, () => random.normal());
  trees.forEach((tree, t) => {
    values[t * N_FEATURES + tree.feature[0]!] = tree.threshold[0]!;
  });
  const output = await session.run({ features: new Tensor("float32", values, [rows, N_FEATURES]) });
  const scores = output.score!;
  expect(scores.dims).toEqual([rows, 1]);
  for (let r = 0; r < rows; r++) {
    const row = values.subarray(r * N_FEATURES, (r + 1) * N_FEATURES);
    expect(scores.data[r]).toBeCloseTo(scoreTrees(trees, 0.25, row), 4);
  }
});

test.each([
  ["no tree", [], "at least one tree"],
  [
    "a feature that is not there",
    [{ ...createTree(1, 1), feature: Int32Array.of(N_FEATURES, -1, -1) }],
    "feature",
  ],
  ["a child that is not there", [{ ...createTree(1, 1), right: Int32Array.of(3, 0, 0) }], "child"],
  ["a node that is its own child", [{ ...createTree(1, 1), left: Int32Array.of(0, 0, 0) }], "child"],
  ["arrays of different lengths", [{ ...createTree(1, 1), value: new Float32Array(2) }], "length"],
])("%s is refused by name", (_what, trees, word) => {
  expect(() => encodeTreesOnnx(trees, { nFeatures: N_FEATURES, base: 0 })).toThrow(word);
});
