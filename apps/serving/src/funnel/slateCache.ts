import type { ReplicaStatus, SlateLogRecord } from "@shortlist/contracts";
import type { EffectiveSurface } from "../degrade/effectiveSurface";
import type { ShopperState } from "../ports/shopperStore";
import type { ActiveRules } from "../rules/compileRules";
import { roundMs } from "./trace";
import type { Slate, SlateRequest, WrittenSlate } from "./types";

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

/**
 * Full answers by what they depend on. Nothing stays valid by time alone: what moved makes another question. Most
 * questions are new ones, so they are told apart by a short key first and compared in full only when that is held.
 */
export interface SlateCache {
  find(question: SlateQuestion): Slate | null;
  /** @returns the slate as it was written down, when it is kept */
  put(question: SlateQuestion, slate: Slate): WrittenSlate | null;
  list(): ReplicaStatus["caches"][number];
}

export function createSlateCache(entriesMax: number): SlateCache {
  const entries = new Map<string, Entry>();
  let hits = 0;
  let misses = 0;
  return {
    find(question) {
      if (entriesMax === 0 || !isKept(question)) return null;
      const held = entries.get(keyOf(question));
      const ageMs = question.request.startedMs - (held?.question.request.startedMs ?? 0);
      if (held !== undefined && ageMs <= KEEP_MS && isSame(held.question, question)) {
        hits++;
        return readSlate(held);
      }
      misses++;
      return null;
    },
    put(question, slate) {
      if (entriesMax === 0 || !isKept(question)) return null;
      if (slate.record.rung !== 0 || slate.record.degradationReasons.length > 0) return null;
      const written = writeSlate(slate);
      const { rows, counts } = slate;
      const key = keyOf(question);
      entries.delete(key);
      entries.set(key, { question, written, rows, counts });
      if (entries.size > entriesMax) entries.delete(entries.keys().next().value as string);
      return written;
    },
    list: () => ({ name: "identical_requests", hits, misses, entries: entries.size }),
  };
}

/** False when the answer must not be kept: it explores, is degraded, or is a preview. */
function isKept({ request, effective }: SlateQuestion): boolean {
  if (request.isPreview === true || effective.reasons.length > 0) return false;
  if (effective.surface.rerank.exploration !== null) return false;
  // With more than one arm a stranger's is drawn by the request's id.
  return effective.surface.rankers.length === 1 || request.shoppers.length > 0;
}

function keyOf({ request }: SlateQuestion): string {
  const { surface, shoppers, n, region, device, contextItemId, sessionItems } = request;
  return `${surface}|${shoppers[0]}|${n}|${region}|${device}|${contextItemId}|${sessionItems.at(-1)}`;
}

function isSame(a: SlateQuestion, b: SlateQuestion): boolean {
  if (a.effective !== b.effective || a.catalogRevision !== b.catalogRevision) return false;
  return describe(a) === describe(b);
}

/** Whatever a request comes to hold is part of the question, but for what differs in every request. */
function describe({ request, state, rules }: SlateQuestion): string {
  const {
    requestId: _id,
    startedMs: _started,
    atMs: _at,
    logContext: _log,
    rules: _own,
    observer: _seen,
    ...shape
  } = request;
  return JSON.stringify([
    shape,
    state === null
      ? null
      : {
          ...state,
          vector: state.vector && [...state.vector],
          features: undefined,
          // Its time stands for it: a list is written whole.
          list: state.list?.madeAtMs,
        },
    state?.features === undefined ? null : [...state.features],
    rules === null ? null : refsOf(rules),
  ]);
}

/**
 * A text and a block of bytes for four hundred objects: what is kept for a minute outlives every collection of young objects, which
 * copies each of them twice, and was most of what it copied.
 */
interface Entry {
  readonly question: SlateQuestion;
  readonly written: WrittenSlate;
  readonly rows: Int32Array;
  readonly counts: Slate["counts"];
}

function writeSlate({ response, record }: Slate): WrittenSlate {
  return { response: JSON.stringify(response), record: Buffer.from(JSON.stringify(record)) };
}

/** Feature vectors are logged for a sample of requests; a copy must not add to it. */
function readSlate({ written, rows, counts }: Entry): Slate {
  const response = JSON.parse(written.response) as Slate["response"];
  const record = JSON.parse(written.record.toString()) as SlateLogRecord;
  for (const item of record.items) item.features = null;
  return { response, record, rows, counts };
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
