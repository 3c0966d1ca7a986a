import { formatCount, formatMs, formatShare } from "../../../lib/format";
import type { ApiOutputs } from "../../../lib/trpc/client";

export type SurfaceFunnel = NonNullable<ApiOutputs["surfaces"]["funnel"]["funnel"]>;
export type SourceRow = SurfaceFunnel["sources"][number];

/** One box of the drawing and the edge that leads to it. */
export interface FunnelStep {
  readonly id: string;
  readonly label: string;
  /** Candidates, later items, that leave it, per run. */
  readonly perRun: number;
  readonly msPerRun: number;
  readonly runs: number;
  /** What was lost on the way here, per run; the parts that are known by reason. */
  readonly dropped: number;
  readonly reasons: readonly { readonly reason: string; readonly perRun: number }[];
}

const STEPS = [
  { id: "sources", label: "Sources", timed: ["independent_sources", "sources"] },
  { id: "unite_filter", label: "Union and filters", timed: ["unite_filter"] },
  { id: "prerank", label: "Pre-rank", timed: ["prerank"] },
  { id: "rank", label: "Rank", timed: ["features", "rank"] },
  { id: "rules", label: "Rules", timed: ["rules"] },
  { id: "rerank", label: "Re-rank", timed: ["rerank"] },
  { id: "gate", label: "Gate and slate", timed: ["gate"] },
] as const;

/** Stages that ran, in order. Time of a step holds the stages that only prepare it. */
export function funnelSteps(funnel: SurfaceFunnel): FunnelStep[] {
  const stages = new Map(funnel.stages.map((stage) => [stage.name, stage]));
  return STEPS.flatMap(({ id, label, timed }) => {
    const stage = stages.get(id);
    if (stage === undefined || stage.runs === 0) return [];
    const taken = stage.inPerRun ?? 0;
    const given = stage.outPerRun ?? 0;
    // What sources take is not candidates.
    const dropped = id === "sources" ? 0 : Math.max(0, taken - given);
    return [
      {
        id,
        label,
        perRun: given,
        runs: stage.runs,
        dropped,
        msPerRun:
          timed.reduce((sum, name) => {
            const one = stages.get(name);
            return sum + (one?.msPerRun ?? 0) * (one?.runs ?? 0);
          }, 0) / stage.runs,
        reasons: reasonsOf(funnel, { id, runs: stage.runs, dropped }),
      },
    ];
  });
}

function reasonsOf(
  funnel: SurfaceFunnel,
  o: { id: string; runs: number; dropped: number },
): FunnelStep["reasons"] {
  if (o.dropped === 0) return [];
  const known = o.id === "unite_filter" ? funnel.drops : o.id === "gate" ? funnel.gateRemoved : [];
  const reasons = known.map(({ reason, items }) => ({ reason: words(reason), perRun: items / o.runs }));
  if (o.id === "unite_filter") {
    const rest = o.dropped - reasons.reduce((sum, { perRun }) => sum + perRun, 0);
    if (rest > 0.05) reasons.push({ reason: "duplicates, or over the limit", perRun: rest });
  }
  return reasons.sort((a, b) => b.perRun - a.perRun);
}

/** One sentence: how many, how fast, how complete, by whom. */
export function funnelVerdict(funnel: SurfaceFunnel | null | undefined, range: string): string {
  if (funnel === undefined) return "";
  if (funnel === null) return "No data: the counters cannot be read while Redis is away.";
  if (funnel.requests === 0) return `No request in the last ${range}.`;
  const top = topSource(funnel);
  const full = (funnel.rungs[0] ?? 0) / funnel.requests;
  const told = `${formatCount(funnel.requests)} ${funnel.requests === 1 ? "request" : "requests"} in the last ${range}: p50 ${formatMs(funnel.latencyMsP50)}, p99 ${formatMs(funnel.latencyMsP99)}, ${formatShare(full)} full`;
  return top === null
    ? `${told}.`
    : `${told}; ${words(top.name)} led ${formatShare(top.servedShare)} of ${formatCount(funnel.items)} items.`;
}

/** The source or list that led most served items; null when nothing was served. */
export function topSource(funnel: SurfaceFunnel): SourceRow | null {
  const rows = [...funnel.sources, ...funnel.others].filter(({ servedLeading }) => servedLeading > 0);
  return rows.sort((a, b) => b.servedLeading - a.servedLeading)[0] ?? null;
}

export const HEALTH = {
  pass: { tone: "pass", word: "healthy" },
  warn: { tone: "warn", word: "some fail" },
  fail: { tone: "harm", word: "failing" },
  no_data: { tone: "none", word: "too few runs" },
} as const;

export function words(name: string): string {
  return name.replaceAll("_", " ");
}
