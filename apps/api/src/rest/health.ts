import { AppError } from "@shortlist/platform";
import type { FastifyInstance } from "fastify";
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { AppContext } from "../context";
import { registerEventLogMetrics } from "../modules/eventLog/metrics";

/** Liveness, readiness and metrics. */
export function registerHealth(app: FastifyInstance, ctx: AppContext): void {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const seconds = new Histogram({
    name: "shortlist_api_request_seconds",
    help: "Time to answer, by route and status",
    labelNames: ["method", "route", "status"],
    buckets: [0.005, 0.02, 0.1, 0.5, 2, 10],
    registers: [registry],
  });
  const refused = new Counter({
    name: "shortlist_api_errors_total",
    help: "Answers with status 500 and above",
    registers: [registry],
  });
  new Gauge({
    name: "shortlist_jobs_open",
    help: "Jobs that wait or run",
    labelNames: ["state"],
    registers: [registry],
    async collect() {
      const groups = await ctx.db.job.groupBy({
        by: ["state"],
        where: { state: { in: ["queued", "running"] } },
        _count: true,
      });
      this.reset();
      for (const { state, _count } of groups) this.set({ state }, _count);
    },
  });
  registerEventLogMetrics(registry, ctx);
  app.addHook("onResponse", async (request, reply) => {
    // The pattern, never the address itself: that would be one series per item and put ids into metrics.
    const route = request.routeOptions.url ?? "unknown";
    seconds.observe({ method: request.method, route, status: reply.statusCode }, reply.elapsedTime / 1000);
    if (reply.statusCode >= 500) refused.inc();
  });
  app.get("/healthz", () => ({ status: "ok" }));
  app.get("/readyz", async () => {
    const [postgres, redis] = await Promise.all([
      ctx.db.$queryRaw`SELECT 1`.then(
        () => true,
        () => false,
      ),
      ctx.redis.ping().then(
        () => true,
        () => false,
      ),
    ]);
    const down = [postgres ? null : "Postgres", redis ? null : "Redis"].filter((name) => name !== null);
    if (down.length > 0)
      throw new AppError("dependency_down", `${down.join(" and ")} down`, {
        publicDetail: `${down.join(" and ")} does not answer`,
      });
    return { status: "ready" };
  });
  app.get("/metrics", async (_request, reply) => {
    reply.type(registry.contentType);
    return registry.metrics();
  });
}
