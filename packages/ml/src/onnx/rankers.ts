import { requireInput } from "../errors";
import type { LogisticModel } from "../rankers/logistic";
import { encodeOnnxGraph, type OnnxNode, type OnnxTensor } from "./graph";

/**
 * A logistic model as ONNX: input "features" float32 [N, F], output "score" float32 [N, 1] in 0…1.
 *
 *   score = Sigmoid(Gemm(features − mean, w) + centre)
 *
 * Features are centred before the product, as in `scoreLogistic`: in float32 a mean far from zero would
 * otherwise cost digits. Scores agree with `scoreLogistic` to 1e-6. Feature names travel in the metadata as
 * the JSON array "feature_names".
 *
 * @throws MlInputError `shape_mismatch` when the names are not one per feature
 */
export function encodeLogisticOnnx(
  model: LogisticModel,
  featureNames: readonly string[],
): Uint8Array<ArrayBuffer> {
  const f = model.nFeatures;
  requireInput(
    featureNames.length === f,
    "shape_mismatch",
    `${featureNames.length} feature names for a model of ${f} features`,
  );
  const mean = Float32Array.from(model.mean);
  let centre = model.bias;
  for (let p = 0; p < f; p++) centre += model.weights[p]! * mean[p]!;
  return encodeOnnxGraph({
    name: "logistic_ranker",
    input: { name: "features", dims: ["N", f] },
    output: { name: "score", dims: ["N", 1] },
    tensors: [
      { name: "mean", dims: [f], values: mean },
      { name: "weights", dims: [f, 1], values: Float32Array.from(model.weights) },
      { name: "bias", dims: [1], values: Float32Array.of(centre) },
    ],
    nodes: [
      { op: "Sub", inputs: ["features", "mean"], output: "centred" },
      { op: "Gemm", inputs: ["centred", "weights", "bias"], output: "logit" },
      { op: "Sigmoid", inputs: ["logit"], output: "score" },
    ],
    metadata: { feature_names: JSON.stringify(featureNames) },
  });
}

export interface MlpLayer {
  /** inDim × outDim, row-major */
  weights: Float32Array;
  /** length outDim */
  bias: Float32Array;
  inDim: number;
  outDim: number;
}

/**
 * A feed-forward network as ONNX: input "features" float32 [N, inDim of the first layer], output "score"
 * float32 [N, outDim of the last]; ReLU between layers, sigmoid at the end.
 *
 * @throws MlInputError `empty_input` without layers, `shape_mismatch` when shapes do not chain
 */
export function encodeMlpOnnx(
  layers: readonly MlpLayer[],
  o: { featureNames?: readonly string[] } = {},
): Uint8Array<ArrayBuffer> {
  const first = layers[0];
  const last = layers.at(-1);
  requireInput(
    first !== undefined && last !== undefined,
    "empty_input",
    "a network needs at least one layer",
  );
  const names = o.featureNames;
  requireInput(
    names === undefined || names.length === first.inDim,
    "shape_mismatch",
    `${names?.length} feature names for ${first.inDim} inputs`,
  );
  const tensors: OnnxTensor[] = [];
  const nodes: OnnxNode[] = [];
  let input = "features";
  for (const [n, layer] of layers.entries()) {
    checkLayer(layer, n, n === 0 ? layer.inDim : layers[n - 1]!.outDim);
    tensors.push({ name: `w${n}`, dims: [layer.inDim, layer.outDim], values: layer.weights });
    tensors.push({ name: `b${n}`, dims: [layer.outDim], values: layer.bias });
    nodes.push({ op: "Gemm", inputs: [input, `w${n}`, `b${n}`], output: `linear${n}` });
    const isLast = layer === last;
    input = isLast ? "score" : `hidden${n}`;
    nodes.push({ op: isLast ? "Sigmoid" : "Relu", inputs: [`linear${n}`], output: input });
  }
  return encodeOnnxGraph({
    name: "mlp_ranker",
    input: { name: "features", dims: ["N", first.inDim] },
    output: { name: "score", dims: ["N", last.outDim] },
    tensors,
    nodes,
    metadata: names === undefined ? {} : { feature_names: JSON.stringify(names) },
  });
}

function checkLayer(layer: MlpLayer, n: number, inDim: number): void {
  const fits =
    layer.inDim === inDim &&
    layer.weights.length === layer.inDim * layer.outDim &&
    layer.bias.length === layer.outDim;
  requireInput(
    fits,
    "shape_mismatch",
    `layer ${n} (${layer.inDim} × ${layer.outDim}) does not follow ${inDim} inputs or its arrays disagree`,
  );
}
