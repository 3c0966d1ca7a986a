import {
  countsOf,
  FUNNEL_ALL,
  FUNNEL_GROUPS,
  type FunnelCounts,
  findLeadingSourceOf,
  latencyBucketOf,
  rolloutCountsKey,
  type SurfaceCounts,
  surfaceCounts,
} from "@shortlist/contracts";
import type { Slate } from "../funnel/types";

const SOURCE = FUNNEL_GROUPS.source;
const CANDIDATES = SOURCE.indexOf("candidates");
const US = SOURCE.indexOf("us");
const SERVED = SOURCE.indexOf("served");
const SERVED_LEADING = SOURCE.indexOf("servedLeading");

type CountedSlate = Pick<Slate, "record" | "counts">;

/**
 * Adds one answered request to the counts of its surface, and how it ended also to those of its arm while a rollout is
 * under way. No field is named here: names are made when counts are written.
 */
export function countSlate(into: FunnelCounts, slate: CountedSlate, latencyMs: number): void {
  const { surface, rollout } = slate.record;
  const counts = surfaceCounts(into, surface);
  addAnswer(counts, slate, latencyMs);
  addFunnel(counts, slate);
  if (rollout !== undefined)
    addAnswer(surfaceCounts(into, rolloutCountsKey(rollout.rolloutId, rollout.arm)), slate, latencyMs);
}

/** Whether anything but the release that should have answered had to. */
export function isFailed(reasons: readonly string[]): boolean {
  return reasons.includes("funnel_failed") || reasons.includes("candidate_failed");
}

/** A repeated answer carries the record of the first: its sources ran once, its items are shown again. */
function isRepeated({ record }: CountedSlate): boolean {
  return record.stages[0]?.name === "identical_request";
}

/** How the request ended, which is what releases are compared by. */
function addAnswer(to: SurfaceCounts, slate: CountedSlate, latencyMs: number): void {
  const { record, counts } = slate;
  const repeated = isRepeated(slate);
  const all = countsOf(to, "all", FUNNEL_ALL);
  all[0]!++;
  if (repeated) all[1]!++;
  all[2]! += record.items.length;
  countsOf(to, "rung", String(record.rung))[0]!++;
  countsOf(to, "latency", String(latencyBucketOf(latencyMs)))[0]!++;
  const health = countsOf(to, "health", FUNNEL_ALL);
  if (record.items.length === 0) health[0]!++;
  if (isFailed(record.degradationReasons)) health[1]!++;
  health[2]! += counts.gateViolations;
  if (!repeated) health[3]! += counts.nonFiniteScores;
}

/** What every stage and source had a part in. */
function addFunnel(to: SurfaceCounts, slate: CountedSlate): void {
  const { record, counts } = slate;
  for (const stage of record.stages) {
    const numbers = countsOf(to, "stage", stage.name);
    numbers[0]!++;
    numbers[1]! += stage.ms * 1000;
    numbers[2]! += stage.in;
    numbers[3]! += stage.out;
  }
  if (!isRepeated(slate)) {
    for (const run of record.sources) {
      const numbers = countsOf(to, "source", run.name);
      numbers[SOURCE.indexOf(run.status)]!++;
      numbers[CANDIDATES]! += run.retrieved;
      numbers[US]! += run.ms * 1000;
    }
    for (const reason in record.dropped)
      if (!reason.startsWith("gate_")) countsOf(to, "drop", reason)[0]! += record.dropped[reason]!;
    for (const reason in counts.gateRemoved) countsOf(to, "gate", reason)[0]! += counts.gateRemoved[reason]!;
  }
  for (const { sources } of record.items) {
    for (const { name } of sources) countsOf(to, "source", name)[SERVED]!++;
    const leading = findLeadingSourceOf(sources);
    if (leading !== null) countsOf(to, "source", leading)[SERVED_LEADING]!++;
  }
}
