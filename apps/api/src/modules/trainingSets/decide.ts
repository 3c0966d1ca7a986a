import type { FeatureFreshness } from "@shortlist/contracts";

/** Without a measurement: an event was readable within a second in every load test of the stream worker. */
export const WRITE_LAG_ASSUMED_MS = 1_000;

export interface WriteLag {
  readonly ms: number;
  readonly source: "given" | "measured" | "assumed";
}

/**
 * How long before a slate an event must have been received for its features to have known it: as given, else the
 * slowest measured p95 of the views, so that no feature is given more than serving had.
 */
export function decideWriteLag(
  given: number | null,
  freshness: readonly (FeatureFreshness | null)[],
): WriteLag {
  if (given !== null) return { ms: given, source: "given" };
  const measured = freshness.flatMap((each) => (each?.p95Ms == null ? [] : [each.p95Ms]));
  if (measured.length === 0) return { ms: WRITE_LAG_ASSUMED_MS, source: "assumed" };
  return { ms: Math.max(...measured), source: "measured" };
}
