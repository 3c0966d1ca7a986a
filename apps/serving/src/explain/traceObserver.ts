import { CANDIDATE_SOURCES, type ReplayTrace, type TraceItem } from "@shortlist/contracts";
import type { FunnelObserver } from "../funnel/observer";
import type { RankOutcome } from "../funnel/rank";
import type { Scratch } from "../funnel/scratch";
import {
  DROP_REASONS,
  type Exclusions,
  type FilterScreen,
  markExclusions,
  screenFlags,
} from "../funnel/screen";
import type { LoadedRelease } from "../release/loadedRelease";
import type { ActiveRules } from "../rules/compileRules";

interface Standing {
  readonly rank: number;
  readonly score: number;
}

/** Copies of what the stages of one request made, by row of the item table. */
export interface SeenStages extends FunnelObserver {
  /** Every item that a source named, or that the slate holds, with how far it came. */
  list(shown: Int32Array): TraceItem[];
  readonly features: ReplayTrace["features"];
  readonly wasUnited: boolean;
  /** The reason why an item would be dropped at the union, by the request's exclusions, filters and rules. */
  findDrop(row: number): { readonly reason: string; readonly rule: string | null } | null;
}

export function createTraceObserver(loaded: LoadedRelease, active: ActiveRules | null): SeenStages {
  const { items, marks } = loaded;
  const named = new Map<number, TraceItem["sources"]>();
  const drops = new Map<number, string>();
  const union = new Map<number, number>();
  let preRanked = new Map<number, Standing>();
  let ranked = new Map<number, Standing>();
  let shifted: Map<number, Standing> | null = null;
  const reranked = new Map<number, number>();
  let features: ReplayTrace["features"] = null;
  let exclusions: Exclusions | null = null;
  let filter: FilterScreen | null = null;

  const screen = (row: number): number => {
    const mark = marks.get(row);
    if (mark >= 0) return mark;
    const byFlags = screenFlags(items.flags[row]!);
    return byFlags >= 0 ? byFlags : (filter?.(row) ?? -1);
  };
  const beginScreening = () => {
    marks.begin();
    if (exclusions !== null) markExclusions(marks, exclusions);
  };

  const observer: FunnelObserver = {
    united(scratch, count, o) {
      // The arrays of the request are used again: what excludes is kept by value.
      exclusions = { ...o.exclusions, recent: o.exclusions.recent.slice() };
      filter = o.filter;
      for (let c = 0; c < count; c++) union.set(scratch.items[c]!, c + 1);
      beginScreening();
      CANDIDATE_SOURCES.forEach((name, s) => {
        const { items: rows, scores } = scratch.buffers[s]!;
        for (let r = 0; r < scratch.retrieved[s]!; r++) {
          const row = rows[r]!;
          const sources = named.get(row) ?? [];
          sources.push({ name, rank: r + 1, score: scores[r]! });
          named.set(row, sources);
          if (union.has(row) || drops.has(row)) continue;
          const code = screen(row);
          drops.set(row, code >= 0 ? DROP_REASONS[code]! : (o.cutAs ?? "over_candidate_limit"));
        }
      });
    },
    preRanked(scratch, count) {
      preRanked = standings(scratch, count);
    },
    ranked(scratch, count, ranking) {
      ranked = standings(scratch, count);
      features = copyFeatures(loaded, scratch, { count, ranking });
    },
    shifted(scratch, count) {
      shifted = standings(scratch, count);
    },
    ordered({ ranked: entries, sponsored }) {
      [...sponsored.map(({ entry }) => entry), ...entries].forEach(({ item }, i) => {
        reranked.set(item, i + 1);
      });
    },
  };

  return {
    ...observer,
    get features() {
      return features;
    },
    get wasUnited() {
      return exclusions !== null;
    },
    findDrop(row) {
      beginScreening();
      const code = screen(row);
      return code < 0
        ? null
        : { reason: DROP_REASONS[code]!, rule: findRule(active, row, DROP_REASONS[code]!) };
    },
    list(shown) {
      const positions = new Map([...shown].map((row, position) => [row, position]));
      const after = shifted ?? ranked;
      return [...new Set([...named.keys(), ...shown])].map((row) => {
        const drop = drops.get(row) ?? null;
        const gate = positions.has(row) || !reranked.has(row) ? null : this.findDrop(row);
        return {
          itemId: items.idOf(row),
          sources: named.get(row) ?? [],
          drop,
          droppedBy: drop === null ? null : findRule(active, row, drop),
          unionRank: union.get(row) ?? null,
          preRank: preRanked.get(row)?.rank ?? null,
          rankerRank: ranked.get(row)?.rank ?? null,
          rankerScore: ranked.get(row)?.score ?? null,
          rulesRank: after.get(row)?.rank ?? null,
          rulesScore: after.get(row)?.score ?? null,
          rerankRank: reranked.get(row) ?? null,
          gate: gate?.reason ?? null,
          position: positions.get(row) ?? null,
        };
      });
    },
  };
}

/** Ranks by score, 1-based; of equal scores the earlier candidate first. */
function standings({ items, scores }: Scratch, count: number): Map<number, Standing> {
  const order = Array.from({ length: count }, (_, c) => c).sort((a, b) => scores[b]! - scores[a]! || a - b);
  return new Map(order.map((c, i) => [items[c]!, { rank: i + 1, score: scores[c]! }]));
}

function copyFeatures(
  { items, rankers, rankWidth }: LoadedRelease,
  scratch: Scratch,
  { count, ranking }: { count: number; ranking: RankOutcome },
): ReplayTrace["features"] {
  if (!ranking.usedRanker) return null;
  const width = rankers.get(ranking.modelVersion)?.width ?? rankWidth;
  const rows = scratch.features.slice(0, count * width);
  return {
    ranker: ranking.modelVersion,
    width,
    itemIds: Array.from(scratch.items.subarray(0, count), (row) => items.idOf(row)),
    rows: Buffer.from(rows.buffer).toString("base64"),
  };
}

function findRule(active: ActiveRules | null, row: number, reason: string): string | null {
  if (active === null) return null;
  const { compliance, hides, onlys } = active;
  switch (reason) {
    case "compliance_hidden":
      return compliance.find(({ items }) => items.has(row))?.ref ?? null;
    case "rule_hidden":
      return hides.find(({ items }) => items.has(row))?.ref ?? null;
    case "rule_only":
      return onlys.find(({ items }) => !items.has(row))?.ref ?? null;
    default:
      return null;
  }
}
