import type { ModelManifest } from "@shortlist/contracts";
import ort from "onnxruntime-node";
import { checkGoldenScores, checkRankerManifest, checkRankerShape, refuseModel } from "./decide";

/**
 * Runs a ranker as a replica would, before it is registered. Throws AppError `model_refused` that says what is
 * wrong: unreadable, unsupported operator, names, width, non-tensor output, golden rows.
 */
export async function checkRanker(manifest: ModelManifest, model: Uint8Array | undefined): Promise<void> {
  checkRankerManifest(manifest);
  if (model === undefined) throw refuseModel("A ranker package holds model.onnx; this one does not");
  const session = await openSession(model);
  try {
    const input = session.inputMetadata.find(({ name }) => name === manifest.input);
    const columns = input?.isTensor === true ? input.shape[1] : undefined;
    checkRankerShape(
      {
        inputNames: session.inputNames,
        outputNames: session.outputNames,
        // A symbolic dimension is any number of columns.
        width: typeof columns === "number" && columns > 0 ? columns : null,
      },
      manifest,
    );
    const { inputs } = manifest.golden;
    const scores = await run(session, manifest, {
      rows: Float32Array.from(inputs.flat()),
      count: inputs.length,
    });
    checkGoldenScores(scores, manifest);
  } finally {
    await session.release();
  }
}

/** Scores of `count` rows, as wide as the manifest's features, by a ranker that was checked when it was registered. */
export async function scoreRows(
  manifest: ModelManifest,
  model: Uint8Array,
  input: { rows: Float32Array; count: number },
): Promise<Float32Array> {
  checkRankerManifest(manifest);
  const session = await openSession(model);
  try {
    return await run(session, manifest, input);
  } finally {
    await session.release();
  }
}

function openSession(model: Uint8Array): Promise<ort.InferenceSession> {
  return ort.InferenceSession.create(model, {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
  }).catch((error: Error) => {
    throw refuseModel(`The model cannot be loaded: ${error.message}`);
  });
}

async function run(
  session: ort.InferenceSession,
  manifest: Parameters<typeof checkGoldenScores>[1],
  { rows, count }: { rows: Float32Array; count: number },
): Promise<Float32Array> {
  const features = new ort.Tensor("float32", rows, [count, manifest.features.length]);
  const results = await session
    .run({ [manifest.input]: features }, [manifest.output])
    .catch((error: Error) => {
      throw refuseModel(`The model cannot score ${count} rows: ${error.message}`);
    });
  const output = results[manifest.output];
  if (output === undefined || !(output.data instanceof Float32Array))
    throw refuseModel(`Output ${manifest.output} is not a float32 tensor`);
  return output.data;
}
