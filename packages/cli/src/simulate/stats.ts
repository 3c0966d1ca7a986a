/** What the live shoppers did and saw: totals since the start, latencies over the last interval. */
export interface LiveStats {
  seconds: number;
  requests: number;
  /** Requests per second over the last interval. */
  rps: number;
  emptySlates: number;
  errors: number;
  /** Sessions not started because the bound on concurrency was reached: the server is too slow for the rate. */
  skipped: number;
  latencyMsP50: number | null;
  latencyMsP95: number | null;
  shown: number;
  clicks: number;
  purchases: number;
  events: number;
  /** Clicks per shown item, null before anything was shown. */
  clickRate: number | null;
  /** Answers per degradation rung, 0 to 4. */
  rungs: number[];
  lastError: string | null;
}

export function createStats(): LiveStats {
  return {
    seconds: 0,
    requests: 0,
    rps: 0,
    emptySlates: 0,
    errors: 0,
    skipped: 0,
    latencyMsP50: null,
    latencyMsP95: null,
    shown: 0,
    clicks: 0,
    purchases: 0,
    events: 0,
    clickRate: null,
    rungs: [0, 0, 0, 0, 0],
    lastError: null,
  };
}

/** Nearest-rank quantile of unsorted values, null when there are none. */
export function computeQuantile(values: readonly number[], share: number): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))]!;
}

export function formatStats(stats: LiveStats): string {
  const ms = (value: number | null) => (value === null ? "–" : value.toFixed(1));
  const rate = stats.clickRate === null ? "–" : `${(100 * stats.clickRate).toFixed(1)} %`;
  const rungs = stats.rungs
    .map((count, rung) => (rung > 0 && count > 0 ? `rung ${rung}: ${count}` : ""))
    .filter(Boolean);
  return [
    `${stats.seconds.toFixed(0).padStart(4)} s`,
    `${stats.requests} requests (${stats.rps.toFixed(0)}/s)`,
    `p50 ${ms(stats.latencyMsP50)} ms`,
    `p95 ${ms(stats.latencyMsP95)} ms`,
    `empty ${stats.emptySlates}`,
    `clicks ${stats.clicks}`,
    `CTR ${rate}`,
    `bought ${stats.purchases}`,
    `errors ${stats.errors}`,
    ...(stats.skipped > 0 ? [`skipped ${stats.skipped}`] : []),
    ...rungs,
  ].join(" · ");
}
