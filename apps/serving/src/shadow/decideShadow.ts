import type { RolloutTraffic, ShadowRecord } from "@shortlist/contracts";
import { hashString } from "@shortlist/ml";
import type { Slate, SlateRequest } from "../funnel/types";

/** Whether a request is compared: by its id, so that who looks again finds the same ones. */
export function isShadowed(
  { rolloutId, shadowPct }: Pick<RolloutTraffic, "rolloutId" | "shadowPct">,
  requestId: string,
): boolean {
  if (shadowPct === 0) return false;
  return hashString(`shadow:${rolloutId}:${requestId}`) % 10_000 < shadowPct * 100;
}

/** When the next run may begin so that runs like the last one take at most this share of the time. */
export function decideNextRunMs(o: { endedMs: number; tookMs: number; sharePct: number }): number {
  return o.endedMs + o.tookMs * (100 / o.sharePct - 1);
}

/** The question as the candidate gets it: it leaves no trace, and its time begins now. */
export function toShadowRequest<R extends SlateRequest>(request: R, startedMs: number): R {
  return { ...request, isPreview: true, isShadow: true, startedMs };
}

export type CandidateAnswer =
  | { readonly slate: Slate }
  | { readonly failure: string; readonly latencyMs: number };

export function toShadowRecord(
  o: { readonly rolloutId: string; readonly request: SlateRequest; readonly served: Slate },
  answer: CandidateAnswer,
): ShadowRecord {
  const { request, served } = o;
  const candidate = "slate" in answer ? answer.slate : null;
  return {
    requestId: request.requestId,
    rolloutId: o.rolloutId,
    workspace: request.workspace,
    atMs: request.atMs,
    surface: request.surface,
    n: request.n,
    isAnonymous: request.isAnonymous,
    region: request.region ?? null,
    device: request.device ?? null,
    served: toShadowSlate(served),
    candidate:
      "slate" in answer
        ? toShadowSlate(answer.slate)
        : { items: [], rung: 4, latencyMs: answer.latencyMs, modelVersion: "" },
    candidateGateRemoved: sum(candidate?.counts.gateRemoved ?? {}),
    candidateGateViolations: candidate?.counts.gateViolations ?? 0,
    candidateNonFiniteScores: candidate?.counts.nonFiniteScores ?? 0,
    failure: "failure" in answer ? answer.failure : null,
  };
}

function toShadowSlate({ record }: Slate): ShadowRecord["served"] {
  return {
    items: record.items.map(({ itemId, position, score }) => ({ itemId, position, score })),
    rung: record.rung,
    latencyMs: record.latencyMs,
    modelVersion: record.modelVersion,
  };
}

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}
