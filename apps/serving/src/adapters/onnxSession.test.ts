import { encodeMlpOnnx } from "@shortlist/ml";
import { describe, expect, it } from "vitest";
import { openOnnxRanker } from "./onnxRanker";
import { openSession } from "./onnxSession";

const MODEL = encodeMlpOnnx([
  { weights: Float32Array.of(2, 3), bias: Float32Array.of(1), inDim: 2, outDim: 1 },
]);

describe("what a model runs on", () => {
  it.each([["cuda"], ["no-such-provider"]])(
    "%s cannot be had here: the CPU takes over and says why",
    async (provider) => {
      const opened = await openSession(MODEL, [provider, "cpu"]);
      expect(opened.provider).toBe("cpu");
      expect(opened.passedOver).toEqual([{ provider, reason: expect.stringMatching(/./) }]);
    },
  );

  it("the CPU takes over even when nobody names it, and the scores are right", async () => {
    const ranker = await openOnnxRanker(MODEL, {
      ref: "ranker@1",
      input: "features",
      output: "score",
      width: 2,
      inputs: null,
      providers: ["cuda"],
    });
    expect(ranker.execution).toMatchObject({ provider: "cpu", passedOver: [{ provider: "cuda" }] });
    const out = new Float32Array(1);
    await ranker.score(Float32Array.of(1, 1), 1, out);
    expect(out[0]).toBeCloseTo(1 / (1 + Math.exp(-6)), 5);
  });

  it("the score of a model with several numbers a row is the column that its manifest says", async () => {
    const twoClasses = encodeMlpOnnx([
      { weights: Float32Array.of(1, 0, 0, 1), bias: Float32Array.of(0, 0), inDim: 2, outDim: 2 },
    ]);
    const ranker = await openOnnxRanker(twoClasses, {
      ref: "ranker@1",
      input: "features",
      output: "score",
      width: 2,
      layout: { columns: 2, scoreColumn: 1 },
      inputs: null,
    });
    const out = new Float32Array(2);
    await ranker.score(Float32Array.of(9, 0, 9, 3), 2, out);
    expect([...out]).toEqual([expect.closeTo(0.5, 5), expect.closeTo(1 / (1 + Math.exp(-3)), 5)]);
  });

  it("the CPU first is the CPU, and nothing was passed over", async () => {
    expect(await openSession(MODEL, ["cpu", "cuda"])).toMatchObject({ provider: "cpu", passedOver: [] });
  });

  it("a model that the CPU cannot open either is refused", async () => {
    await expect(openSession(MODEL.slice(0, 20), ["cuda", "cpu"])).rejects.toThrow();
  });
});
