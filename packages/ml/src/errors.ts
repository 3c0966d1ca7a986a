/**
 * Thrown when a precondition of a public function in this package is broken by the caller.
 *
 * `code` is stable and meant for branching (`shape_mismatch`, `index_out_of_range`, …); `message` says what
 * was found and what was expected. "Too little data" is not an error of the caller where a function documents
 * an empty result for it.
 */
export class MlInputError extends Error {
  override readonly name = "MlInputError";
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

export function requireInput(condition: boolean, code: string, message: string): asserts condition {
  if (!condition) throw new MlInputError(code, message);
}

export function requirePositiveInteger(value: number, name: string): void {
  requireInput(
    Number.isInteger(value) && value > 0,
    "invalid_option",
    `${name} must be a positive integer, got ${value}`,
  );
}

export function requireNonNegative(value: number, name: string): void {
  requireInput(
    Number.isFinite(value) && value >= 0,
    "invalid_option",
    `${name} must be a number ≥ 0, got ${value}`,
  );
}
