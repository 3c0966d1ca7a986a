import { LATENCY_BOUNDS_MS } from "./vocabulary";

/**
 * What happened in the funnel, counted per surface over all replicas. Kept in Redis as one hash per span of time, a field
 * `surface|group|name|measure` each; here the fields get their names and are read back.
 */
export const FUNNEL_GROUPS = {
  /** Name `-`. `cached`: requests answered with what an identical one was given. `clicked`: items, see `clickedLeading`. */
  all: ["requests", "cached", "items", "clicked"],
  /** By number of the rung. */
  rung: ["requests"],
  /** By position in LATENCY_BOUNDS_MS; the last bucket has no bound. */
  latency: ["requests"],
  stage: ["runs", "us", "in", "out"],
  /**
   * Runs by how they ended, what they gave in what time, and items of slates that they were a source of, or the leading
   * one. An item of a slate is clicked once, by whatever came first of a click, add to cart or purchase.
   */
  source: [
    "ok",
    "empty",
    "late",
    "error",
    "skipped",
    "disabled",
    "candidates",
    "us",
    "served",
    "servedLeading",
    "clicked",
    "clickedLeading",
  ],
  /** Candidates removed before scoring, by reason. */
  drop: ["items"],
  /** Items the final gate took out, by reason. */
  gate: ["items"],
  /**
   * Name `-`. Requests with an empty slate, requests that failed and were answered anyway, ineligible items after the gate,
   * scores that were no numbers.
   */
  health: ["empty", "failed", "gateViolations", "nonFinite"],
} as const;
export type FunnelGroup = keyof typeof FUNNEL_GROUPS;
export type FunnelMeasure<G extends FunnelGroup> = (typeof FUNNEL_GROUPS)[G][number];

/** Numbers of one name, in the order of its group's measures. */
export type SurfaceCounts = { readonly [G in FunnelGroup]: Map<string, number[]> };
export type FunnelCounts = Map<string, SurfaceCounts>;

const GROUP_NAMES = Object.keys(FUNNEL_GROUPS) as FunnelGroup[];
export const FUNNEL_ALL = "-";

export function surfaceCounts(counts: FunnelCounts, surface: string): SurfaceCounts {
  let held = counts.get(surface);
  if (held === undefined) {
    held = Object.fromEntries(
      GROUP_NAMES.map((group) => [group, new Map<string, number[]>()]),
    ) as unknown as SurfaceCounts;
    counts.set(surface, held);
  }
  return held;
}

/** The numbers of a name, to be added to. */
export function countsOf(counts: SurfaceCounts, group: FunnelGroup, name: string): number[] {
  let held = counts[group].get(name);
  if (held === undefined) {
    held = new Array<number>(FUNNEL_GROUPS[group].length).fill(0);
    counts[group].set(name, held);
  }
  return held;
}

export function readCount<G extends FunnelGroup>(
  counts: SurfaceCounts | undefined,
  group: G,
  o: { name: string; measure: FunnelMeasure<G> },
): number {
  const measures: readonly string[] = FUNNEL_GROUPS[group];
  return counts?.[group].get(o.name)?.[measures.indexOf(o.measure)] ?? 0;
}

/** Which bucket of LATENCY_BOUNDS_MS a latency falls into. */
export function latencyBucketOf(latencyMs: number): number {
  let bucket = 0;
  while (bucket < LATENCY_BOUNDS_MS.length && latencyMs > LATENCY_BOUNDS_MS[bucket]!) bucket++;
  return bucket;
}

/** Fields and values in turn, as a Redis command takes them; what is 0 is left out. */
export function listFunnelFields(counts: FunnelCounts): (string | number)[] {
  const fields: (string | number)[] = [];
  for (const [surface, groups] of counts)
    for (const group of GROUP_NAMES)
      for (const [name, numbers] of groups[group])
        numbers.forEach((value, i) => {
          const rounded = Math.round(value);
          if (rounded !== 0) fields.push(`${surface}|${group}|${name}|${FUNNEL_GROUPS[group][i]}`, rounded);
        });
  return fields;
}

/** Adds a hash as Redis holds it. Fields of a newer version are left aside. */
export function addFunnelFields(into: FunnelCounts, fields: Readonly<Record<string, string>>): void {
  for (const [field, value] of Object.entries(fields)) {
    const [surface, group, name, measure] = field.split("|");
    if (surface === undefined || name === undefined || measure === undefined) continue;
    if (!GROUP_NAMES.includes(group as FunnelGroup)) continue;
    const at = (FUNNEL_GROUPS[group as FunnelGroup] as readonly string[]).indexOf(measure);
    const number = Number(value);
    if (at < 0 || !Number.isFinite(number)) continue;
    countsOf(surfaceCounts(into, surface), group as FunnelGroup, name)[at]! += number;
  }
}

/** Counts of several spans as of one. */
export function sumFunnelCounts(spans: readonly FunnelCounts[]): FunnelCounts {
  const sum: FunnelCounts = new Map();
  for (const span of spans)
    for (const [surface, groups] of span)
      for (const group of GROUP_NAMES)
        for (const [name, numbers] of groups[group]) {
          const held = countsOf(surfaceCounts(sum, surface), group, name);
          for (let i = 0; i < held.length; i++) held[i]! += numbers[i]!;
        }
  return sum;
}

/** Which of an item's sources ranked it highest; the first in the list wins a tie. Null for an item without any. */
export function findLeadingSourceOf(
  sources: readonly { readonly name: string; readonly rank: number }[],
): string | null {
  let best: { name: string; rank: number } | null = null;
  for (const source of sources) if (best === null || source.rank < best.rank) best = source;
  return best?.name ?? null;
}
