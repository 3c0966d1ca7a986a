import ort from "onnxruntime-node";
import type { Ranker, RankerInputs } from "../ports/ranker";
import { ReleaseRefused } from "../release/releaseRefused";
import { type OpenedSession, openSession } from "./onnxSession";

/** A ranker as an ONNX session. Sessions are never released in this process (re-creating them leaks). */
export async function openOnnxRanker(
  bytes: Uint8Array,
  options: {
    ref: string;
    input: string;
    output: string;
    width: number;
    /** How scores lie in the output: columns (null: no second dimension) and which of them. Absent: one column. */
    layout?: { readonly columns: number | null; readonly scoreColumn: number } | undefined;
    inputs: RankerInputs | null;
    /** Execution providers, most wanted first; the CPU when absent, and when none can be had. */
    providers?: readonly string[] | undefined;
  },
): Promise<Ranker> {
  const { width } = options;
  let opened: OpenedSession;
  try {
    opened = await openSession(bytes, options.providers ?? ["cpu"]);
  } catch (cause) {
    throw new ReleaseRefused("corrupt_artifact", `${options.ref}: ${(cause as Error).message}`);
  }
  const { session } = opened;
  if (!session.inputNames.includes(options.input) || !session.outputNames.includes(options.output))
    throw new ReleaseRefused(
      "feature_mismatch",
      `${options.ref} has inputs ${session.inputNames.join()} and outputs ${session.outputNames.join()}, ` +
        `its manifest names ${options.input} and ${options.output}`,
    );
  const { layout } = options;
  const isFlat = layout?.columns === null;
  const wide = layout !== undefined && layout.columns !== null && layout.columns > 1 ? layout : null;
  return {
    ref: options.ref,
    execution: { provider: opened.provider, passedOver: opened.passedOver },
    width,
    inputs: options.inputs,
    async score(features, count, out) {
      const input = new ort.Tensor("float32", features.subarray(0, count * width), [count, width]);
      if (wide !== null) {
        const answer = await session.run({ [options.input]: input }, [options.output]);
        pickColumn(answer[options.output]!.data as Float32Array, wide, out.subarray(0, count));
        return;
      }
      // The output is written in place: no copy and nothing for the collector.
      const output = new ort.Tensor("float32", out.subarray(0, count), isFlat ? [count] : [count, 1]);
      await session.run({ [options.input]: input }, { [options.output]: output });
    },
  };
}

/** The score among several numbers a row, as a classifier gives them. */
function pickColumn(
  from: Float32Array,
  layout: { columns: number | null; scoreColumn: number },
  out: Float32Array,
): void {
  const columns = layout.columns ?? 1;
  for (let row = 0; row < out.length; row++) out[row] = from[row * columns + layout.scoreColumn]!;
}
