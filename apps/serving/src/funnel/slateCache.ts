import { createHash } from "node:crypto";
import type { ReplicaStatus, SlateLogRecord } from "@shortlist/contracts";
import type { EffectiveSurface } from "../degrade/effectiveSurface";
import type { ShopperState } from "../ports/shopperStore";
import type { ActiveRules } from "../rules/compileRules";
import { roundMs } from "./trace";
import type { Slate, SlateRequest } from "./types";

/** S13: the same question within a minute. */
const KEEP_MS = 60_000;

/** Everything an answer depends on. What is compared by identity is replaced whole when it changes. */
export interface SlateQuestion {
  readonly request: SlateRequest;
  readonly effective: EffectiveSurface;
  readonly state: ShopperState | null;
  readonly rules: ActiveRules | null;
  /** Moves with every change of the item table. */
  readonly catalogRevision: number;
}

/** Full answers by what they depend on. Nothing stays valid by time alone: what moved makes another key. */
export interface SlateCache {
  /** Null when the answer must not be kept: it explores, is degraded, or is a preview. */
  keyOf(question: SlateQuestion): string | null;
  find(key: string, nowMs: number): Slate | null;
  put(key: string, slate: Slate, nowMs: number): void;
  list(): ReplicaStatus["caches"][number];
}

export function createSlateCache(entriesMax: number): SlateCache {
  const entries = new Map<string, { slate: Slate; atMs: number }>();
  let hits = 0;
  let misses = 0;
  return {
    keyOf({ request, effective, state, rules, catalogRevision }) {
      if (entriesMax === 0 || request.isPreview === true || effective.reasons.length > 0) return null;
      const { surface } = effective;
      if (surface.rerank.exploration !== null) return null;
      // Whatever a request comes to hold is part of the question, but for what differs in every request.
      const {
        requestId: _id,
        startedMs: _started,
        atMs: _at,
        logContext: _log,
        rules: _own,
        ...shape
      } = request;
      const hash = createHash("sha1").update(
        JSON.stringify([
          shape,
          state === null ? null : { ...state, vector: undefined, features: undefined },
          state?.features === undefined ? null : [...state.features],
          rules === null ? null : refsOf(rules),
          catalogRevision,
        ]),
      );
      if (state?.vector != null) hash.update(state.vector);
      // With more than one arm a stranger's is drawn by the request's id.
      if (surface.rankers.length > 1 && request.shoppers.length === 0) return null;
      return hash.digest("base64");
    },
    find(key, nowMs) {
      const held = entries.get(key);
      if (held !== undefined && nowMs - held.atMs <= KEEP_MS) {
        hits++;
        return held.slate;
      }
      misses++;
      return null;
    },
    put(key, slate, nowMs) {
      if (slate.record.rung !== 0 || slate.record.degradationReasons.length > 0) return;
      entries.delete(key);
      entries.set(key, { slate: withoutFeatures(slate), atMs: nowMs });
      if (entries.size > entriesMax) entries.delete(entries.keys().next().value as string);
    },
    list: () => ({ name: "identical_requests", hits, misses, entries: entries.size }),
  };
}

/** Feature vectors are logged for a sample of requests; a copy must not add to it. */
function withoutFeatures(slate: Slate): Slate {
  const items = slate.record.items.map((item) => ({ ...item, features: null }));
  return { ...slate, record: { ...slate.record, items } };
}

/** The same answer to another request: with its own id, time and log record. */
export function repeatSlate(
  slate: Slate,
  request: SlateRequest,
  o: { now: () => number; replicaId: string },
): Slate {
  const latencyMs = roundMs(o.now() - request.startedMs);
  const { requestId, atMs, logContext } = request;
  const record: SlateLogRecord = {
    ...slate.record,
    requestId,
    atMs,
    context: logContext,
    replicaId: o.replicaId,
    latencyMs,
    stages: [{ name: "identical_request", ms: latencyMs, in: 0, out: slate.record.items.length }],
  };
  const metadata = { ...slate.response.metadata, requestId, latencyMs };
  return { ...slate, response: { ...slate.response, metadata }, record };
}

/** Sets are swapped whole, but which of their rules are active changes with the time and the request. */
function refsOf(rules: ActiveRules): string[] {
  const { setId, ...lists } = rules;
  return [setId, ...Object.values(lists).flatMap((list) => list.map(({ ref }) => ref))];
}
