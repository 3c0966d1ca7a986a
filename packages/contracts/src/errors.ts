/**
 * The one table of error codes: what HTTP status they become, whether a caller may retry the same call, and the
 * text a stranger may read. Private detail goes to the log, never here. REST answers it as problem+json, tRPC as
 * its nearest code; a test holds docs/errors.md to this table.
 */
export const ERRORS = {
  invalid_request: { http: 400, retryable: false, title: "The request is not valid" },
  unauthenticated: { http: 401, retryable: false, title: "Sign in or send a valid API key" },
  forbidden: { http: 403, retryable: false, title: "Your role or key does not allow this" },
  not_found: { http: 404, retryable: false, title: "There is no such thing here" },
  conflict: { http: 409, retryable: false, title: "This contradicts the present state" },
  payload_too_large: { http: 413, retryable: false, title: "The request body is too large" },
  model_refused: { http: 422, retryable: false, title: "The model package does not check out" },
  rate_limited: { http: 429, retryable: true, title: "Too many requests" },
  internal: { http: 500, retryable: false, title: "Something went wrong on our side" },
  no_release: { http: 503, retryable: true, title: "This workspace has no release to serve yet" },
  log_unavailable: {
    http: 503,
    retryable: true,
    title: "The event log cannot store events right now; nothing was accepted",
  },
  dependency_down: { http: 503, retryable: true, title: "A service this needs is down" },
} as const satisfies Record<string, { http: number; retryable: boolean; title: string }>;

export type ErrorCode = keyof typeof ERRORS;

/** One field that is wrong and what to do about it; `field` is a JSON path such as `context.sessionItems.0`. */
export interface FieldProblem {
  readonly field: string;
  readonly problem: string;
}

/** RFC 9457 body of every refused REST call. */
export interface ProblemBody {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: ErrorCode;
  readonly detail?: string;
  readonly errors?: readonly FieldProblem[];
  readonly retryable: boolean;
}

/** JSON Schema of ProblemBody, for the OpenAPI documents of serving and control plane. */
export const PROBLEM_JSON_SCHEMA = {
  type: "object",
  required: ["type", "title", "status", "code", "retryable"],
  properties: {
    type: { type: "string" },
    title: { type: "string" },
    status: { type: "integer" },
    code: { type: "string", enum: Object.keys(ERRORS) },
    detail: { type: "string" },
    retryable: { type: "boolean" },
    errors: {
      type: "array",
      items: {
        type: "object",
        required: ["field", "problem"],
        properties: { field: { type: "string" }, problem: { type: "string" } },
      },
    },
  },
} as const;
