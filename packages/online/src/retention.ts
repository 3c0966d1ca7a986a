import type { FeaturePlan } from "@shortlist/ml";
import { getTileMs } from "@shortlist/ml";

/** Aggregates are kept two years (D8), so a row of all time that nobody touched for longer may go. */
const RETENTION_MAX_MS = 730 * 86_400_000;

/**
 * How long a row has to be kept after its last write: until no window can reach its newest event any more, and no
 * copy of an event it has seen can arrive.
 *
 *   max over windows of (window + tile) + 2 · allowed lateness, at most two years; all time: two years
 *
 * The ttl does not shorten it: an expired row that sees a new event counts its older ones again. A row that left
 * reads as `none` where the lake would say `expired`; both are served as defaults.
 */
export function computeRetentionMs(plan: Pick<FeaturePlan, "outputs" | "latenessMs">): number {
  let windowMs = 0;
  for (const output of plan.outputs)
    windowMs = Math.max(
      windowMs,
      output.windowMs === null ? RETENTION_MAX_MS : output.windowMs + getTileMs(output.windowMs),
    );
  return Math.min(RETENTION_MAX_MS, windowMs + 2 * plan.latenessMs);
}
