import {
  CANDIDATE_SOURCES,
  RELATED_KINDS,
  type RelatedKind,
  type ReleaseSurface,
  type SlateLogRecord,
} from "@shortlist/contracts";
import { type EffectiveSurface, shrink } from "../degrade/effectiveSurface";
import { decodeVector } from "../funnel/replayInputs";
import type { ShopperRead, ShopperState } from "../ports/shopperStore";

/** Time for everything: what was late then is switched off, and nothing else may be. */
const BUDGET_MS = 60_000;

const RANKER_AWAY = ["ranker_no_budget", "ranker_failed", "ranker_breaker_open", "ranker_not_finite"];

/**
 * The surface as the request met it: what switches, pressure, breakers and deadlines had left of it is named in the
 * record's reasons and by its sources. Null where the record says that the release had no such surface.
 */
export function decideReplaySurface(
  surface: ReleaseSurface | undefined,
  record: Pick<SlateLogRecord, "degradationReasons" | "sources">,
): EffectiveSurface | null {
  const reasons = record.degradationReasons;
  if (surface === undefined || reasons.includes("surface_not_in_release")) return null;
  const away = new Set(
    record.sources.filter(({ status }) => status !== "ok" && status !== "empty").map(({ name }) => name),
  );
  const rerank = reasons.includes("exploration_switched_off")
    ? { ...surface.rerank, exploration: null }
    : surface.rerank;
  const isSwitchedOff = reasons.includes("ranker_switched_off");
  const hasNoRanker = isSwitchedOff || reasons.some((reason) => RANKER_AWAY.includes(reason));
  const { preRanker } = surface;
  const isCutByFusion = reasons.some((reason) => reason.startsWith("pre_"));
  const share = Math.min(1, ...reasons.map(readShare));
  const replayed: ReleaseSurface = {
    ...surface,
    budgetMs: BUDGET_MS,
    sources: surface.sources.map((source) => ({
      ...source,
      timeoutMs: BUDGET_MS,
      enabled: source.enabled && !away.has(source.name),
    })),
    rankers: hasNoRanker ? [] : surface.rankers,
    preRanker:
      isSwitchedOff || preRanker === null ? null : isCutByFusion ? { ...preRanker, model: null } : preRanker,
    rerank,
  };
  return {
    surface: share < 1 ? shrink(replayed, share) : replayed,
    isListsOnly: reasons.some((reason) => reason === "switched_to_lists" || reason.startsWith("shed:")),
    sourcesOff: CANDIDATE_SOURCES.filter((name) => away.has(name)),
    candidateShare: share,
    reasons: [],
  };
}

function readShare(reason: string): number {
  const share = /^candidates_(?:switched|shrunk)_to:(\d+(?:\.\d+)?)$/.exec(reason);
  return share === null ? 1 : Number(share[1]) / 100;
}

/** The relation asked for, where the record is of `/v1/items/:id/related`. */
export function findRelation({ context }: Pick<SlateLogRecord, "context">): RelatedKind | null {
  return RELATED_KINDS.find((kind) => kind === context.related) ?? null;
}

/** What the online store said of the shopper, or that it did not. */
export function decideReplayRead(record: SlateLogRecord, releaseId: string): ShopperRead {
  const { degradationReasons: reasons, replay, shopperState } = record;
  const blocked = replay?.blocked ?? [];
  if (reasons.includes("shopper_state_late")) return { status: "late", blocked };
  if (reasons.includes("shopper_state_down")) return { status: "down", blocked };
  const features = replay?.features;
  const list = replay?.list;
  const state: ShopperState = {
    // With page and session in front, as they were then: repeated in the same order they change nothing.
    recentItems: shopperState.recentItems,
    // What came after a list was made counts otherwise than what it was made of.
    recentAtMs: shopperState.recentItems.map((_, i) =>
      list === undefined || i < list.nSince ? record.atMs : 0,
    ),
    purchased: replay?.purchased ?? [],
    blocked,
    vector: replay?.vector === undefined ? null : decodeVector(replay.vector),
    isOptedOut: false,
    ...(list === undefined
      ? {}
      : { list: { releaseId, madeAtMs: list.madeAtMs, itemIds: list.itemIds, scores: list.scores } }),
    ...(features === undefined
      ? {}
      : {
          features: new Map(
            Object.entries(features).map(([viewId, values]) => [
              viewId,
              { status: "present" as const, values },
            ]),
          ),
        }),
  };
  return { status: "ok", state };
}

/** Whether the record holds everything the answer depended on. */
export function isFullyRecorded({ replay, shopperState }: SlateLogRecord): boolean {
  if (replay === undefined || replay.isTextWithheld === true) return false;
  return shopperState.hasUserVector === (replay.vector !== undefined);
}
