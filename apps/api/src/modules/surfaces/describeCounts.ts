import {
  CANDIDATE_SOURCES,
  FUNNEL_ALL,
  type FUNNEL_GROUPS,
  LATENCY_BOUNDS_MS,
  RUNGS,
  readCount,
  type SurfaceCounts,
} from "@shortlist/contracts";

/** A share of fewer runs moves by whole per cents with one of them. */
const RUNS_MIN = 20;
/** Up to one in a hundred is noise of timeouts; from one in five on shoppers see other lists than they should. */
const WARN_SHARE = 0.01;
const FAIL_SHARE = 0.2;

export type SourceHealth = "pass" | "warn" | "fail" | "no_data";

/** By the share of runs that ended late or in an error; skipped runs were nobody's failure. */
export function decideSourceHealth(o: { asked: number; failed: number }): SourceHealth {
  if (o.asked < RUNS_MIN) return "no_data";
  const share = o.failed / o.asked;
  return share >= FAIL_SHARE ? "fail" : share > WARN_SHARE ? "warn" : "pass";
}

/**
 * Quantile of latencies that were counted in buckets, by linear interpolation inside one: off by at most the width of
 * the bucket. Null without requests; the last bound when it lies beyond that.
 */
export function estimateQuantile(buckets: readonly number[], q: number): number | null {
  const n = buckets.reduce((sum, count) => sum + count, 0);
  if (n === 0) return null;
  let below = 0;
  for (let i = 0; i < LATENCY_BOUNDS_MS.length; i++) {
    const count = buckets[i] ?? 0;
    if (count > 0 && below + count >= q * n) {
      const from = i === 0 ? 0 : LATENCY_BOUNDS_MS[i - 1]!;
      return from + (LATENCY_BOUNDS_MS[i]! - from) * ((q * n - below) / count);
    }
    below += count;
  }
  return LATENCY_BOUNDS_MS.at(-1)!;
}

export function readLatency(counts: SurfaceCounts | undefined): number[] {
  return Array.from({ length: LATENCY_BOUNDS_MS.length + 1 }, (_, bucket) =>
    readCount(counts, "latency", { name: String(bucket), measure: "requests" }),
  );
}

export function readRungs(counts: SurfaceCounts | undefined): number[] {
  return RUNGS.map((_, rung) => readCount(counts, "rung", { name: String(rung), measure: "requests" }));
}

/** What the counters of a surface say, over `minutes` minutes. */
export function describeCounts(counts: SurfaceCounts | undefined, minutes: number) {
  const all = (measure: (typeof FUNNEL_GROUPS.all)[number]) =>
    readCount(counts, "all", { name: FUNNEL_ALL, measure });
  const requests = all("requests");
  const items = all("items");
  const clicked = all("clicked");
  const latency = readLatency(counts);
  return {
    requests,
    cached: all("cached"),
    requestsPerSecond: requests / (minutes * 60),
    items,
    clicked,
    latencyMsP50: estimateQuantile(latency, 0.5),
    latencyMsP99: estimateQuantile(latency, 0.99),
    rungs: readRungs(counts),
    stages: describeStages(counts),
    sources: CANDIDATE_SOURCES.map((name) => describeSource(counts, name, { items, clicked })),
    /** Where items of slates came from that no source gave: lists of the rungs below, and pinned items. */
    others: [...(counts?.source.keys() ?? [])]
      .filter((name) => !(CANDIDATE_SOURCES as readonly string[]).includes(name))
      .map((name) => describeSource(counts, name, { items, clicked }))
      .filter(({ served }) => served > 0),
    drops: listByCount(counts, "drop"),
    gateRemoved: listByCount(counts, "gate"),
  };
}

/** Per run of the stage: how long it took, what went in and what came out. */
function describeStages(counts: SurfaceCounts | undefined) {
  return [...(counts?.stage ?? [])].map(([name, [runs = 0, us = 0, taken = 0, given = 0]]) => ({
    name,
    runs,
    msPerRun: runs === 0 ? null : us / runs / 1000,
    inPerRun: runs === 0 ? null : taken / runs,
    outPerRun: runs === 0 ? null : given / runs,
  }));
}

function describeSource(
  counts: SurfaceCounts | undefined,
  name: string,
  of: { items: number; clicked: number },
) {
  const read = (measure: (typeof FUNNEL_GROUPS.source)[number]) =>
    readCount(counts, "source", { name, measure });
  const late = read("late");
  const error = read("error");
  const asked = read("ok") + read("empty") + late + error;
  return {
    name,
    asked,
    ok: read("ok"),
    empty: read("empty"),
    late,
    error,
    skipped: read("skipped"),
    disabled: read("disabled"),
    health: decideSourceHealth({ asked, failed: late + error }),
    candidatesPerRun: asked === 0 ? null : read("candidates") / asked,
    msPerRun: asked === 0 ? null : read("us") / asked / 1000,
    served: read("served"),
    servedLeading: read("servedLeading"),
    /** Of all served items, those it ranked highest. These shares sum to 1 over sources and lists. */
    servedShare: of.items === 0 ? null : read("servedLeading") / of.items,
    clicked: read("clicked"),
    clickedLeading: read("clickedLeading"),
    clickedShare: of.clicked === 0 ? null : read("clickedLeading") / of.clicked,
  };
}

function listByCount(counts: SurfaceCounts | undefined, group: "drop" | "gate") {
  return [...(counts?.[group] ?? [])]
    .map(([reason, [items = 0]]) => ({ reason, items }))
    .sort((a, b) => b.items - a.items);
}
