import { InferenceSession, Tensor } from "onnxruntime-node";
import { describe, expect, it } from "vitest";
import { createRandom } from "../random/random";
import { fitLogistic, scoreLogistic } from "../rankers/logistic";
import { encodeLogisticOnnx, encodeMlpOnnx, type MlpLayer } from "./rankers";

async function runOnnx(model: Uint8Array, x: Float32Array, width: number): Promise<Float32Array> {
  const session = await InferenceSession.create(model);
  expect(session.inputNames).toEqual(["features"]);
  expect(session.outputNames).toEqual(["score"]);
  const output = await session.run({ features: new Tensor("float32", x, [x.length / width, width]) });
  await session.release();
  return output.score!.data as Float32Array;
}

function drawNormals(length: number, seed: string, scale: number, shift = 0): Float32Array {
  const random = createRandom(seed);
  return Float32Array.from({ length }, () => shift + scale * random.normal());
}

describe("encodeLogisticOnnx", () => {
  it("scores as scoreLogistic does, to 1e-6, also for features far from zero", async () => {
    const x = drawNormals(500 * 4, "x", 0.5, 300);
    const y = Array.from({ length: 500 }, (_, r) =>
      x[r * 4]! - x[r * 4 + 1]! + 0.5 * x[r * 4 + 2]! > 150 ? 1 : 0,
    );
    const model = fitLogistic(x, y, null, 4, { l2: 1 });
    const expected = new Float32Array(500);
    scoreLogistic(model, x, 500, expected);
    const scores = await runOnnx(encodeLogisticOnnx(model, ["a", "b", "c", "d"]), x, 4);
    for (let r = 0; r < 500; r++) expect(Math.abs(scores[r]! - expected[r]!)).toBeLessThan(1e-6);
  });

  it("refuses names that are not one per feature", () => {
    const model = fitLogistic(Float32Array.of(0, 1), [0, 1], null, 1, { l2: 1 });
    expect(() => encodeLogisticOnnx(model, ["a", "b"])).toThrow(/2 feature names/);
  });
});

describe("encodeMlpOnnx", () => {
  const dims = [6, 8, 5, 1];
  const layers: MlpLayer[] = dims.slice(1).map((outDim, n) => ({
    weights: drawNormals(dims[n]! * outDim, `w${n}`, 0.5),
    bias: drawNormals(outDim, `b${n}`, 0.5),
    inDim: dims[n]!,
    outDim,
  }));

  it("scores as the plain forward pass does, to 1e-6", async () => {
    const x = drawNormals(50 * 6, "x", 1);
    const scores = await runOnnx(encodeMlpOnnx(layers), x, 6);
    for (let r = 0; r < 50; r++) {
      let row = [...x.subarray(r * 6, r * 6 + 6)];
      for (const [n, layer] of layers.entries()) {
        row = [...layer.bias].map((bias, q) =>
          row.reduce((sum, v, p) => sum + v * layer.weights[p * layer.outDim + q]!, bias),
        );
        if (n < layers.length - 1) row = row.map((v) => Math.max(0, v));
      }
      expect(Math.abs(scores[r]! - 1 / (1 + Math.exp(-row[0]!)))).toBeLessThan(1e-6);
    }
  });

  it("refuses layers that do not chain", () => {
    expect(() => encodeMlpOnnx([])).toThrow(/at least one layer/);
    expect(() => encodeMlpOnnx([layers[0]!, layers[2]!])).toThrow(/layer 1 \(5 × 1\) does not follow 8/);
  });
});
