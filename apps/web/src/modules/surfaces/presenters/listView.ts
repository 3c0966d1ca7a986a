import { formatCount, formatMs } from "../../../lib/format";
import { surfaceLabel } from "../../../lib/rungs";
import type { ApiOutputs } from "../../../lib/trpc/client";

type Row = ApiOutputs["surfaces"]["list"]["surfaces"][number];

/** One sentence: how much is asked, and which surface is slowest. */
export function listVerdict(rows: readonly Row[], range: string): string {
  const known = rows.flatMap(({ surface, funnel }) => (funnel === null ? [] : [{ surface, ...funnel }]));
  if (known.length === 0) return "No data: the counters cannot be read while Redis is away.";
  const requests = known.reduce((sum, row) => sum + row.requests, 0);
  if (requests === 0) return `No request in the last ${range}. Every answer is counted here within seconds.`;
  const slowest = known.toSorted((a, b) => (b.latencyMsP99 ?? 0) - (a.latencyMsP99 ?? 0))[0]!;
  return `${formatCount(requests)} ${requests === 1 ? "request" : "requests"} in the last ${range}; slowest is ${surfaceLabel(slowest.surface).toLowerCase()} with a p99 of ${formatMs(slowest.latencyMsP99)}.`;
}
