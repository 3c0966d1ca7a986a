import type { ModelCheck, ModelManifest } from "@shortlist/contracts";
import { checkGoldenScores, checkRankerManifest, type RankerManifest } from "./decide";
import {
  checkFeatureRanges,
  checkUnusedFeatures,
  decideInput,
  decideLayout,
  decideOutput,
  makeEdgeRows,
  makeGoldenRows,
  pickScores,
  type ScoreLayout,
} from "./decideRanker";
import { type ModelProbe, type ProbeBounds, withModelProbe } from "./probe/modelProbe";
import { runRows } from "./probe/runRows";
import { refuseModel } from "./refuseModel";

const GOLDEN_ROWS_MADE = 8;
/** About what a request of a large shop asks for. */
const TIMED_ROWS = 1_000;
/** Summing in another order changes the last digits; a score that depends on its neighbours changes more. */
const BATCH_TOLERANCE = 1e-4;

export interface CheckedRanker {
  /** With what was found filled in: tensors, layout of the output, golden rows. */
  readonly manifest: RankerManifest;
  readonly check: ModelCheck;
}

/**
 * Runs a ranker as a replica would, before it is registered. Throws AppError `model_refused` that says what is
 * wrong: unreadable, unsupported operator, names, types, width, fixed batch, choice of the score, non-numbers, golden rows.
 */
export function checkRanker(
  manifest: ModelManifest,
  modelPath: string,
  o: { readonly makeGolden: boolean; readonly bounds?: ProbeBounds },
): Promise<CheckedRanker> {
  checkRankerManifest(manifest, o);
  checkFeatureRanges(manifest);
  return withModelProbe(modelPath, (probe) => checkLoaded(probe, manifest), o.bounds);
}

async function checkLoaded(probe: ModelProbe, manifest: ModelManifest): Promise<CheckedRanker> {
  const { features } = manifest;
  const input = decideInput(probe.description, manifest);
  const output = decideOutput(probe.description, manifest);
  const edges = makeEdgeRows(features);
  const golden = manifest.golden?.inputs ?? makeGoldenRows(features, GOLDEN_ROWS_MADE);
  const rows = [...golden, ...edges.map(({ row }) => row)];
  const run = (given: readonly (readonly number[])[]) =>
    runRows(probe, { input: input.name, output: output.name, rows: given });

  const answer = await run(rows);
  const layout = decideLayout(
    { ...answer, name: output.name },
    { count: rows.length, scoreColumn: manifest.scoreColumn },
  );
  const scores = pickScores(answer.data, rows.length, layout);
  edges.forEach(({ what }, i) => {
    const score = scores[golden.length + i]!;
    if (!Number.isFinite(score))
      throw refuseModel(`With ${what} the model gives ${score}: it makes non-numbers inside its ranges.`);
  });
  const [declared] = input.shape.slice(1);
  const declaredWidth = typeof declared === "number" ? declared : null;
  const columnsRead =
    declaredWidth ?? (await findColumnsRead(probe, { rows, scores, layout, input, output }));
  checkUnusedFeatures(columnsRead, manifest);

  const checked: RankerManifest = {
    ...manifest,
    input: input.name,
    output: output.name,
    outputColumns: layout.outputColumns,
    scoreColumn: layout.scoreColumn,
    golden: manifest.golden ?? {
      inputs: golden,
      scores: [...scores.slice(0, golden.length)],
      source: "made",
    },
  };
  checkGoldenScores(scores.slice(0, golden.length), checked);
  const alone = pickScores((await run([rows[0]!])).data, 1, layout)[0]!;
  if (Math.abs(alone - scores[0]!) > BATCH_TOLERANCE * Math.max(1, Math.abs(alone)))
    throw refuseModel(
      `The first row scores ${alone} by itself and ${scores[0]} among others: the model mixes its rows. ` +
        "A candidate's score may not depend on the other candidates of a request.",
    );
  const timed = await run(Array.from({ length: TIMED_ROWS }, (_, i) => rows[i % rows.length]!));
  return {
    manifest: checked,
    check: {
      ...structuredClone(probe.description as ModelCheck),
      declaredWidth,
      columnsRead,
      msPer1000Rows: timed.ms,
      runtime: "onnxruntime-node 1.30.0, CPU",
      goldenScores: [...scores.slice(0, golden.length)],
    },
  };
}

/** Columns from the left that the scores hang on, of a model that does not say its width: trees ignore what is beyond. */
async function findColumnsRead(
  probe: ModelProbe,
  o: {
    readonly rows: readonly (readonly number[])[];
    readonly scores: Float32Array;
    readonly layout: ScoreLayout;
    readonly input: { readonly name: string };
    readonly output: { readonly name: string };
  },
): Promise<number> {
  const count = o.rows.length;
  let read = o.rows[0]!.length;
  for (; read > 1; read--) {
    const rows = Float32Array.from(o.rows.flatMap((row) => row.slice(0, read - 1)));
    const answer = await probe.run({ input: o.input.name, output: o.output.name, rows, count });
    if ("error" in answer || answer.data === null) break;
    const scores = pickScores(answer.data, count, o.layout);
    if (scores.some((score, row) => score !== o.scores[row])) break;
  }
  return read;
}
