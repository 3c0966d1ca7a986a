import type { FreshnessVerdict } from "@shortlist/contracts";
import { getMidnight } from "./backfillDecide";

/** A night's backfill starts ten minutes after midnight; with this much time it is done, or something is wrong. */
const NIGHT_MS = 6 * 60 * 60_000;

export interface WatchedView {
  readonly ref: string;
  readonly name: string;
  readonly view: { readonly mode: "batch" | "stream" | "both" };
  readonly createdAt: Date;
  readonly retiredAt: Date | null;
  readonly batch: { readonly end: Date } | null;
  readonly freshness: { readonly verdict: FreshnessVerdict };
}

/** One thing about a view that a person has to look at. */
export interface FeatureTrouble {
  readonly name: string;
  readonly title: string;
  readonly detail: string;
}

/**
 * Views whose batch was not renewed last night, and views whose stream is slower than their objective. A view without
 * any batch counts once it has had a night's time and there are events to compute from.
 */
export function listFeatureTrouble(
  views: readonly WatchedView[],
  o: { readonly hasEvents: boolean; readonly nowMs: number },
): FeatureTrouble[] {
  return views.flatMap((each): FeatureTrouble[] => {
    if (each.retiredAt !== null) return [];
    const { ref, name, freshness } = each;
    const late = isBatchLate(each, o)
      ? [{ name, title: `The batch of ${ref} is late`, detail: describe(each) }]
      : [];
    const slow =
      freshness.verdict.state === "fail"
        ? [{ name, title: `${ref} is not fresh`, detail: freshness.verdict.sentence }]
        : [];
    return [...late, ...slow];
  });
}

function isBatchLate(
  { view, batch, createdAt }: WatchedView,
  { hasEvents, nowMs }: { hasEvents: boolean; nowMs: number },
): boolean {
  if (view.mode === "stream" || !hasEvents) return false;
  if (batch === null) return nowMs - createdAt.getTime() > NIGHT_MS;
  const midnight = getMidnight(nowMs);
  const wantedMs = nowMs - midnight > NIGHT_MS ? midnight : midnight - 86_400_000;
  return batch.end.getTime() < wantedMs;
}

function describe({ batch }: WatchedView): string {
  return batch === null
    ? "It has none yet. Its backfills say why."
    : `Readers use one until ${batch.end.toISOString().slice(0, 10)}. Its backfills say why there is no newer one.`;
}
