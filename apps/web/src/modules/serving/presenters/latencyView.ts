import { LATENCY_BOUNDS_MS } from "@shortlist/contracts/vocabulary";
import { formatCount, formatMs, formatShare } from "../../../lib/format";
import { rungLabel } from "../../../lib/rungs";
import type { ApiOutputs } from "../../../lib/trpc/client";

export type Funnel = ApiOutputs["surfaces"]["funnel"];
export type Span = Funnel["spans"][number];

export interface LatencyGrid {
  /** Buckets that are drawn, slowest first, by what bounds them above. */
  readonly rows: readonly { readonly bucket: number; readonly label: string }[];
  /** A cell of x-th span and y-th row; shade 0 to 1 is its share of the busiest cell. */
  readonly cells: readonly {
    readonly x: number;
    readonly y: number;
    readonly shade: number;
    readonly n: number;
  }[];
  /** SVG paths in units of spans and rows; a span without requests is a gap. */
  readonly p50: string;
  readonly p99: string;
}

/** Time by latency. Null when no span has a request. */
export function latencyGrid(spans: readonly Span[]): LatencyGrid | null {
  const used = new Set<number>();
  let most = 0;
  for (const { latency } of spans)
    latency.forEach((n, bucket) => {
      if (n === 0) return;
      used.add(bucket);
      most = Math.max(most, n);
    });
  if (used.size === 0) return null;
  const top = Math.max(...used);
  const low = Math.min(...used);
  const rows = Array.from({ length: top - low + 1 }, (_, y) => ({
    bucket: top - y,
    label: bucketLabel(top - y),
  }));
  const cells = spans.flatMap(({ latency }, x) =>
    rows.flatMap(({ bucket }, y) => {
      const n = latency[bucket] ?? 0;
      // The square root shows the tail, which is what one looks for.
      return n === 0 ? [] : [{ x, y, n, shade: Math.sqrt(n / most) }];
    }),
  );
  const heightOf = (ms: number) => top + 1 - placeOf(ms);
  const path = (pick: (span: Span) => number | null) => {
    let isOpen = false;
    return spans
      .flatMap((span, x) => {
        const ms = pick(span);
        if (ms === null) {
          isOpen = false;
          return [];
        }
        const step = `${isOpen ? "L" : "M"}${x + 0.5} ${heightOf(ms).toFixed(2)}`;
        // A line to itself: one span between gaps is still to be seen.
        const dot = isOpen ? "" : `h0.01`;
        isOpen = true;
        return [step + dot];
      })
      .join("");
  };
  return { rows, cells, p50: path((s) => s.latencyMsP50), p99: path((s) => s.latencyMsP99) };
}

/** Where a latency lies on an axis of buckets. */
function placeOf(ms: number): number {
  let bucket = 0;
  while (bucket < LATENCY_BOUNDS_MS.length && ms > LATENCY_BOUNDS_MS[bucket]!) bucket++;
  const from = bucket === 0 ? 0 : LATENCY_BOUNDS_MS[bucket - 1]!;
  const to = LATENCY_BOUNDS_MS[bucket];
  return to === undefined ? bucket + 0.5 : bucket + (ms - from) / (to - from);
}

function bucketLabel(bucket: number): string {
  const bound = LATENCY_BOUNDS_MS[bucket];
  return bound === undefined ? "longer" : `≤ ${bound}`;
}

export function latencyVerdict(funnel: Funnel["funnel"], spans: readonly Span[]): string {
  if (funnel === null || funnel.requests === 0) return "";
  const slowest = spans.reduce<Span | null>(
    (worst, span) => ((span.latencyMsP99 ?? -1) > (worst?.latencyMsP99 ?? -1) ? span : worst),
    null,
  );
  return `p50 ${formatMs(funnel.latencyMsP50)}, p99 ${formatMs(funnel.latencyMsP99)}, n = ${formatCount(funnel.requests)} requests; the slowest p99 was ${formatMs(slowest?.latencyMsP99)}${slowest === null ? "" : ` at ${timeOf(slowest.at)}`}. Read from buckets: off by at most one.`;
}

export function rungVerdict(funnel: Funnel["funnel"]): string {
  if (funnel === null || funnel.requests === 0) return "";
  return `${funnel.rungs.map((n, rung) => `${rungLabel(rung)} ${formatShare(n / funnel.requests, 2)}`).join(", ")}; n = ${formatCount(funnel.requests)} requests.`;
}

/** Releases by the span they came into force in. */
export function releaseMarks(funnel: Pick<Funnel, "spans" | "releases">): { x: number; label: string }[] {
  const [first, second] = funnel.spans;
  if (first === undefined) return [];
  const stepMs = second === undefined ? 60_000 : second.at.getTime() - first.at.getTime();
  return funnel.releases.flatMap(({ at, action, number }) => {
    const x = Math.floor((at.getTime() - first.at.getTime()) / stepMs);
    return x < 0 || x >= funnel.spans.length
      ? []
      : [{ x, label: `${timeOf(at)} ${action === "rollback" ? "back to" : "release"} ${number}` }];
  });
}

export function timeOf(at: Date): string {
  return `${at.toISOString().slice(11, 16)} UTC`;
}
