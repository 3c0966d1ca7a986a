import { refuseModel } from "../refuseModel";
import { explainRunError } from "./explainError";
import type { RunResult } from "./messages";
import type { ModelProbe } from "./modelProbe";

type FloatResult = RunResult & { readonly data: Float32Array };

/** Scores rows of one width. Throws AppError `model_refused` that says why the model cannot. */
export async function runRows(
  probe: ModelProbe,
  { input, output, rows }: { input: string; output: string; rows: readonly (readonly number[])[] },
): Promise<FloatResult> {
  const count = rows.length;
  const answer = await probe.run({ input, output, rows: Float32Array.from(rows.flat()), count });
  if ("error" in answer) throw refuseModel(explainRunError(answer.error, { width: rows[0]!.length, count }));
  if (answer.data === null) throw refuseModel(`Output ${output} is ${answer.dtype}, not a float32 tensor.`);
  return { ...answer, data: answer.data };
}
