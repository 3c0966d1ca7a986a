/** Why a model does not load, from the runtime's message, and how to mend it. */
export function explainLoadError(message: string): string {
  const unsupported = /Could not find an implementation for (\S+)\((\d+)\)/.exec(message);
  if (unsupported !== null)
    return (
      `The model cannot be loaded: it uses the operator ${unsupported[1]} in version ${unsupported[2]}, which the ` +
      `runtime does not have. Export it again with a newer opset (13 to 21), or convert the file with ` +
      `onnx.version_converter.convert_version(model, 17).`
    );
  const unknown = /No Op registered for (\S+)|(\S+) is not a registered function\/op/.exec(message);
  if (unknown !== null)
    return (
      `The model cannot be loaded: it uses the operator ${unknown[1] ?? unknown[2]}, which is not part of ONNX ` +
      "as the runtime has it. Export it without custom operators."
    );
  if (/opset \d+ is under development|only \*guarantees\* support/i.test(message))
    return "The model cannot be loaded: its opset is newer than the runtime. Export it with opset 21 or older.";
  if (/external data|data_location|model_path must not be empty/i.test(message))
    return (
      "The model cannot be loaded: its weights lie in other files. Save it as one file: " +
      "onnx.save_model(model, path, save_as_external_data=False)."
    );
  if (/protobuf|parse|ModelProto does not have a graph|unsupported model IR/i.test(message))
    return `The model cannot be loaded: this is no ONNX model, or not all of it arrived. (${firstLine(message)})`;
  return `The model cannot be loaded: ${firstLine(message)}`;
}

/** Why a model does not run rows that are `width` wide. */
export function explainRunError(message: string, { width, count }: { width: number; count: number }): string {
  const missing = /requests feature (\d+) but input tensor has (\d+) features/.exec(message);
  if (missing !== null)
    return (
      `The model reads at least ${Number(missing[1]) + 1} columns and the manifest names ${width} features. ` +
      "Name all features it was trained with, in its order."
    );
  return `The model cannot score ${count} rows of ${width} features: ${firstLine(message)}`;
}

function firstLine(message: string): string {
  return message.split("\n")[0]!.slice(0, 400);
}
