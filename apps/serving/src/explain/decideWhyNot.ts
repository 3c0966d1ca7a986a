import type { ReplayTrace, TraceItem, WhyNot } from "@shortlist/contracts";

/** What is known of the item that is asked about. */
export interface AskedItem {
  readonly isKnown: boolean;
  /** Of the item table's flags. */
  readonly barredBy: readonly string[];
  /** Null: no source named it and the slate does not show it. */
  readonly seen: TraceItem | null;
  /** Why the request itself would have kept it out. */
  readonly drop: string | null;
  /** Rules that moved, capped or spread the item. */
  readonly rules: readonly string[];
}

/** The slate it is missed in. */
export interface AskedSlate {
  readonly rung: number;
  /** Whether candidates were united at all. */
  readonly wasUnited: boolean;
  /** Positions that ranked items have. */
  readonly n: number;
  readonly lastShownScore: number | null;
  /** The relation came first and taste only moved it: the order is that of both, and there is one cut. */
  readonly isRelated: boolean;
  readonly trace: Pick<ReplayTrace, "sources" | "candidateLimit" | "preRankKeep" | "items">;
}

/** The first stage at which an item fell out, in the order of the funnel. */
export function decideWhyNot(item: AskedItem, slate: AskedSlate): WhyNot {
  const { seen } = item;
  if (seen?.position != null) return { stage: "shown", position: seen.position };
  if (!item.isKnown) return { stage: "unknown_item" };
  const [barred] = item.barredBy;
  if (barred !== undefined) return { stage: "not_eligible", reason: barred };
  if (!slate.wasUnited) return { stage: "not_in_list", rung: slate.rung, drop: item.drop };
  if (seen === null || seen.sources.length === 0)
    return { stage: "not_found", sources: slate.trace.sources.map(explainSource) };
  if (seen.drop === "over_candidate_limit")
    return {
      stage: "over_candidate_limit",
      limit: slate.trace.candidateLimit,
      bestRank: Math.min(...seen.sources.map(({ rank }) => rank)),
    };
  if (seen.drop !== null) return { stage: "dropped", reason: seen.drop, rule: seen.droppedBy };
  if (slate.isRelated) return explainRelated(seen, slate);
  if (seen.rankerRank === null)
    return { stage: "pre_ranked_out", rank: seen.preRank, keep: slate.trace.preRankKeep };
  const rank = seen.rankerRank;
  const rankAfter = seen.rulesRank ?? rank;
  const rules = [...item.rules];
  if (rank <= slate.n && rankAfter > slate.n) return { stage: "rules_moved", rank, rankAfter, rules };
  if (rankAfter > slate.n)
    return {
      stage: "ranked_too_low",
      rank: rankAfter,
      of: slate.trace.items.filter(({ rankerRank }) => rankerRank !== null).length,
      score: seen.rulesScore ?? seen.rankerScore ?? 0,
      lastShownScore: slate.lastShownScore,
    };
  if (seen.gate !== null) return { stage: "gate", reason: seen.gate };
  return { stage: "reranked_out", rank: rankAfter, rankAfter: seen.rerankRank, rules };
}

function explainRelated(seen: TraceItem, slate: AskedSlate): WhyNot {
  if (seen.gate !== null) return { stage: "gate", reason: seen.gate };
  const ordered = slate.trace.items.filter(({ rerankRank }) => rerankRank !== null);
  const rank = seen.rerankRank ?? ordered.length;
  const lastShown = Math.max(
    ...ordered.map(({ position, rerankRank }) => (position === null ? 0 : rerankRank!)),
  );
  // The score of a related item is its place: 1, 1/2, 1/3 …
  const lastShownScore = lastShown === 0 ? null : 1 / lastShown;
  return { stage: "ranked_too_low", rank, of: ordered.length, score: 1 / rank, lastShownScore };
}

function explainSource({ name, status, reason, retrieved, quota }: ReplayTrace["sources"][number]) {
  return {
    name,
    retrieved,
    quota,
    reason:
      status === "ok"
        ? retrieved >= quota
          ? "beyond_quota"
          : "not_among_found"
        : status === "empty"
          ? "found_nothing"
          : (reason ?? status),
  };
}
