import { RecommendFilters, type RelatedKind, type SlateLogRecord } from "@shortlist/contracts";
import type { RelatedRequest } from "../funnel/related";
import type { SlateRequest } from "../funnel/types";

/** The request that a slate log record answered, to be answered once more without a trace. */
export function toWarmUpRequest(record: SlateLogRecord, startedMs: number): SlateRequest | RelatedRequest {
  const { context } = record;
  const filters = RecommendFilters.safeParse(record.filters ?? undefined);
  const request: SlateRequest = {
    workspace: record.workspace,
    requestId: record.requestId,
    surface: record.surface,
    n: record.n,
    shoppers: record.shopper === null || !record.personalized ? [] : [record.shopper],
    isAnonymous: record.isAnonymous,
    personalize: record.personalized,
    region: textOf(context.region),
    device: textOf(context.device),
    queryText: textOf(context.queryText),
    contextItemId: textOf(context.itemId),
    sessionItems: Array.isArray(context.sessionItems)
      ? context.sessionItems.filter((item): item is string => typeof item === "string")
      : [],
    filters: filters.success ? filters.data : undefined,
    logContext: {},
    isPreview: true,
    startedMs,
    atMs: record.atMs,
  };
  const kind = context.related;
  return isRelatedKind(kind) && request.contextItemId !== undefined
    ? { ...request, contextItemId: request.contextItemId, kind }
    : request;
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function isRelatedKind(value: unknown): value is RelatedKind {
  return value === "similar" || value === "bought_together" || value === "alternatives";
}
