import type { ErrorCode, FieldProblem } from "@shortlist/contracts";
import { TRPCClientError } from "@trpc/client";

/** What a person is told about a failed call. */
export interface Problem {
  readonly code: ErrorCode | "unreachable";
  readonly title: string;
  readonly detail: string | null;
  readonly retryable: boolean;
  readonly fields: readonly FieldProblem[];
  readonly requestId: string | null;
}

const UNREACHABLE: Problem = {
  code: "unreachable",
  title: "The API does not answer",
  detail: "Check that it runs: npm run doctor",
  retryable: true,
  fields: [],
  requestId: null,
};

/** The public problem of any error a query or mutation can throw. */
export function problemOf(error: unknown): Problem {
  if (!(error instanceof TRPCClientError)) return UNREACHABLE;
  const problem = error.data?.problem as Record<string, unknown> | undefined;
  if (problem === undefined) return UNREACHABLE;
  const text = (key: string) => (typeof problem[key] === "string" ? (problem[key] as string) : null);
  return {
    code: (text("code") ?? "internal") as ErrorCode,
    title: text("title") ?? "Something went wrong",
    detail: text("detail"),
    retryable: problem.retryable === true,
    fields: Array.isArray(problem.errors) ? (problem.errors as FieldProblem[]) : [],
    requestId: text("requestId") ?? text("instance"),
  };
}

/** One line for a toast or a form. */
export function problemText(error: unknown): string {
  const { title, detail, fields } = problemOf(error);
  const first = fields[0];
  return first === undefined ? (detail ?? title) : `${first.field}: ${first.problem}`;
}
