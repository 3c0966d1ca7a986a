/** A problem with what the user gave us: the message names the place and the remedy, no stack trace is shown. */
export class EvaluateInputError extends Error {
  override readonly name = "EvaluateInputError";
}
