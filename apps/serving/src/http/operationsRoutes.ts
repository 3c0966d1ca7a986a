import type { FastifyInstance } from "fastify";
import type { HttpContext } from "./context";
import { createOpenApi } from "./openApi";

/** What load balancers, scrapers and integrators ask; no key needed and nothing of any workspace in it. */
export function registerOperations(app: FastifyInstance, context: HttpContext): void {
  app.get("/healthz", () => ({ status: "ok" }));
  app.get("/readyz", (_request, reply) => {
    const reason = context.notReady();
    if (reason === null) return { status: "ready" };
    return reply.code(503).send({ status: "not_ready", reason });
  });
  app.get("/metrics", async (_request, reply) => {
    reply.header("content-type", "text/plain; version=0.0.4; charset=utf-8");
    return context.readMetrics();
  });
  const document = JSON.stringify(createOpenApi());
  app.get("/openapi.json", (_request, reply) =>
    reply.header("content-type", "application/json; charset=utf-8").send(document),
  );
}
