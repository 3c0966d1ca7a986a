// Words and tables that processes share and that need no checking: what the browser may load. The schemas over them are in
// the files of their subjects, and zod with them.

export const SURFACES = [
  "home_feed",
  "product_detail",
  "cart",
  "search_suggestions",
  "notifications",
] as const;

/** In the order in which a tie between sources is decided. */
export const CANDIDATE_SOURCES = [
  "collaborative",
  "content",
  "covisitation",
  "graph_walk",
  "search",
  "trending",
  "new_arrivals",
  "editorial",
  "segment_popular",
  "popular",
] as const;

/** Whether lists come from the funnel, from the last precomputation, or from the latter only when the former fails. */
export const SURFACE_MODES = ["live", "precomputed", "live_with_precomputed"] as const;

/** Time ranges of the funnel's counters, in minutes. */
export const FUNNEL_RANGES = { "15m": 15, "1h": 60, "6h": 360, "24h": 1_440 } as const;

/** Upper bounds, about a third apart: fine enough to tell 8 from 12 ms and to hold a second. */
export const LATENCY_BOUNDS_MS = [
  0.5, 1, 1.5, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 512, 1024,
] as const;

/**
 * What is compared between candidate and control. `fast` metrics are looked at from the first minute on and end a rollout
 * at once; `slow` ones need time until their labels are in, and decide whether it may go on.
 * - `count`: bad requests among all. From the funnel counters.
 * - `quantile`: of latency. From the funnel counters.
 * - `ratio`: a sum over a sum, by shopper. From the archive.
 */
export const ROLLOUT_METRICS = {
  failed: { kind: "count", clock: "fast", harm: "increase", label: "Failed requests" },
  empty: { kind: "count", clock: "fast", harm: "increase", label: "Empty slates" },
  fallback: { kind: "count", clock: "fast", harm: "increase", label: "Answers from a fallback" },
  gate_violations: { kind: "count", clock: "fast", harm: "increase", label: "Items the gate let through" },
  non_finite: { kind: "count", clock: "fast", harm: "increase", label: "Scores that are no numbers" },
  latency_p50: { kind: "quantile", clock: "fast", harm: "increase", label: "Latency p50", quantile: 0.5 },
  latency_p99: { kind: "quantile", clock: "fast", harm: "increase", label: "Latency p99", quantile: 0.99 },
  click_through: { kind: "ratio", clock: "fast", harm: "decrease", label: "Clicked slates" },
  add_to_cart: { kind: "ratio", clock: "slow", harm: "decrease", label: "Slates with an add to cart" },
  conversion: { kind: "ratio", clock: "slow", harm: "decrease", label: "Slates with an order" },
  revenue: { kind: "ratio", clock: "slow", harm: "decrease", label: "Revenue per slate" },
} as const satisfies Record<
  string,
  {
    kind: "count" | "quantile" | "ratio";
    clock: "fast" | "slow";
    harm: "increase" | "decrease";
    label: string;
    quantile?: number;
  }
>;

export const ROLLOUT_PHASES = [
  "scheduled",
  "preparing",
  "shadow",
  "canary",
  "holdback",
  "completed",
  "aborted",
  "rolled_back",
] as const;

export const ROLLOUT_ENDED: ReadonlySet<(typeof ROLLOUT_PHASES)[number]> = new Set([
  "completed",
  "aborted",
  "rolled_back",
]);

/** What the audit divides changes by. */
export const AUDIT_KINDS = [
  "release",
  "rollout",
  "model",
  "alias",
  "rule",
  "switch",
  "surface",
  "feature",
  "quality",
  "identity",
  "key",
  "member",
] as const;
export type AuditKind = (typeof AUDIT_KINDS)[number];
