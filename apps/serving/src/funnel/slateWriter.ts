import {
  CANDIDATE_SOURCES,
  type RecommendedItem,
  RUNGS,
  type SlateLogRecord,
  type SlateReplayInputs,
} from "@shortlist/contracts";
import type { RememberedSlate } from "../degrade/recentSlates";
import type { ShopperState } from "../ports/shopperStore";
import type { LoadedRelease } from "../release/loadedRelease";
import type { RuleRun } from "../rules/ruleRun";
import type { Assembled, SlateEntry } from "./assemble";
import type { RankOutcome } from "./rank";
import { describeReason } from "./reasons";
import { createReplayRecorder } from "./replayInputs";
import type { SourceOutcome } from "./runSources";
import { type Scratch, SOURCE_COUNT } from "./scratch";
import type { ShopperView } from "./shopperView";
import { roundMs, type StageTrace } from "./trace";
import type { Slate, SlateRequest } from "./types";
import { findLeadingSource } from "./unite";

export interface SlateParts {
  readonly request: SlateRequest;
  readonly scratch: Scratch;
  readonly assembled: Assembled;
  readonly ranking: RankOutcome;
  readonly rung: number;
  readonly reasons: readonly string[];
  readonly outcomes: readonly SourceOutcome[];
  readonly dropped: Readonly<Record<string, number>>;
  readonly trace: StageTrace;
  readonly retrieved: number;
  readonly scored: number;
  readonly view: ShopperView;
  readonly state: ShopperState | null;
  readonly rules?: RuleRun | null;
  /** The precomputed list, where it had a part. */
  readonly list?: SlateReplayInputs["list"] | null;
  readonly withFeatures: boolean;
  /** What the replica remembered of the shopper, where it had a part in the answer. */
  readonly remembered?: RememberedSlate | null;
  /** What ranked items are there for, when the question says it and not the source. */
  readonly reasonOfRanked?: string;
}

export type SlateWriter = (parts: SlateParts) => Slate;

/** Writes the answer and its log record from what the stages left. Reads the scratch, so it runs before release. */
export function createSlateWriter(loaded: LoadedRelease, replicaId: string, now: () => number): SlateWriter {
  const { items, release, lists } = loaded;
  /** `withFeatures` is only set when a ranker scored, and its ref is the model version. */
  const widthOf = (ref: string) => loaded.rankers.get(ref)?.width ?? loaded.rankWidth;
  const recordInputs = createReplayRecorder(loaded);
  const configVersion = `${release.number}-${release.releaseId.slice(0, 12)}`;
  return (parts) => {
    const { request, assembled, rung } = parts;
    const regional = {
      isTrendRegional: lists.trending(request.region).isRegional,
      isSegmentRegional: lists.segment(request.region) !== null,
    };
    const answered: RecommendedItem[] = [];
    const logged: SlateLogRecord["items"] = [];
    assembled.entries.forEach((entry, position) => {
      const sources = sourcesOf(entry, parts.scratch);
      const leading = entry.slot < 0 ? nameOrigin(entry) : findLeadingSource(parts.scratch, entry.slot);
      const reason =
        entry.slot >= 0 && parts.reasonOfRanked !== undefined
          ? parts.reasonOfRanked
          : describeReason(leading, request.region, regional);
      const itemId = items.idOf(entry.item);
      const score = roundScore(entry.score);
      const notes = parts.rules?.notesOf(entry.item) ?? [];
      answered.push({
        itemId,
        score,
        position,
        reason,
        price: Number.isNaN(items.price[entry.item]!) ? null : items.price[entry.item]!,
        sources: sources.map((source) => source.name),
        isSponsored: entry.isSponsored === true,
      });
      logged.push({
        itemId,
        position,
        score,
        rankerPosition: entry.rankerPosition,
        sources,
        features:
          parts.withFeatures && entry.slot >= 0
            ? featuresOf(entry.slot, parts.scratch, widthOf(parts.ranking.modelVersion))
            : null,
        // What is not drawn is shown for certain.
        propensity: entry.propensity ?? 1,
        reason,
        ...(notes.length === 0 ? {} : { rules: notes }),
      });
    });
    const latencyMs = roundMs(now() - request.startedMs);
    return {
      rows: Int32Array.from(assembled.entries, (entry) => entry.item),
      counts: {
        nonFiniteScores: parts.ranking.nonFiniteScores,
        gateRemoved: assembled.gateRemoved,
        gateViolations: assembled.gateViolations,
      },
      response: {
        items: answered,
        metadata: {
          requestId: request.requestId,
          latencyMs,
          configVersion,
          modelVersion: parts.ranking.modelVersion,
          candidatesRetrieved: parts.retrieved,
          candidatesScored: parts.scored,
          degradation: { rung, name: RUNGS[rung]!, reasons: [...parts.reasons] },
        },
      },
      record: createRecord(parts, { logged, latencyMs, releaseId: release.releaseId, replicaId }),
    };
  };

  function createRecord(
    parts: SlateParts,
    made: { logged: SlateLogRecord["items"]; latencyMs: number; releaseId: string; replicaId: string },
  ): SlateLogRecord {
    const { request, assembled } = parts;
    const dropped: Record<string, number> = { ...parts.dropped };
    for (const [reason, count] of Object.entries(assembled.gateRemoved)) dropped[`gate_${reason}`] = count;
    const recentItems: string[] = [];
    for (let i = 0; i < parts.view.recentCount; i++)
      recentItems.push(items.idOf(parts.scratch.recentItems[i]!));
    return {
      requestId: request.requestId,
      workspace: request.workspace,
      atMs: request.atMs,
      replicaId: made.replicaId,
      releaseId: made.releaseId,
      modelVersion: parts.ranking.modelVersion,
      surface: request.surface,
      shopper: request.shoppers[0] ?? null,
      isAnonymous: request.isAnonymous,
      personalized: request.personalize,
      n: request.n,
      context: request.logContext,
      filters: (request.filters as Record<string, unknown> | undefined) ?? null,
      shopperState: {
        recentItems,
        nPurchased: parts.view.purchased.length,
        nBlocked: parts.view.blocked.length,
        hasUserVector: parts.state?.vector != null,
      },
      rung: parts.rung,
      degradationReasons: [...parts.reasons],
      latencyMs: made.latencyMs,
      stages: parts.trace.stages,
      sources: parts.outcomes.map((o) => ({ ...o, ms: roundMs(o.ms) })),
      dropped,
      ...(parts.rules == null
        ? {}
        : {
            ruleSetId: parts.rules.setId,
            ruleHits: parts.rules.listHits(assembled.entries.map(({ item }) => item)),
          }),
      items: made.logged,
      replay: recordInputs(parts),
    };
  }
}

function nameOrigin({ listed, origin }: SlateEntry): string {
  return listed !== undefined && origin === "ranked" ? "precomputed_list" : origin;
}

function sourcesOf(entry: SlateEntry, scratch: Scratch): { name: string; rank: number; score: number }[] {
  if (entry.listed !== undefined)
    return [{ name: "precomputed_list", rank: entry.listed.rank, score: roundScore(entry.listed.score) }];
  if (entry.slot < 0)
    return [{ name: entry.origin, rank: Math.round(1 / entry.score), score: roundScore(entry.score) }];
  const sources: { name: string; rank: number; score: number }[] = [];
  for (let s = 0; s < SOURCE_COUNT; s++) {
    const rank = scratch.ranks[entry.slot * SOURCE_COUNT + s]!;
    if (rank > 0)
      sources.push({
        name: CANDIDATE_SOURCES[s]!,
        rank,
        score: roundScore(scratch.buffers[s]!.scores[rank - 1]!),
      });
  }
  return sources;
}

function featuresOf(slot: number, scratch: Scratch, width: number): number[] {
  const features = new Array<number>(width);
  for (let f = 0; f < width; f++) features[f] = roundScore(scratch.features[slot * width + f]!);
  return features;
}

/** Six decimals: a float32 printed in full is twice as long and says no more. */
function roundScore(score: number): number {
  return Math.round(score * 1e6) / 1e6;
}
