import { formatCount, formatMs, formatRelative, formatShare } from "../../../lib/format";
import { RUNG_NAMES, rungLabel } from "../../../lib/rungs";
import type { ApiOutputs } from "../../../lib/trpc/client";

export type Home = ApiOutputs["home"]["get"];

/** The objective of the 99th percentile, end to end (S8). */
export const LATENCY_P99_TARGET_MS = 150;

/** Below this a share says nothing yet. */
const SHARE_REQUESTS_MIN = 100;

/** The one sentence on top: does anything need me? */
export function homeVerdict({ needs, kpis, release }: Home): string {
  const urgent = needs.filter(({ severity }) => severity === "critical").length;
  if (needs.length === 0)
    return `Nothing needs you. ${kpis.replicas.serving} of ${kpis.replicas.total} replicas serve release ${release?.number ?? "–"}.`;
  const rest = needs.length - urgent;
  const parts = [urgent > 0 ? `${urgent} urgent` : null, rest > 0 ? `${rest} to look at` : null].filter(
    (part) => part !== null,
  );
  return `${needs.length === 1 ? "One thing needs" : `${needs.length} things need`} you: ${parts.join(", ")}.`;
}

export interface Tile {
  readonly name: string;
  readonly value: string;
  readonly note: string;
  readonly tone: "pass" | "warn" | "none";
  readonly toneWord: string;
}

/** The four figures of the front page, each with what it counts and whether it is in order. */
export function homeTiles({ kpis, asOf }: Home): Tile[] {
  const { latencyMsP99, latencyMsP50, requestsPerSecond, rungs, replicas, lastTrainedAt } = kpis;
  const hasRequests = rungs.requests > 0;
  const modelShare = hasRequests ? ((rungs.counts[0] ?? 0) + (rungs.counts[1] ?? 0)) / rungs.requests : null;
  const ageHours = lastTrainedAt === null ? null : (asOf.getTime() - lastTrainedAt.getTime()) / 3_600_000;
  return [
    {
      name: "Latency p99",
      value: formatMs(latencyMsP99),
      note: `slowest replica · p50 ${formatMs(latencyMsP50)} · objective ${LATENCY_P99_TARGET_MS} ms`,
      ...judge(
        latencyMsP99 === null ? null : latencyMsP99 <= LATENCY_P99_TARGET_MS,
        "within objective",
        "over objective",
      ),
    },
    {
      name: "Served by models",
      value: formatShare(modelShare, 2),
      note: `rungs 0 and 1 · n = ${formatCount(rungs.requests)} requests since start`,
      ...(hasRequests && rungs.requests < SHARE_REQUESTS_MIN
        ? { tone: "none" as const, toneWord: "too few to judge" }
        : judge(modelShare === null ? null : modelShare >= 0.99, "as it should", "falling back")),
    },
    {
      name: "Requests",
      value: `${requestsPerSecond.toFixed(1)}/s`,
      note: `over ${replicas.total} live ${replicas.total === 1 ? "replica" : "replicas"}`,
      tone: "none",
      toneWord: requestsPerSecond > 0 ? "traffic" : "quiet",
    },
    {
      name: "Models trained",
      value: lastTrainedAt === null ? "never" : formatRelative(lastTrainedAt, asOf),
      note: "objective: within 48 h",
      ...judge(ageHours === null ? null : ageHours <= 48, "fresh", "stale"),
    },
  ];
}

function judge(ok: boolean | null, good: string, bad: string): Pick<Tile, "tone" | "toneWord"> {
  if (ok === null) return { tone: "none", toneWord: "no data" };
  return ok ? { tone: "pass", toneWord: good } : { tone: "warn", toneWord: bad };
}

/** Share of requests per rung, best first; empty without requests. */
export function rungRows({ kpis: { rungs } }: Home): { name: string; count: number; share: number }[] {
  if (rungs.requests === 0) return [];
  return RUNG_NAMES.map((_, rung) => {
    const count = rungs.counts[rung] ?? 0;
    return { name: `${rung} ${rungLabel(rung)}`, count, share: count / rungs.requests };
  });
}
