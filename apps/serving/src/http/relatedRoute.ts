import { randomUUID } from "node:crypto";
import { ItemId, RelatedQuery } from "@shortlist/contracts";
import { AppError, pseudonymise, toFieldProblems } from "@shortlist/platform";
import type { FastifyInstance } from "fastify";
import { admit, getRuntime, type HttpContext, readTraceparent } from "./context";

export function registerRelated(app: FastifyInstance, context: HttpContext): void {
  app.get<{ Params: { id: string } }>("/v1/items/:id/related", async (request, reply) => {
    const startedMs = context.now();
    const caller = admit(context, request, "recommend");
    const query = RelatedQuery.safeParse(request.query);
    const id = ItemId.safeParse(request.params.id);
    const problems = [
      ...(id.success ? [] : id.error.issues.map((issue) => ({ field: "id", problem: issue.message }))),
      ...(query.success ? [] : toFieldProblems(query.error.issues)),
    ];
    if (!query.success || !id.success)
      throw new AppError("invalid_request", "related query", { fields: problems });
    const runtime = getRuntime(context, caller.workspace);
    const shoppers: string[] = [];
    const { userId, anonymousId } = query.data;
    if (userId !== undefined)
      shoppers.push(pseudonymise(context.pseudonymKey, caller.workspace, "user", userId));
    if (anonymousId !== undefined)
      shoppers.push(pseudonymise(context.pseudonymKey, caller.workspace, "anonymous", anonymousId));
    const { gateViolations, ...answer } = await runtime.related.relate({
      workspace: caller.workspace,
      requestId: query.data.requestId ?? randomUUID(),
      itemId: id.data,
      kind: query.data.kind,
      n: query.data.n,
      shoppers,
      startedMs,
    });
    const { rung } = answer.metadata.degradation;
    const latencyMs = context.now() - startedMs;
    context.metrics.latency.observe({ surface: "related", rung: String(rung) }, latencyMs / 1000);
    context.metrics.rungs.inc({ surface: "related", rung: String(rung) });
    if (gateViolations > 0) context.metrics.gateViolations.inc(gateViolations);
    context.stats.observe(latencyMs, rung, gateViolations);
    const traceparent = readTraceparent(request);
    if (traceparent !== undefined) reply.header("traceparent", traceparent);
    return answer;
  });
}
