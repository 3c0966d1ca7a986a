import type { ShadowRecord } from "@shortlist/contracts";
import { computeJaccard, computeRankBiasedOverlap } from "@shortlist/ml";
import type { ShadowTotals } from "./measurements";

/** Positions that are compared: what fits a screen. */
const DEPTH = 10;
/** The top weighs most: the first ten positions have about 86 % of the weight at 0.9. */
const PERSISTENCE = 0.9;

/** How the candidate's slates differ from the served ones, over some requests. */
export interface ShadowStats {
  readonly n: number;
  /** Requests for which the candidate gave no slate. */
  readonly failed: number;
  /** Mean share of items that both slates have (Jaccard at 10), and of their order too (rank-biased overlap); null without any. */
  readonly overlapMean: number | null;
  readonly rankOverlapMean: number | null;
  /** Requests with the very same slate. */
  readonly identical: number;
  /** Different items shown to all, by each release. */
  readonly coverage: { readonly served: number; readonly candidate: number };
  /** Mean share of slates that an item of a slate is in: how popular what is shown is. */
  readonly popularity: { readonly served: number | null; readonly candidate: number | null };
  /** Medians of the scores of the first item. Two models need not score on one scale. */
  readonly score: { readonly served: number | null; readonly candidate: number | null };
  readonly latencyMs: Record<
    "served" | "candidate",
    { readonly p50: number | null; readonly p99: number | null }
  >;
  readonly fallback: { readonly served: number; readonly candidate: number };
  readonly gateRemoved: number;
  readonly gateViolations: number;
  readonly nonFinite: number;
}

export function computeShadowStats(records: readonly ShadowRecord[]): ShadowStats {
  const compared = records.filter(({ failure }) => failure === null);
  const overlaps = compared.map(compareSlates);
  const shares = countShares(compared);
  const firstScores = (side: "served" | "candidate") =>
    compared.flatMap((record) => record[side].items[0]?.score ?? []).filter(Number.isFinite);
  const scores = { served: firstScores("served"), candidate: firstScores("candidate") };
  const latencyOf = (side: "served" | "candidate") => {
    const sorted = compared.map((record) => record[side].latencyMs).sort((a, b) => a - b);
    return { p50: quantileOf(sorted, 0.5), p99: quantileOf(sorted, 0.99) };
  };
  return {
    n: records.length,
    failed: records.length - compared.length,
    overlapMean: meanOf(overlaps.map(({ overlap }) => overlap)),
    rankOverlapMean: meanOf(overlaps.map(({ rankOverlap }) => rankOverlap)),
    identical: overlaps.filter(({ isIdentical }) => isIdentical).length,
    coverage: { served: shares.served.size, candidate: shares.candidate.size },
    popularity: {
      served: meanPopularity(compared, "served", shares.served),
      // By the same measure: how often the served release shows what the candidate would.
      candidate: meanPopularity(compared, "candidate", shares.served),
    },
    score: {
      served: quantileOf(
        [...scores.served].sort((a, b) => a - b),
        0.5,
      ),
      candidate: quantileOf(
        [...scores.candidate].sort((a, b) => a - b),
        0.5,
      ),
    },
    latencyMs: { served: latencyOf("served"), candidate: latencyOf("candidate") },
    fallback: {
      served: compared.filter(({ served }) => served.rung > 0).length,
      candidate: compared.filter(({ candidate }) => candidate.rung > 0).length,
    },
    gateRemoved: sumOf(records.map(({ candidateGateRemoved }) => candidateGateRemoved)),
    gateViolations: sumOf(records.map(({ candidateGateViolations }) => candidateGateViolations)),
    nonFinite: sumOf(records.map(({ candidateNonFiniteScores }) => candidateNonFiniteScores)),
  };
}

export function toShadowTotals({
  n,
  failed,
  gateViolations,
  nonFinite,
  overlapMean,
}: ShadowStats): ShadowTotals {
  return { n, failed, gateViolations, nonFinite, overlapMean };
}

/** Segments in which a candidate is looked at by itself. */
export const SHADOW_SEGMENTS = {
  surface: ({ surface }: ShadowRecord) => surface,
  shopper: ({ isAnonymous }: ShadowRecord) => (isAnonymous ? "anonymous" : "signed in"),
  region: ({ region }: ShadowRecord) => region ?? "unknown",
  device: ({ device }: ShadowRecord) => device ?? "unknown",
} as const;
export type ShadowSegment = keyof typeof SHADOW_SEGMENTS;

/** The same figures of every part, the largest part first. */
export function computeShadowSegments(
  records: readonly ShadowRecord[],
): { by: ShadowSegment; name: string; stats: ShadowStats }[] {
  return (Object.keys(SHADOW_SEGMENTS) as ShadowSegment[]).flatMap((by) => {
    const parts = new Map<string, ShadowRecord[]>();
    for (const record of records) {
      const name = SHADOW_SEGMENTS[by](record);
      const part = parts.get(name);
      if (part === undefined) parts.set(name, [record]);
      else part.push(record);
    }
    return [...parts]
      .map(([name, part]) => ({ by, name, stats: computeShadowStats(part) }))
      .sort((a, b) => b.stats.n - a.stats.n);
  });
}

/** The requests whose slates differ most, worst first; those without a slate come before all. */
export function listWorstChanged(records: readonly ShadowRecord[], limit: number) {
  return records
    .map((record) => ({ record, ...compareSlates(record) }))
    .sort((a, b) => a.rankOverlap - b.rankOverlap || b.record.atMs - a.record.atMs)
    .slice(0, limit);
}

function compareSlates(record: ShadowRecord) {
  const served = record.served.items.map(({ itemId }) => itemId);
  const candidate = record.failure === null ? record.candidate.items.map(({ itemId }) => itemId) : [];
  return {
    overlap: computeJaccard(served, candidate, DEPTH),
    rankOverlap: computeRankBiasedOverlap(served, candidate, { p: PERSISTENCE, depth: DEPTH }),
    isIdentical: served.length === candidate.length && served.every((itemId, i) => itemId === candidate[i]),
  };
}

/** In which share of slates each item is. */
function countShares(records: readonly ShadowRecord[]) {
  const count = (side: "served" | "candidate") => {
    const shares = new Map<string, number>();
    for (const record of records)
      for (const { itemId } of record[side].items)
        shares.set(itemId, (shares.get(itemId) ?? 0) + 1 / records.length);
    return shares;
  };
  return { served: count("served"), candidate: count("candidate") };
}

function meanPopularity(
  records: readonly ShadowRecord[],
  side: "served" | "candidate",
  shares: ReadonlyMap<string, number>,
): number | null {
  return meanOf(records.flatMap((record) => record[side].items.map(({ itemId }) => shares.get(itemId) ?? 0)));
}

function quantileOf(sorted: readonly number[], quantile: number): number | null {
  return sorted[Math.min(sorted.length - 1, Math.floor(quantile * sorted.length))] ?? null;
}
function meanOf(values: readonly number[]): number | null {
  return values.length === 0 ? null : sumOf(values) / values.length;
}
function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
