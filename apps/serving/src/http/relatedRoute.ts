import { randomUUID } from "node:crypto";
import { ItemId, RelatedQuery, readShopperId } from "@shortlist/contracts";
import { AppError, pseudonymise, toFieldProblems } from "@shortlist/platform";
import type { FastifyInstance } from "fastify";
import type { RelatedRequest } from "../funnel/related";
import type { SlateRequest } from "../funnel/types";
import type { WorkspaceRuntime } from "../workspaces";
import { AnswerCache } from "./answerCache";
import { answerInArm } from "./answerInArm";
import { admit, getServed, type HttpContext, readTraceparent } from "./context";
import { logSlate } from "./logSlate";

export function registerRelated(app: FastifyInstance, context: HttpContext): void {
  const answers = new AnswerCache();
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
    const served = getServed(context, caller.workspace);
    const traceparent = readTraceparent(request);
    if (traceparent !== undefined) reply.header("traceparent", traceparent);
    reply.header("content-type", "application/json; charset=utf-8");
    const { requestId, kind, n } = query.data;
    const userId = readShopperId(query.data.userId);
    const anonymousId = readShopperId(query.data.anonymousId);
    const itemId = id.data;
    const retryKey =
      requestId === undefined
        ? null
        : [caller.workspace, requestId, kind, itemId, userId ?? "", anonymousId ?? ""].join("\n");
    const held = retryKey === null ? null : answers.find(retryKey, startedMs);
    if (held !== null) return reply.send(held);
    const shoppers: string[] = [];
    if (userId !== undefined)
      shoppers.push(pseudonymise(context.pseudonymKey, caller.workspace, "user", userId));
    if (anonymousId !== undefined)
      shoppers.push(pseudonymise(context.pseudonymKey, caller.workspace, "anonymous", anonymousId));
    const asked: RelatedRequest = {
      workspace: caller.workspace,
      requestId: requestId ?? randomUUID(),
      // Related items are the product page's slate: its clicks are counted there.
      surface: "product_detail",
      kind,
      n,
      shoppers,
      isAnonymous: userId === undefined,
      personalize: true,
      region: undefined,
      device: undefined,
      contextItemId: itemId,
      sessionItems: [],
      filters: undefined,
      logContext: { itemId, related: kind, ...(traceparent === undefined ? {} : { traceparent }) },
      startedMs,
      atMs: context.wallClock(),
    };
    const make = (runtime: WorkspaceRuntime, of: SlateRequest) =>
      runtime.related.relate({ ...of, kind, contextItemId: itemId });
    const { slate, rollout } = await answerInArm(context, served, { request: asked, make });
    logSlate(context, slate, { latencyMs: context.now() - startedMs, rollout });
    const answer = JSON.stringify(slate.response);
    if (retryKey !== null) answers.put(retryKey, answer, startedMs);
    return reply.send(answer);
  });
}
