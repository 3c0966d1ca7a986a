/** A problem with the definitions or the command: the message names the place and the remedy, no stack is shown. */
export class FeatureInputError extends Error {
  override readonly name = "FeatureInputError";
}
