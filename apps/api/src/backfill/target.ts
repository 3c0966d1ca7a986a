import type { FeatureView, LiveFeatureView } from "@shortlist/contracts";

/** What a backfill computes, and under which name. */
export interface BackfillTarget {
  readonly workspace: string;
  readonly view: FeatureView;
  readonly generation: string;
  readonly batchEndMs: number;
  /** Events received later are left out. */
  readonly knownByMs: number;
  /** As readers know the view now. */
  readonly live: LiveFeatureView;
}

/** Rows in memory at a time: about 30 MB for states of 6 kB. */
export const ROWS_PER_PARTITION = 5_000;
/** Rows of a plan that are computed and compared: a share is known to about 1 percentage point. */
export const ROWS_SAMPLED_MAX = 2_000;

export function toViewId(view: FeatureView): string {
  return `${view.name}@${view.version}`;
}
