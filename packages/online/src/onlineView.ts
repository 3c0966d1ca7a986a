import type { LiveFeatureView } from "@shortlist/contracts";
import { compileFeaturePlan, type FeaturePlan } from "@shortlist/ml";
import { computeRetentionMs } from "./retention";

/** A live view, compiled once for all its reads and folds. */
export interface OnlineView {
  /** `name@version`. */
  readonly id: string;
  readonly live: LiveFeatureView;
  readonly plan: FeaturePlan;
  readonly retentionMs: number;
  /** Whether the stream is folded for it. */
  readonly isStreamed: boolean;
  /** Generation its batch rows lie under; null before the first backfill, and for a view of the stream alone. */
  readonly batchGeneration: string | null;
}

export function compileLiveView(live: LiveFeatureView): OnlineView {
  const plan = compileFeaturePlan(live.view);
  const { mode } = live.view;
  return {
    id: plan.id,
    live,
    plan,
    retentionMs: computeRetentionMs(plan),
    isStreamed: mode !== "batch",
    batchGeneration: mode === "stream" ? null : (live.batch?.generation ?? null),
  };
}
