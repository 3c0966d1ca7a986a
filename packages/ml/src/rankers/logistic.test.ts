import { describe, expect, it } from "vitest";
import { createRandom } from "../random/random";
import { describeData, readDataText } from "../sharedData.test-support";
import { computeAuc, computeCalibrationError, computeLogLoss } from "./classificationMetrics";
import { fitLogistic, scoreLogistic } from "./logistic";

function drawRows(n: number, truth: number[], bias: number) {
  const random = createRandom("rows");
  const x = new Float32Array(n * truth.length);
  const y = new Uint8Array(n);
  for (let r = 0; r < n; r++) {
    let score = bias;
    truth.forEach((weight, p) => {
      const value = 5 * p + (p + 1) * random.normal();
      x[r * truth.length + p] = value;
      score += weight * value;
    });
    y[r] = random.next() < 1 / (1 + Math.exp(-score)) ? 1 : 0;
  }
  return { x, y };
}

describe("fitLogistic", () => {
  it("recovers the weights that made the data, in raw units", () => {
    const { x, y } = drawRows(40_000, [0.8, -0.3, 0.1], 0.5);
    const model = fitLogistic(x, y, null, 3, { l2: 1e-6 });
    expect(model.converged).toBe(true);
    expect(model.weights[0]).toBeCloseTo(0.8, 1);
    expect(model.weights[1]).toBeCloseTo(-0.3, 1);
    expect(model.weights[2]).toBeCloseTo(0.1, 1);
    const probabilities = new Float32Array(40_000);
    scoreLogistic(model, x, 40_000, probabilities);
    expect(computeCalibrationError(probabilities, y)).toMatchObject({
      ok: true,
      value: expect.closeTo(0, 1),
    });
    const meanProbability = probabilities.reduce((sum, p) => sum + p, 0) / 40_000;
    expect(meanProbability).toBeCloseTo(y.reduce((sum, label) => sum + label, 0) / 40_000, 5);
  });

  it("treats a row weight of 2 as the row twice", () => {
    const { x, y } = drawRows(50, [1], 0);
    const twice = fitLogistic(
      Float32Array.of(...x, ...x.subarray(0, 10)),
      [...y, ...y.subarray(0, 10)],
      null,
      1,
      { l2: 1 },
    );
    const weighted = fitLogistic(
      x,
      y,
      Float32Array.from(y, (_, r) => (r < 10 ? 2 : 1)),
      1,
      { l2: 1 },
    );
    expect(weighted.weights[0]).toBeCloseTo(twice.weights[0]!, 8);
    expect(weighted.bias).toBeCloseTo(twice.bias, 8);
  });

  it("gives a constant feature no weight and stays finite when classes separate", () => {
    const model = fitLogistic(Float32Array.of(-1, 7, -2, 7, 1, 7, 2, 7), [0, 0, 1, 1], null, 2, { l2: 1 });
    expect(model.weights[1]).toBe(0);
    expect(model.converged).toBe(true);
    const free = fitLogistic(Float32Array.of(-1, -2, 1, 2), [0, 0, 1, 1], null, 1, { l2: 0 });
    expect(Number.isFinite(free.weights[0])).toBe(true);
  });

  it("refuses one class only, NaN features and shapes that disagree", () => {
    const code = (run: () => unknown) => {
      try {
        run();
      } catch (error) {
        return (error as { code: string }).code;
      }
      return "none";
    };
    expect(code(() => fitLogistic(Float32Array.of(1, 2), [1, 1], null, 1, { l2: 1 }))).toBe(
      "insufficient_data",
    );
    expect(code(() => fitLogistic(Float32Array.of(1, Number.NaN), [0, 1], null, 1, { l2: 1 }))).toBe(
      "invalid_value",
    );
    expect(code(() => fitLogistic(Float32Array.of(1), [0, 1], null, 1, { l2: 1 }))).toBe("shape_mismatch");
  });
});

describe("classification metrics", () => {
  it("count ties half in AUC and are not computable without both labels", () => {
    expect(computeAuc([0.1, 0.5, 0.5, 0.9], [0, 0, 1, 1])).toEqual({ ok: true, value: 0.875 });
    expect(computeAuc([0.1, 0.5], [1, 1])).toEqual({ ok: false, reason: "insufficient_data" });
    expect(computeLogLoss([], [])).toEqual({ ok: false, reason: "insufficient_data" });
    expect(computeLogLoss([0.5, 0.5], [0, 1])).toEqual({ ok: true, value: Math.LN2 });
  });
});

const data = describeData("lightgbm-examples");
describe.skipIf(data.skip)(`logistic on ${data.label}`, () => {
  it("reaches the reference figures: AUC .6933, log loss .6301", () => {
    const read = (file: string) => {
      const rows = readDataText(`lightgbm-examples/binary_classification/${file}`)
        .trim()
        .split("\n")
        .map((line) => line.split("\t").map(Number));
      return { y: rows.map((row) => row[0]!), x: Float32Array.from(rows.flatMap((row) => row.slice(1))) };
    };
    const train = read("binary.train.gz");
    const test = read("binary.test.gz");
    const model = fitLogistic(train.x, train.y, null, 28, { l2: 1 });
    const scores = new Float32Array(test.y.length);
    scoreLogistic(model, test.x, test.y.length, scores);
    const [auc, logLoss] = [computeAuc(scores, test.y), computeLogLoss(scores, test.y)];
    expect(auc.ok && auc.value.toFixed(4)).toBe("0.6933");
    expect(logLoss.ok && logLoss.value.toFixed(4)).toBe("0.6301");
  });
});
