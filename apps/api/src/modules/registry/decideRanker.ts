import type { ModelManifest, TensorShape } from "@shortlist/contracts";
import type { RankerManifest } from "./decide";
import type { ModelDescription } from "./probe/messages";
import { refuseModel } from "./refuseModel";

// What the registry asks of a foreign ranker, as decisions over what it says of itself and what it answered. Each
// refusal says what is wrong, where, and how to mend it. Running the model is checkRanker.ts.

/** One table of numbers goes in: a row per candidate, a column per feature. */
const HOW_IN =
  "A ranker takes one float32 input of the shape [rows, features]: one row per candidate, one column per feature.";
const HOW_DYNAMIC =
  "Export it with any number of rows: in PyTorch dynamic_axes={'<input>': {0: 'rows'}}, in skl2onnx FloatTensorType([None, <features>]).";
const HOW_ZIPMAP =
  "Export it with convert_sklearn(model, options={'zipmap': False}): then the probabilities are a tensor.";

/** The input that gets the features. */
export function decideInput({ inputs }: ModelDescription, manifest: ModelManifest): TensorShape {
  const names = inputs.map(({ name }) => name).join(", ");
  const given = inputs.find(({ name }) => name === manifest.input);
  if (manifest.input !== null && given === undefined)
    throw refuse("input", `The model has no input ${manifest.input}; it has ${names}.`);
  if (inputs.length !== 1)
    throw refuse(
      "input",
      `The model wants ${inputs.length} inputs (${names}). ${HOW_IN} Join them inside it.`,
    );
  const input = given ?? inputs[0]!;
  if (input.dtype !== "float32")
    throw refuse("input", `Input ${input.name} is ${input.dtype ?? "no tensor"}, not float32. ${HOW_IN}`);
  checkInputShape(input, manifest.features.length);
  return input;
}

function checkInputShape({ name, shape }: TensorShape, nFeatures: number): void {
  if (shape.length !== 2)
    throw refuse("input", `Input ${name} has the shape [${shape.map(showSize).join(", ")}]. ${HOW_IN}`);
  const [rows, columns] = shape;
  if (typeof rows === "number")
    throw refuse(
      "input",
      `Input ${name} takes exactly ${rows} ${rows === 1 ? "row" : "rows"}; a request has hundreds of candidates. ${HOW_DYNAMIC}`,
    );
  if (typeof columns === "number" && columns !== nFeatures)
    throw refuse("features", `The model is ${columns} wide, the manifest has ${nFeatures} features.`);
}

/** The output that holds the score. */
export function decideOutput({ outputs }: ModelDescription, manifest: ModelManifest): TensorShape {
  const names = outputs.map(({ name }) => name).join(", ");
  if (manifest.output === null) return pickOutput(outputs);
  const output = outputs.find(({ name }) => name === manifest.output);
  if (output === undefined)
    throw refuse("output", `The model has no output ${manifest.output}; it has ${names}.`);
  if (output.dtype === null)
    throw refuse("output", `Output ${output.name} is a list of maps, not a tensor. ${HOW_ZIPMAP}`);
  if (/int|bool|string/.test(output.dtype))
    throw refuse(
      "output",
      `Output ${output.name} is ${output.dtype}: the class that is predicted, not a score. ${nameScores(outputs)}`,
    );
  if (output.dtype !== "float32")
    throw refuse(
      "output",
      `Output ${output.name} is ${output.dtype}, not float32. Convert it inside the model with a Cast to float32.`,
    );
  return output;
}

function nameScores(outputs: readonly TensorShape[]): string {
  const scores = outputs.filter(({ dtype }) => dtype === "float32").map(({ name }) => name);
  if (scores.length > 0) return `Name ${scores.join(" or ")} as the output.`;
  return outputs.some(({ dtype }) => dtype === null) ? HOW_ZIPMAP : "It has no output that is a score.";
}

/** A manifest may leave the output out where there is no choice. */
function pickOutput(outputs: readonly TensorShape[]): TensorShape {
  const scores = outputs.filter(({ dtype }) => dtype === "float32");
  if (scores.length === 1) return scores[0]!;
  const all = outputs.map(({ name, dtype }) => `${name}: ${dtype ?? "a list of maps"}`).join(", ");
  if (scores.length > 1)
    throw refuse("output", `Say in output which one is the score; the model has ${all}.`);
  const how = outputs.some(({ dtype }) => dtype === null)
    ? HOW_ZIPMAP
    : "Convert the score inside the model to float32.";
  throw refuse("output", `No output of the model is a float32 tensor; it has ${all}. ${how}`);
}

export interface ScoreLayout {
  /** Null: one number a row, without a second dimension. */
  readonly outputColumns: number | null;
  readonly scoreColumn: number;
}

/** How scores lie in the output: from its shape for `count` rows, what the manifest says, and what two columns hold. */
export function decideLayout(
  output: { readonly name: string; readonly dims: readonly number[]; readonly data: ArrayLike<number> },
  o: { readonly count: number; readonly scoreColumn: number | undefined },
): ScoreLayout {
  const { dims, name } = output;
  const columns = dims[1] ?? 1;
  if (dims[0] !== o.count || dims.length > 2)
    throw refuse(
      "output",
      `Output ${name} has the shape [${dims.join(", ")}] for ${o.count} rows; a score per row is needed.`,
    );
  const last = columns - 1;
  if (o.scoreColumn !== undefined && o.scoreColumn > last)
    throw refuse("scoreColumn", `Output ${name} has the columns 0 to ${last}; there is no ${o.scoreColumn}.`);
  const outputColumns = dims.length === 1 ? null : columns;
  if (o.scoreColumn !== undefined || columns === 1) return { outputColumns, scoreColumn: o.scoreColumn ?? 0 };
  // Of two classes the second is "yes" everywhere; two other numbers are for whoever made the model to explain.
  if (columns === 2 && areProbabilities(output.data, o.count)) return { outputColumns, scoreColumn: 1 };
  throw refuse(
    "scoreColumn",
    `Output ${name} gives ${columns} numbers a row. Say in scoreColumn which one is the score, counted from 0.`,
  );
}

function areProbabilities(data: ArrayLike<number>, count: number): boolean {
  for (let row = 0; row < count; row++) {
    const [no, yes] = [data[row * 2]!, data[row * 2 + 1]!];
    if (!(no >= 0 && yes >= 0 && Math.abs(no + yes - 1) < 1e-3)) return false;
  }
  return true;
}

/** The scores of an output. */
export function pickScores(
  data: ArrayLike<number>,
  count: number,
  { outputColumns, scoreColumn }: ScoreLayout,
): Float32Array {
  const columns = outputColumns ?? 1;
  return Float32Array.from({ length: count }, (_, row) => data[row * columns + scoreColumn]!);
}

/** Columns that the model does not read have to be said: a row that is too wide is otherwise scored without a word. */
export function checkUnusedFeatures(columnsRead: number, manifest: ModelManifest): void {
  const unused = manifest.features.slice(columnsRead).map(({ name }) => name);
  const said = manifest.unusedFeatures ?? [];
  const unsaid = unused.filter((name) => !said.includes(name));
  if (unsaid.length === 0) return;
  throw refuse(
    "features",
    `The model reads the first ${columnsRead} columns only; ${unsaid.join(", ")} would be ignored without a word. ` +
      "Leave them out, or name them in unusedFeatures when the model was trained with them.",
  );
}

/** Rows that a ranker has to survive: what it gets for a stranger and at both ends of what it was promised. */
export function makeEdgeRows(features: ModelManifest["features"]): { what: string; row: number[] }[] {
  return [
    { what: "all features at their default", row: features.map((f) => f.default) },
    { what: "all features at their smallest", row: features.map((f) => f.min ?? f.default) },
    { what: "all features at their largest", row: features.map((f) => f.max ?? f.default) },
  ];
}

/** Golden rows for whoever has none: the default and points spread evenly over the ranges, the same ones every time. */
export function makeGoldenRows(features: ModelManifest["features"], count: number): number[][] {
  const spread = (row: number, column: number) => ((row + 1) * (column + 1) * 0.6180339887) % 1;
  return Array.from({ length: count }, (_, row) =>
    features.map(({ min, max, default: fallback }, column) => {
      if (row === 0) return fallback;
      const [low, high] = [min ?? fallback - 1, max ?? fallback + 1];
      return Math.fround(low + (high - low) * spread(row, column));
    }),
  );
}

/** What the features say of themselves, before any model is run. */
export function checkFeatureRanges(manifest: Pick<RankerManifest, "features">): void {
  manifest.features.forEach(({ name, min, max, default: fallback }, i) => {
    const field = `features.${i}`;
    if (min !== null && max !== null && min > max)
      throw refuse(field, `Feature ${name} has a smallest value of ${min} and a largest of ${max}.`);
    if ((min !== null && fallback < min) || (max !== null && fallback > max))
      throw refuse(field, `The default ${fallback} of feature ${name} is outside of its range.`);
  });
}

function showSize(size: number | string | null): string {
  return typeof size === "number" ? String(size) : "any";
}

/** The console shows it beside the field of the manifest that has to change. */
function refuse(field: string, detail: string) {
  return refuseModel(detail, [{ field: `manifest.${field}`, problem: detail }]);
}
