import { ModelManifest } from "@shortlist/contracts";
import { AppError, toFieldProblems } from "@shortlist/platform";
import { refuseModel } from "./refuseModel";

/** Rounding of float32 through a few layers stays well below; a wrong feature order does not. */
const GOLDEN_TOLERANCE = 1e-4;

/** How far a score may lie from the one that is expected: of its size, or of 1 where it is smaller. */
export function allowedDifference(expected: number): number {
  return GOLDEN_TOLERANCE * Math.max(1, Math.abs(expected));
}

/** The manifest as the contract has it; refuses one that does not parse or belongs to another model. It may leave out whose it is. */
export function parseManifest(raw: unknown, expected: { name: string; kind: string }): ModelManifest {
  const parsed = ModelManifest.strict().safeParse(
    typeof raw === "object" && raw !== null ? { ...expected, ...raw } : raw,
  );
  if (!parsed.success) {
    const problems = toFieldProblems(parsed.error.issues).map(({ field, problem }) => ({
      field: `manifest.${field}`,
      problem,
    }));
    throw refuseModel(
      `The manifest does not parse: ${problems[0]!.field}: ${problems[0]!.problem}`,
      problems,
    );
  }
  const { kind, name } = parsed.data;
  if (kind !== expected.kind) throw refuseModel(`The manifest is of kind ${kind}, not ${expected.kind}`);
  if (name !== expected.name) throw refuseModel(`The manifest is of model ${name}, not ${expected.name}`);
  return parsed.data;
}

/** Vectors and their index say which space they are of: those of two trainings look alike and mean nothing together. */
export function checkVectors(manifest: ModelManifest): ModelManifest {
  const { kind, embeddingSpaceId } = manifest;
  if ((kind === "collaborative" || kind === "content") && (embeddingSpaceId ?? "") === "")
    throw refuseModel(
      `A ${kind} model says in embeddingSpaceId which space its vectors and its index are of; any name that is new with every training.`,
      [{ field: "manifest.embeddingSpaceId", problem: "is missing" }],
    );
  return manifest;
}

/** What the manifest must say for a ranker to be run at all, before it is run. */
export function checkRankerManifest(manifest: ModelManifest, o: { makeGolden: boolean }): void {
  if (manifest.features.length === 0)
    throw refuseModel("A ranker names its features; this manifest names none");
  const names = manifest.features.map(({ name }) => name);
  const repeated = names.find((name, i) => names.indexOf(name) !== i);
  if (repeated !== undefined) throw refuseModel(`Feature ${repeated} is named twice`);
  checkGoldenRows(manifest, o);
  const { linear } = manifest;
  if (linear !== null && (linear.weights.length !== names.length || linear.means.length !== names.length))
    throw refuseModel("The linear explanation is not as wide as the features");
}

function checkGoldenRows({ golden, features }: ModelManifest, { makeGolden }: { makeGolden: boolean }): void {
  if (golden === null && makeGolden) return;
  if (golden === null || golden.inputs.length === 0)
    throw refuseModel(
      "A ranker brings golden rows; there are none. Put some rows and their scores, as they were where it was trained, " +
        "into manifest.golden; or say makeGolden beside the manifest, and they are made by running it: then only later changes are noticed.",
    );
  if (golden.inputs.length !== golden.scores.length)
    throw refuseModel(
      `There are ${golden.inputs.length} golden rows and ${golden.scores.length} golden scores`,
    );
  golden.inputs.forEach((row, i) => {
    if (row.length !== features.length)
      throw refuseModel(
        `Golden row ${i} is ${row.length} wide, the manifest has ${features.length} features`,
      );
  });
}

export interface RankerManifest extends ModelManifest {
  input: string;
  output: string;
  golden: NonNullable<ModelManifest["golden"]>;
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
    if (Math.abs(got - score) > allowedDifference(score))
      throw refuseModel(`Golden row ${row} gives ${got}, the manifest says ${score}`);
  });
}
