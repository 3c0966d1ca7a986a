import {
  countsOf,
  FUNNEL_ALL,
  FUNNEL_GROUPS,
  type FunnelCounts,
  findLeadingSourceOf,
  latencyBucketOf,
  surfaceCounts,
} from "@shortlist/contracts";
import type { Slate } from "../funnel/types";

const SOURCE = FUNNEL_GROUPS.source;
const CANDIDATES = SOURCE.indexOf("candidates");
const US = SOURCE.indexOf("us");
const SERVED = SOURCE.indexOf("served");
const SERVED_LEADING = SOURCE.indexOf("servedLeading");

/** Adds one answered request to the counts. No field is named here: names are made when counts are written. */
export function countSlate(
  into: FunnelCounts,
  { record, counts }: Pick<Slate, "record" | "counts">,
  latencyMs: number,
): void {
  const surface = surfaceCounts(into, record.surface);
  const all = countsOf(surface, "all", FUNNEL_ALL);
  const isCached = record.stages[0]?.name === "identical_request";
  all[0]!++;
  if (isCached) all[1]!++;
  all[2]! += record.items.length;
  countsOf(surface, "rung", String(record.rung))[0]!++;
  countsOf(surface, "latency", String(latencyBucketOf(latencyMs)))[0]!++;
  for (const stage of record.stages) {
    const numbers = countsOf(surface, "stage", stage.name);
    numbers[0]!++;
    numbers[1]! += stage.ms * 1000;
    numbers[2]! += stage.in;
    numbers[3]! += stage.out;
  }
  // A repeated answer carries the record of the first: its sources ran once, its items are shown again.
  if (!isCached) {
    for (const run of record.sources) {
      const numbers = countsOf(surface, "source", run.name);
      numbers[SOURCE.indexOf(run.status)]!++;
      numbers[CANDIDATES]! += run.retrieved;
      numbers[US]! += run.ms * 1000;
    }
    for (const reason in record.dropped)
      if (!reason.startsWith("gate_")) countsOf(surface, "drop", reason)[0]! += record.dropped[reason]!;
    for (const reason in counts.gateRemoved)
      countsOf(surface, "gate", reason)[0]! += counts.gateRemoved[reason]!;
  }
  for (const { sources } of record.items) {
    for (const { name } of sources) countsOf(surface, "source", name)[SERVED]!++;
    const leading = findLeadingSourceOf(sources);
    if (leading !== null) countsOf(surface, "source", leading)[SERVED_LEADING]!++;
  }
}
