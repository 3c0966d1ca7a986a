import type { ErrorCode, ProblemBody } from "@shortlist/contracts";
import { AppError, toFieldProblems, toProblem } from "@shortlist/platform";
import { TRPCError } from "@trpc/server";
import * as z from "zod";

/** The nearest tRPC code of each code of the error table. */
const TRPC_CODES = {
  invalid_request: "BAD_REQUEST",
  unauthenticated: "UNAUTHORIZED",
  forbidden: "FORBIDDEN",
  not_found: "NOT_FOUND",
  conflict: "CONFLICT",
  payload_too_large: "PAYLOAD_TOO_LARGE",
  model_refused: "UNPROCESSABLE_CONTENT",
  rate_limited: "TOO_MANY_REQUESTS",
  internal: "INTERNAL_SERVER_ERROR",
  no_release: "SERVICE_UNAVAILABLE",
  log_unavailable: "SERVICE_UNAVAILABLE",
  dependency_down: "SERVICE_UNAVAILABLE",
} as const satisfies Record<ErrorCode, TRPCError["code"]>;

export function toTrpcError(error: AppError): TRPCError {
  return new TRPCError({ code: TRPC_CODES[error.code], message: error.message, cause: error });
}

/** The public body of whatever a procedure threw; what tRPC itself refuses gets the nearest code of the table. */
export function problemOf(error: TRPCError): ProblemBody {
  const { cause } = error;
  if (cause instanceof AppError) return toProblem(cause);
  if (cause instanceof z.core.$ZodError)
    return toProblem(
      new AppError("invalid_request", "input does not parse", { fields: toFieldProblems(cause.issues) }),
    );
  const found = Object.entries(TRPC_CODES).find(([, code]) => code === error.code);
  return toProblem(new AppError((found?.[0] ?? "internal") as ErrorCode, error.message));
}
