import { type RecommendedItem, RUNGS } from "@shortlist/contracts";
import { selectTopK } from "@shortlist/ml";
import type { ShopperState, ShopperStore } from "../ports/shopperStore";
import type { LoadedRelease } from "../release/loadedRelease";
import { assembleSlate, type SlateEntry } from "./assemble";
import { pickArm, replaceNonFinite } from "./rank";
import { describeReason } from "./reasons";
import { NO_EXCLUSIONS } from "./slateParts";
import { normalise } from "./sources/content";
import { roundMs } from "./trace";

export interface RelatedRequest {
  readonly workspace: string;
  readonly requestId: string;
  readonly itemId: string;
  readonly kind: "similar" | "bought_together" | "alternatives";
  readonly n: number;
  readonly shoppers: readonly string[];
  readonly startedMs: number;
}

export interface RelatedSlate {
  readonly items: RecommendedItem[];
  readonly metadata: {
    requestId: string;
    latencyMs: number;
    configVersion: string;
    modelVersion: string;
    candidatesRetrieved: number;
    candidatesScored: number;
    degradation: { rung: number; name: (typeof RUNGS)[number]; reasons: string[] };
  };
  readonly gateViolations: number;
}

const REASONS = {
  similar: "Similar to this item",
  bought_together: "Often bought together",
  alternatives: "Alternative in the same category",
} as const;

/** Alternatives share a leaf category, which the nearest hundred rarely all do. */
const CANDIDATES = { similar: 120, bought_together: 120, alternatives: 400 } as const;
/** The relation comes first, taste second: the ranker's order counts half as much as the source's. */
const TASTE_WEIGHT = 0.5;
const RANK_OFFSET = 10;
const STATE_DEADLINE_MS = 10;

export interface RelatedFunnel {
  relate(request: RelatedRequest): Promise<RelatedSlate>;
}

/** Items related to one item, lightly reordered for a known shopper. An unknown item gets the popular list. */
export function createRelatedFunnel(options: {
  loaded: LoadedRelease;
  shoppers: ShopperStore;
  now: () => number;
}): RelatedFunnel {
  const { loaded, now } = options;
  const { items, release } = loaded;
  const { marks } = loaded;
  const configVersion = `${release.number}-${release.releaseId.slice(0, 12)}`;
  const content = loaded.indexes.content;
  const query = new Float32Array(content?.vectors.dims ?? 0);
  const found = { items: new Int32Array(400), scores: new Float32Array(400) };

  /** Rows related to `anchor`, best first, copied: the buffers serve other requests while this one waits. */
  const retrieve = (anchor: number, kind: RelatedRequest["kind"]): number[] => {
    if (kind === "bought_together") {
      const table = loaded.indexes.neighbors;
      if (table === null) return [];
      const end = Math.min(table.offsets[anchor + 1]!, table.offsets[anchor]! + CANDIDATES[kind]);
      return Array.from(table.items.subarray(table.offsets[anchor]!, end));
    }
    if (content === null) return [];
    const { vectors, dims } = content.vectors;
    query.set(vectors.subarray(anchor * dims, (anchor + 1) * dims));
    if (!normalise(query)) return [];
    const count = content.index.search(query, CANDIDATES[kind], found.items, found.scores);
    const rows = Array.from(found.items.subarray(0, count));
    return kind === "similar"
      ? rows
      : rows.filter((row) => items.categoryIds[row] === items.categoryIds[anchor]);
  };

  /** Reorders by 1/(10 + source rank) + ½ · 1/(10 + ranker rank); null when the ranker cannot say. */
  const personalise = async (rows: readonly number[], state: ShopperState, shopper: string) => {
    const surface = loaded.surfaces.get("product_detail") ?? release.surfaces[0];
    const ranker = surface === undefined ? null : pickArm(surface, loaded.rankers, `related:${shopper}`);
    const recent = state.recentItems.map((id) => items.find(id)).filter((row) => row >= 0);
    if (ranker === null || (recent.length === 0 && state.vector === null)) return null;
    loaded.filler.prepare({
      recentItems: Int32Array.from(recent),
      recentCount: recent.length,
      recentWeights: new Float32Array(recent.length).fill(1),
      userVector: state.vector?.length === loaded.factors ? state.vector : null,
    });
    const count = rows.length;
    const features = new Float32Array(count * loaded.rankWidth);
    loaded.filler.fill(Int32Array.from(rows), count, new Float32Array(count), features);
    const scores = new Float32Array(count);
    await ranker.score(features, count, scores);
    if (replaceNonFinite(scores, count) === count) return null;
    const order = new Int32Array(count);
    selectTopK(scores, count, count, order);
    const blended = new Float32Array(count);
    order.forEach((slot, rank) => {
      blended[slot] = 1 / (RANK_OFFSET + slot) + TASTE_WEIGHT / (RANK_OFFSET + rank);
    });
    selectTopK(blended, count, count, order);
    return { ref: ranker.ref, rows: Array.from(order, (slot) => rows[slot]!) };
  };

  return {
    async relate(request) {
      const reasons: string[] = [];
      const anchor = items.find(request.itemId);
      let rows = anchor < 0 ? [] : retrieve(anchor, request.kind);
      const retrieved = rows.length;
      let modelVersion = "related";
      let state: ShopperState | null = null;
      if (request.shoppers.length > 0) {
        const read = await options.shoppers.read(
          request.workspace,
          request.shoppers,
          loaded.embeddingSpaceId,
          STATE_DEADLINE_MS,
        );
        if (read.status === "ok") state = read.state;
        else reasons.push(read.status === "late" ? "shopper_state_late" : "shopper_state_down");
        const personal =
          state === null || rows.length === 0
            ? null
            : await personalise(rows, state, request.shoppers[0]!).catch(() => {
                reasons.push("ranker_failed");
                return null;
              });
        if (personal !== null) {
          rows = personal.rows;
          modelVersion = personal.ref;
        }
      }
      if (anchor < 0) reasons.push("unknown_item");
      else if (rows.length === 0) reasons.push("nothing_related");
      const blocked = (state?.blocked ?? []).map((id) => items.find(id)).filter((row) => row >= 0);
      const assembled = assembleSlate({
        items,
        marks,
        exclusions: { ...NO_EXCLUSIONS, blocked, contextItem: anchor },
        filter: null,
        n: request.n,
        ranked: rows.map(
          (item, i): SlateEntry => ({
            item,
            score: 1 / (i + 1),
            slot: -1,
            rankerPosition: null,
            origin: "ranked",
          }),
        ),
        fallbacks: [{ origin: "global_popular", items: loaded.lists.popular }],
      });
      const first = assembled.entries[0];
      const rung = first?.origin !== "ranked" ? 4 : reasons.length > 0 ? 1 : 0;
      return {
        items: assembled.entries.map((entry, position) => ({
          itemId: items.idOf(entry.item),
          score: Math.round(entry.score * 1e6) / 1e6,
          position,
          reason:
            entry.origin === "ranked"
              ? REASONS[request.kind]
              : describeReason(entry.origin, undefined, false),
          sources: [entry.origin === "ranked" ? request.kind : entry.origin],
          isSponsored: false,
        })),
        metadata: {
          requestId: request.requestId,
          latencyMs: roundMs(now() - request.startedMs),
          configVersion,
          modelVersion,
          candidatesRetrieved: retrieved,
          candidatesScored: modelVersion === "related" ? 0 : retrieved,
          degradation: { rung, name: RUNGS[rung]!, reasons },
        },
        gateViolations: assembled.gateViolations,
      };
    },
  };
}
