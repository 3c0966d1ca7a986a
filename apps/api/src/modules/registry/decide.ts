import { type FieldProblem, ModelManifest } from "@shortlist/contracts";
import { AppError, toFieldProblems } from "@shortlist/platform";

/** Rounding of float32 through a few layers stays well below; a wrong feature order does not. */
const GOLDEN_TOLERANCE = 1e-4;

/** Refusal of a model package. What is wrong is public: whoever registers a model has to be able to mend it. */
export function refuseModel(detail: string, fields?: readonly FieldProblem[]): AppError {
  return new AppError("model_refused", detail, {
    publicDetail: detail,
    ...(fields === undefined ? {} : { fields }),
  });
}

/** The manifest as the contract has it; refuses one that does not parse or belongs to another model. */
export function parseManifest(raw: unknown, expected: { name: string; kind: string }): ModelManifest {
  const parsed = ModelManifest.safeParse(raw);
  if (!parsed.success) throw refuseModel("The manifest does not parse", toFieldProblems(parsed.error.issues));
  const { kind, name } = parsed.data;
  if (kind !== expected.kind) throw refuseModel(`The manifest is of kind ${kind}, not ${expected.kind}`);
  if (name !== expected.name) throw refuseModel(`The manifest is of model ${name}, not ${expected.name}`);
  return parsed.data;
}

export interface RankerShape {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  /** Columns the model wants; null when it accepts any number or does not say. */
  readonly width: number | null;
}

/** What the manifest must say for a ranker to be run at all, before it is run. */
export function checkRankerManifest(manifest: ModelManifest): asserts manifest is RankerManifest {
  if (manifest.features.length === 0)
    throw refuseModel("A ranker names its features; this manifest names none");
  const names = manifest.features.map(({ name }) => name);
  const repeated = names.find((name, i) => names.indexOf(name) !== i);
  if (repeated !== undefined) throw refuseModel(`Feature ${repeated} is named twice`);
  if (manifest.input === null || manifest.output === null)
    throw refuseModel("A ranker's manifest names its input and output tensors");
  const { golden } = manifest;
  if (golden === null || golden.inputs.length === 0)
    throw refuseModel("A ranker brings golden rows; there are none");
  if (golden.inputs.length !== golden.scores.length)
    throw refuseModel(
      `There are ${golden.inputs.length} golden rows and ${golden.scores.length} golden scores`,
    );
  golden.inputs.forEach((row, i) => {
    if (row.length !== names.length)
      throw refuseModel(`Golden row ${i} is ${row.length} wide, the manifest has ${names.length} features`);
  });
  const { linear } = manifest;
  if (linear !== null && (linear.weights.length !== names.length || linear.means.length !== names.length))
    throw refuseModel("The linear explanation is not as wide as the features");
}

export interface RankerManifest extends ModelManifest {
  input: string;
  output: string;
  golden: NonNullable<ModelManifest["golden"]>;
}

/** Holds the model to its manifest by what the model says of itself. */
export function checkRankerShape(shape: RankerShape, manifest: RankerManifest): void {
  if (!shape.inputNames.includes(manifest.input))
    throw refuseModel(`The model has no input ${manifest.input}; it has ${shape.inputNames.join(", ")}`);
  const others = shape.inputNames.filter((name) => name !== manifest.input);
  if (others.length > 0) throw refuseModel(`The model also wants ${others.join(", ")}; one input is filled`);
  if (!shape.outputNames.includes(manifest.output))
    throw refuseModel(`The model has no output ${manifest.output}; it has ${shape.outputNames.join(", ")}`);
  if (shape.width !== null && shape.width !== manifest.features.length)
    throw refuseModel(
      `The model is ${shape.width} wide, the manifest has ${manifest.features.length} features`,
    );
}

/**
 * For each feature a model wants, its column among those that are there. Throws `conflict` with the names of what is
 * missing: a default in its place would judge the model by what it was not told.
 */
export function alignFeatures(
  given: ModelManifest["features"],
  wanted: ModelManifest["features"],
  ref: string,
): number[] {
  const keyOf = ({ name, view, viewVersion }: ModelManifest["features"][number]) =>
    `${name} of ${view}@${viewVersion}`;
  const columns = new Map(given.map((feature, column) => [keyOf(feature), column]));
  const missing = wanted.map(keyOf).filter((key) => !columns.has(key));
  if (missing.length > 0)
    throw new AppError("conflict", `${ref} reads other features`, {
      publicDetail: `${ref} reads features that this request was not ranked with: ${missing.join(", ")}`,
    });
  return wanted.map((feature) => columns.get(keyOf(feature))!);
}

/** The golden rows must give the scores they gave where the model was trained (M1). */
export function checkGoldenScores(actual: ArrayLike<number>, manifest: RankerManifest): void {
  const expected = manifest.golden.scores;
  if (actual.length !== expected.length)
    throw refuseModel(`The model gives ${actual.length} scores for ${expected.length} golden rows`);
  expected.forEach((score, row) => {
    const got = actual[row]!;
    if (!Number.isFinite(got))
      throw refuseModel(`Golden row ${row} gives ${got}: the model makes non-numbers`);
    if (Math.abs(got - score) > GOLDEN_TOLERANCE * Math.max(1, Math.abs(score)))
      throw refuseModel(`Golden row ${row} gives ${got}, the manifest says ${score}`);
  });
}
