import type { ModelManifest } from "@shortlist/contracts";
import ort from "onnxruntime-node";
import { pickScores } from "./decideRanker";
import { explainLoadError, explainRunError } from "./probe/explainError";
import { refuseModel } from "./refuseModel";

/** Scores of `count` rows, as wide as the manifest's features, by a ranker that was checked when it was registered. */
export async function scoreRows(
  manifest: ModelManifest,
  model: Uint8Array,
  { rows, count }: { rows: Float32Array; count: number },
): Promise<Float32Array> {
  const width = manifest.features.length;
  const [input, output] = [manifest.input ?? "features", manifest.output ?? "score"];
  const session = await ort.InferenceSession.create(model, {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
  }).catch((error: Error) => {
    throw refuseModel(explainLoadError(error.message));
  });
  try {
    const features = new ort.Tensor("float32", rows, [count, width]);
    const results = await session.run({ [input]: features }, [output]).catch((error: Error) => {
      throw refuseModel(explainRunError(error.message, { width, count }));
    });
    return pickScores(results[output]!.data as Float32Array, count, {
      outputColumns: manifest.outputColumns === undefined ? 1 : manifest.outputColumns,
      scoreColumn: manifest.scoreColumn ?? 0,
    });
  } finally {
    await session.release();
  }
}
