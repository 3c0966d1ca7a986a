/** What was typed, or a file that it names, cannot be used; the message says what to write instead. */
export class InputError extends Error {
  override readonly name: string = "InputError";
}
