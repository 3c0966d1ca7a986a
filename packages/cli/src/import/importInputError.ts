/** What the person gave cannot be used; the message says what and how to mend it. */
export class ImportInputError extends Error {
  override readonly name = "ImportInputError";
}
