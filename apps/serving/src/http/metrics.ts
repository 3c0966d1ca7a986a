import { Counter, Gauge, Histogram, Registry } from "prom-client";

/** What a replica measures about itself, in the names the dashboards use. */
export function createMetrics() {
  const registry = new Registry();
  const registers = [registry];
  const fineBuckets = [0.0005, 0.001, 0.002, 0.004, 0.006, 0.008, 0.012, 0.02, 0.05, 0.1, 0.15, 0.25, 0.5, 1];
  return {
    registry,
    latency: new Histogram({
      name: "shortlist_recommend_duration_seconds",
      help: "Time to answer a recommend request, by surface and rung",
      labelNames: ["surface", "rung"],
      buckets: fineBuckets,
      registers,
    }),
    stages: new Histogram({
      name: "shortlist_stage_duration_seconds",
      help: "Time in one stage of the funnel",
      labelNames: ["stage"],
      buckets: fineBuckets,
      registers,
    }),
    rungs: new Counter({
      name: "shortlist_slates_total",
      help: "Slates served, by surface and rung of the degradation ladder",
      labelNames: ["surface", "rung"],
      registers,
    }),
    sources: new Counter({
      name: "shortlist_source_status_total",
      help: "Runs of candidate sources, by how they ended",
      labelNames: ["source", "status"],
      registers,
    }),
    gateRemoved: new Counter({
      name: "shortlist_gate_removed_total",
      help: "Items the final gate took out of a slate, by reason",
      labelNames: ["reason"],
      registers,
    }),
    gateViolations: new Counter({
      name: "shortlist_gate_violations_total",
      help: "Ineligible items found in a slate after the final gate; must stay 0",
      registers,
    }),
    failedSlates: new Counter({
      name: "shortlist_failed_slates_total",
      help: "Slates that an unexpected error kept from being made: popular items were served; must stay 0",
      labelNames: ["surface"],
      registers,
    }),
    nonFiniteScores: new Counter({
      name: "shortlist_non_finite_scores_total",
      help: "Ranker scores that were NaN or infinite and were replaced",
      registers,
    }),
    armSlates: new Counter({
      name: "shortlist_rollout_slates_total",
      help: "Slates served while a rollout is under way, by arm and how they ended: ok, empty, failed",
      labelNames: ["arm", "outcome"],
      registers,
    }),
    armLatency: new Histogram({
      name: "shortlist_rollout_duration_seconds",
      help: "Time to answer while a rollout is under way, by arm",
      labelNames: ["arm"],
      buckets: fineBuckets,
      registers,
    }),
    armNonFinite: new Counter({
      name: "shortlist_rollout_non_finite_scores_total",
      help: "Ranker scores that were NaN or infinite and were replaced, by arm of the rollout",
      labelNames: ["arm"],
      registers,
    }),
    shadows: new Counter({
      name: "shortlist_shadow_requests_total",
      help: "Requests that a rollout's candidate was to answer too, by outcome: compared, failed, dropped, unwritten",
      labelNames: ["outcome"],
      registers,
    }),
    precomputed: new Counter({
      name: "shortlist_precomputed_lists_total",
      help: "Shoppers whose list was to be computed ahead, by what became of it",
      labelNames: ["outcome"],
      registers,
    }),
    events: new Counter({
      name: "shortlist_events_total",
      help: "Events by what became of them",
      labelNames: ["outcome"],
      registers,
    }),
    spooledEvents: new Counter({
      name: "shortlist_spooled_events_total",
      help: "Events acknowledged from the local spool because the log was away",
      registers,
    }),
    replayedEvents: new Counter({
      name: "shortlist_spool_replayed_events_total",
      help: "Events brought from spools to the log, those of processes that are gone included",
      registers,
    }),
    spoolBytes: new Gauge({
      name: "shortlist_spool_bytes",
      help: "Bytes of spooled events that wait for the log; 0 when there are none",
      registers,
    }),
    spoolAge: new Gauge({
      name: "shortlist_spool_oldest_age_seconds",
      help: "Age of the oldest file of spooled events; 0 when there are none",
      aggregator: "max",
      registers,
    }),
    droppedSlateLogs: new Counter({
      name: "shortlist_slate_logs_dropped_total",
      help: "Slate log records that could not be written or did not fit the buffer",
      registers,
    }),
    lostFunnelCounts: new Counter({
      name: "shortlist_funnel_counts_lost_total",
      help: "Requests missing in the per-minute counters, because Redis was away for too long",
      registers,
    }),
    rateLimited: new Counter({
      name: "shortlist_rate_limited_total",
      help: "Requests refused by the rate limit of their key",
      registers,
    }),
    loopLag: new Gauge({
      name: "shortlist_event_loop_lag_seconds",
      help: "99th percentile of event-loop delay since the last scrape",
      registers,
    }),
    breakers: new Gauge({
      name: "shortlist_breaker_state",
      help: "0 closed, 1 half-open, 2 open; breakers of sources and rankers are listed while they have failures",
      labelNames: ["breaker"],
      aggregator: "max",
      registers,
    }),
    cacheHits: new Gauge({
      name: "shortlist_cache_hits",
      help: "Look-ups that a cache answered, since the process began",
      labelNames: ["cache"],
      registers,
    }),
    cacheMisses: new Gauge({
      name: "shortlist_cache_misses",
      help: "Look-ups that a cache did not answer, since the process began",
      labelNames: ["cache"],
      registers,
    }),
    cacheEntries: new Gauge({
      name: "shortlist_cache_entries",
      help: "What a cache holds",
      labelNames: ["cache"],
      registers,
    }),
    pressure: new Gauge({
      name: "shortlist_pressure",
      help: "0 at rest, 1 when a process cannot keep up: candidate sets shrink from 0.25, tiers are shed from 0.6",
      aggregator: "max",
      registers,
    }),
    rss: new Gauge({ name: "process_resident_memory_bytes", help: "Resident memory", registers }),
  };
}
export type Metrics = ReturnType<typeof createMetrics>;
