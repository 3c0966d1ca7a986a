import { ERRORS, type ErrorCode, type FieldProblem, type ProblemBody } from "@shortlist/contracts";

interface AppErrorOptions {
  /** Safe to show to the caller. */
  readonly publicDetail?: string;
  readonly fields?: readonly FieldProblem[];
  readonly cause?: unknown;
}

/** An expected refusal with a code of the error table. `message` is private and goes to the log only. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly publicDetail: string | undefined;
  readonly fields: readonly FieldProblem[] | undefined;

  constructor(code: ErrorCode, message: string, options: AppErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.name = "AppError";
    this.code = code;
    this.publicDetail = options.publicDetail;
    this.fields = options.fields;
  }
}

/** The problem+json body of any thrown value; what is not an AppError is `internal` and says nothing. */
export function toProblem(error: unknown): ProblemBody {
  const code = error instanceof AppError ? error.code : "internal";
  const entry = ERRORS[code];
  const app = error instanceof AppError ? error : undefined;
  return {
    type: `urn:shortlist:error:${code}`,
    title: entry.title,
    status: entry.http,
    code,
    retryable: entry.retryable,
    ...(app?.publicDetail === undefined ? {} : { detail: app.publicDetail }),
    ...(app?.fields === undefined ? {} : { errors: app.fields }),
  };
}

/** Field problems of a failed zod parse, with JSON paths; `prefix` is put before each path. */
export function toFieldProblems(
  issues: readonly { path: readonly PropertyKey[]; message: string; keys?: readonly string[] }[],
): FieldProblem[] {
  const nameOf = (path: readonly PropertyKey[]) => path.map(String).join(".");
  return issues.flatMap(({ path, message, keys }) =>
    keys === undefined
      ? [{ field: path.length === 0 ? "(body)" : nameOf(path), problem: message }]
      : keys.map((key) => ({ field: nameOf([...path, key]), problem: "There is no such field" })),
  );
}
