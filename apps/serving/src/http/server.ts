import { AppError, toProblem } from "@shortlist/platform";
import Fastify, { type FastifyInstance } from "fastify";
import { registerCatalog } from "./catalogRoute";
import type { HttpContext } from "./context";
import { registerEvents } from "./eventsRoute";
import { registerExplain } from "./explainRoutes";
import { registerFeatures } from "./featuresRoute";
import { registerOperations } from "./operationsRoutes";
import { registerPrecompute } from "./precomputeRoute";
import { registerRecommend } from "./recommendRoute";
import { registerRelated } from "./relatedRoute";
import { registerRulePreview } from "./rulePreviewRoute";

/** The storefront's API. No log line per request: the slate log and the metrics say more for less. */
export function createServer(context: HttpContext): FastifyInstance {
  const app = Fastify({
    logger: false,
    // While a replica drains it still answers what comes in on open connections.
    return503OnClosing: false,
    // Ids of items may hold any printable character, so path segments can be long once encoded.
    routerOptions: { maxParamLength: 1024 },
    keepAliveTimeout: 65_000,
  });

  app.addHook("onRequest", (_request, reply, done) => {
    // Storefronts call from browsers with a key that allows no more than this API.
    reply.header("access-control-allow-origin", "*");
    if (context.isDraining()) reply.header("connection", "close");
    done();
  });
  app.options("/*", (_request, reply) =>
    reply
      .header("access-control-allow-methods", "GET, POST, OPTIONS")
      .header("access-control-allow-headers", "authorization, content-type, traceparent")
      .header("access-control-max-age", "86400")
      .code(204)
      .send(),
  );

  app.setErrorHandler((error, _request, reply) => {
    const mapped = mapError(error);
    const problem = toProblem(mapped);
    if (problem.status >= 500 && problem.code === "internal")
      context.logger.error({ err: mapped }, "a request failed unexpectedly");
    if (problem.status === 429) reply.header("retry-after", "1");
    return reply
      .code(problem.status)
      .header("content-type", "application/problem+json")
      .send(JSON.stringify(problem));
  });
  app.setNotFoundHandler((_request, reply) => {
    const problem = toProblem(
      new AppError("not_found", "no such path", { publicDetail: "See /openapi.json for the paths" }),
    );
    return reply.code(404).header("content-type", "application/problem+json").send(JSON.stringify(problem));
  });

  registerRecommend(app, context);
  registerRelated(app, context);
  registerEvents(app, context);
  registerCatalog(app, context);
  registerRulePreview(app, context);
  registerExplain(app, context);
  registerPrecompute(app, context);
  registerFeatures(app, context);
  registerOperations(app, context);
  return app;
}

/** The framework's own refusals in terms of the error table. */
function mapError(error: unknown): unknown {
  if (error instanceof AppError) return error;
  const { code, statusCode, message } = error as { code?: string; statusCode?: number; message?: string };
  if (code === "FST_ERR_CTP_BODY_TOO_LARGE") return new AppError("payload_too_large", message ?? code);
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    const body = { field: "(body)", problem: "send a JSON object with content-type application/json" };
    return new AppError("invalid_request", message ?? "bad request", { fields: [body] });
  }
  return error;
}
