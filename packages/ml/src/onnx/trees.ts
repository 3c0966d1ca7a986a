import { requireInput, requirePositiveInteger } from "../errors";
import { encodeOnnxGraph } from "./graph";

/** A binary regression tree as arrays by node; node 0 is the root. */
export interface RegressionTree {
  /** Feature a node asks about, −1 for a leaf. */
  readonly feature: Int32Array;
  /** A row goes left when its value is ≤ the threshold. */
  readonly threshold: Float32Array;
  readonly left: Int32Array;
  readonly right: Int32Array;
  /** What a leaf adds to the score. */
  readonly value: Float32Array;
}

/**
 * A sum of regression trees, as gradient boosting makes them, as ONNX: input "features" float32 [N, F], output "score"
 * float32 [N, 1].
 *
 *   score = base + Σ over trees of the value of the leaf the row ends in
 *
 * @param nFeatures F ≥ 1
 * @throws MlInputError `empty_input` without trees, `shape_mismatch` when the arrays of a tree disagree or a node names
 * a feature or child that is not there
 * Cost O(nodes). Operator: TreeEnsembleRegressor of ai.onnx.ml (github.com/onnx/onnx, Operators-ml).
 */
export function encodeTreesOnnx(
  trees: readonly RegressionTree[],
  o: { readonly nFeatures: number; readonly base: number },
): Uint8Array<ArrayBuffer> {
  requirePositiveInteger(o.nFeatures, "nFeatures");
  requireInput(trees.length > 0, "empty_input", "an ensemble needs at least one tree");
  const nodes = {
    trees: [] as number[],
    ids: [] as number[],
    features: [] as number[],
    thresholds: [] as number[],
    modes: [] as string[],
    lefts: [] as number[],
    rights: [] as number[],
  };
  const leaves = { trees: [] as number[], nodes: [] as number[], weights: [] as number[] };
  trees.forEach((tree, t) => {
    checkTree(tree, t, o.nFeatures);
    for (let n = 0; n < tree.feature.length; n++) {
      const isLeaf = tree.feature[n]! < 0;
      nodes.trees.push(t);
      nodes.ids.push(n);
      nodes.features.push(isLeaf ? 0 : tree.feature[n]!);
      nodes.thresholds.push(isLeaf ? 0 : tree.threshold[n]!);
      nodes.modes.push(isLeaf ? "LEAF" : "BRANCH_LEQ");
      nodes.lefts.push(isLeaf ? 0 : tree.left[n]!);
      nodes.rights.push(isLeaf ? 0 : tree.right[n]!);
      if (!isLeaf) continue;
      leaves.trees.push(t);
      leaves.nodes.push(n);
      leaves.weights.push(tree.value[n]!);
    }
  });
  return encodeOnnxGraph({
    name: "tree_ranker",
    input: { name: "features", dims: ["N", o.nFeatures] },
    output: { name: "score", dims: ["N", 1] },
    tensors: [],
    nodes: [
      {
        op: "TreeEnsembleRegressor",
        domain: "ai.onnx.ml",
        inputs: ["features"],
        output: "score",
        attributes: [
          { name: "nodes_treeids", integers: nodes.trees },
          { name: "nodes_nodeids", integers: nodes.ids },
          { name: "nodes_featureids", integers: nodes.features },
          { name: "nodes_values", floats: nodes.thresholds },
          { name: "nodes_modes", texts: nodes.modes },
          { name: "nodes_truenodeids", integers: nodes.lefts },
          { name: "nodes_falsenodeids", integers: nodes.rights },
          { name: "target_treeids", integers: leaves.trees },
          { name: "target_nodeids", integers: leaves.nodes },
          { name: "target_ids", integers: leaves.trees.map(() => 0) },
          { name: "target_weights", floats: leaves.weights },
          { name: "base_values", floats: [o.base] },
          { name: "n_targets", integer: 1 },
        ],
      },
    ],
    metadata: {},
  });
}

/**
 * What the ensemble scores for one row: base + Σ of leaf values, in float64. The definition that the ONNX form is held to.
 *
 * @param row length ≥ the largest feature + 1
 * Cost O(trees · depth).
 */
export function scoreTrees(trees: readonly RegressionTree[], base: number, row: Float32Array): number {
  let sum = base;
  for (const { feature, threshold, left, right, value } of trees) {
    let node = 0;
    while (feature[node]! >= 0) node = row[feature[node]!]! <= threshold[node]! ? left[node]! : right[node]!;
    sum += value[node]!;
  }
  return sum;
}

function checkTree(tree: RegressionTree, t: number, nFeatures: number): void {
  const n = tree.feature.length;
  const areAlike = [tree.threshold, tree.left, tree.right, tree.value].every(({ length }) => length === n);
  requireInput(areAlike && n > 0, "shape_mismatch", `the arrays of tree ${t} differ in length or are empty`);
  for (let node = 0; node < n; node++) {
    if (tree.feature[node]! < 0) continue;
    requireInput(
      tree.feature[node]! < nFeatures &&
        isChild(tree.left[node]!, node, n) &&
        isChild(tree.right[node]!, node, n),
      "shape_mismatch",
      `node ${node} of tree ${t} names a feature or a child that is not there`,
    );
  }
}

/** Children come after their parent, so that no walk can go round in circles. */
function isChild(child: number, parent: number, n: number): boolean {
  return child > parent && child < n;
}
