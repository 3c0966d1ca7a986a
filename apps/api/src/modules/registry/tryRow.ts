import type { FieldProblem, ModelManifest } from "@shortlist/contracts";
import { AppError } from "@shortlist/platform";
import { allowedDifference } from "./decide";

type Features = ModelManifest["features"];

/** A golden row beside what the model gave for it, in the order of the manifest. */
export interface GoldenRow {
  readonly inputs: readonly number[];
  readonly expected: number;
  /** Null: it has not been measured. */
  readonly measured: number | null;
  readonly difference: number | null;
  /** The largest difference with which a replica still serves the version. */
  readonly allowed: number;
}

/** Golden rows beside `measured` scores; null for those of a version whose scores were not kept. */
export function compareGolden(
  golden: NonNullable<ModelManifest["golden"]>,
  measured: ArrayLike<number> | null,
): GoldenRow[] {
  return golden.inputs.map((inputs, row) => {
    const expected = golden.scores[row]!;
    const score = measured?.[row] ?? null;
    return {
      inputs,
      expected,
      measured: score,
      difference: score === null ? null : score - expected,
      allowed: allowedDifference(expected),
    };
  });
}

/**
 * A row in the order of a model's features from values by name; what is left out takes its default, as in a replica.
 *
 * @returns the row, and the names of what lies outside of the range that the model was registered for
 * @throws AppError `invalid_request` naming each value that belongs to no feature
 */
export function readRow(
  features: Features,
  values: Readonly<Record<string, number>>,
): { row: number[]; outside: string[] } {
  const unknown = Object.keys(values).filter((name) => !features.some((feature) => feature.name === name));
  if (unknown.length > 0)
    throw new AppError("invalid_request", `no feature ${unknown.join(", ")}`, {
      fields: unknown.map(
        (name): FieldProblem => ({
          field: `values.${name}`,
          problem: `is no feature of this version; it reads ${features.map((feature) => feature.name).join(", ")}`,
        }),
      ),
    });
  const row = features.map((feature) => values[feature.name] ?? feature.default);
  const outside = features.flatMap(({ name, min, max }, i) =>
    (min !== null && row[i]! < min) || (max !== null && row[i]! > max) ? [name] : [],
  );
  return { row, outside };
}
