import type { OnlineReading, OnlineView } from "@shortlist/online";

export interface FeatureRead {
  /** `late` and `down`: the rows have the view's defaults. */
  readonly store: "up" | "late" | "down";
  readonly rows: readonly (OnlineReading & { readonly isOptedOut: boolean })[];
}

export interface FeatureStore {
  /**
   * Reads rows of a view in one round trip. Never throws and never takes longer than `deadlineMs`: without an answer
   * every row has its defaults.
   */
  read(
    workspace: string,
    rows: { readonly view: OnlineView; readonly keys: readonly (readonly string[])[] },
    o: { readonly atMs: number; readonly deadlineMs: number },
  ): Promise<FeatureRead>;
}
