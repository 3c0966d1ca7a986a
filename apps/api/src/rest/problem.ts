import type { ErrorCode } from "@shortlist/contracts";
import { AppError, type Logger, toFieldProblems, toProblem } from "@shortlist/platform";
import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";
import * as z from "zod";

/** The one place where a thrown value becomes an answer (RFC 9457). */
export function createErrorHandler(logger: Logger) {
  return (error: unknown, request: FastifyRequest, reply: FastifyReply) => {
    const app = toAppError(error);
    const problem = toProblem(app);
    const line = { err: app, code: problem.code, method: request.method, route: request.routeOptions.url };
    if (problem.status >= 500) logger.error(line, "request failed");
    else logger.debug(line, "request refused");
    return reply.status(problem.status).type("application/problem+json").send(problem);
  };
}

export function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (error instanceof z.core.$ZodError)
    return new AppError("invalid_request", "does not parse", { fields: toFieldProblems(error.issues) });
  const { statusCode, message } = error as FastifyError;
  const codes: Record<number, ErrorCode> = {
    400: "invalid_request",
    404: "not_found",
    413: "payload_too_large",
    415: "invalid_request",
    429: "rate_limited",
  };
  const code = codes[statusCode ?? 500];
  if (code === undefined) return new AppError("internal", "unexpected error", { cause: error });
  // Fastify's own words on a body it could not read say nothing private.
  return new AppError(code, message, code === "invalid_request" ? { publicDetail: message } : {});
}
