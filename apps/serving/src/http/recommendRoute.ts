import { randomUUID } from "node:crypto";
import { RecommendRequest, readShopperId } from "@shortlist/contracts";
import { AppError, pseudonymise, toFieldProblems } from "@shortlist/platform";
import type { FastifyInstance } from "fastify";
import { scrubIds } from "../collect/scrubIds";
import { normaliseQuery } from "../funnel/sources/search";
import type { SlateRequest } from "../funnel/types";
import type { WorkspaceRuntime } from "../workspaces";
import { AnswerCache } from "./answerCache";
import { answerInArm } from "./answerInArm";
import { admit, getServed, type HttpContext, readTraceparent } from "./context";
import { logSlate } from "./logSlate";

/** 100 session items, 500 exclusions of 128 characters and some room. */
const BODY_MAX = 128 * 1024;

export function registerRecommend(app: FastifyInstance, context: HttpContext): void {
  const answers = new AnswerCache();
  app.post("/v1/recommend", { bodyLimit: BODY_MAX }, async (request, reply) => {
    const startedMs = context.now();
    const caller = admit(context, request, "recommend");
    const parsed = RecommendRequest.safeParse(request.body);
    if (!parsed.success)
      throw new AppError("invalid_request", "recommend body", {
        fields: toFieldProblems(parsed.error.issues),
      });
    const served = getServed(context, caller.workspace);
    const traceparent = readTraceparent(request);
    if (traceparent !== undefined) reply.header("traceparent", traceparent);
    reply.header("content-type", "application/json; charset=utf-8");
    const { requestId, surface, userId, anonymousId } = parsed.data;
    // The shopper and the surface are part of the key: an id used twice for different things is no retry.
    const retryKey =
      requestId === undefined
        ? null
        : `${caller.workspace}\n${requestId}\n${surface}\n${userId ?? ""}\n${anonymousId ?? ""}`;
    const held = retryKey === null ? null : answers.find(retryKey, startedMs);
    if (held !== null) return reply.send(held);
    const asked = toSlateRequest(parsed.data, {
      workspace: caller.workspace,
      pseudonymKey: context.pseudonymKey,
      traceparent,
      startedMs,
      atMs: context.wallClock(),
    });
    const make = (runtime: WorkspaceRuntime, of: SlateRequest) => runtime.funnel.recommend(of);
    const { slate, rollout } = await answerInArm(context, served, { request: asked, make });
    const answer = slate.written?.response ?? JSON.stringify(slate.response);
    if (retryKey !== null) answers.put(retryKey, answer, startedMs);
    const latencyMs = context.now() - startedMs;
    // Under way before the books are kept: nobody waits for those.
    reply.send(answer);
    logSlate(context, slate, { latencyMs, rollout });
    return reply;
  });
}

interface Edge {
  readonly workspace: string;
  readonly pseudonymKey: string;
  readonly traceparent: string | undefined;
  readonly startedMs: number;
  readonly atMs: number;
}

/** From here on there are no raw ids. Who opted out is not even given a pseudonym (S11). */
export function toSlateRequest(body: RecommendRequest, edge: Edge): SlateRequest {
  const { context } = body;
  const userId = readShopperId(body.userId);
  const anonymousId = readShopperId(body.anonymousId);
  const shoppers: string[] = [];
  const rawIds = new Map<string, string>();
  const add = (kind: "user" | "anonymous", raw: string | undefined) => {
    if (raw === undefined) return;
    const pseudonym = body.personalize
      ? pseudonymise(edge.pseudonymKey, edge.workspace, kind, raw)
      : "[opted out]";
    rawIds.set(raw, pseudonym);
    if (body.personalize) shoppers.push(pseudonym);
  };
  add("user", userId);
  add("anonymous", anonymousId);
  const logContext = { ...context } as Record<string, unknown>;
  // The session of someone who opted out is theirs.
  if (!body.personalize) delete logContext.sessionItems;
  const queryText = normaliseQuery(body.queryText);
  // As typed, so that an id is recognised before its letters change.
  if (queryText !== undefined && body.personalize) logContext.queryText = body.queryText;
  if (edge.traceparent !== undefined) logContext.traceparent = edge.traceparent;
  return {
    workspace: edge.workspace,
    requestId: body.requestId ?? randomUUID(),
    surface: body.surface,
    n: body.n,
    shoppers,
    isAnonymous: userId === undefined,
    personalize: body.personalize,
    region: context.region,
    device: context.device,
    queryText,
    contextItemId: context.itemId,
    sessionItems: body.personalize ? (context.sessionItems ?? []) : [],
    filters: body.filters,
    logContext:
      logContext.page === undefined && queryText === undefined
        ? logContext
        : (scrubIds(logContext, rawIds) as typeof logContext),
    startedMs: edge.startedMs,
    atMs: edge.atMs,
  };
}
