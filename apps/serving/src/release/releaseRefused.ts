export type RefusalReason =
  | "artifact_unavailable"
  | "corrupt_artifact"
  | "release_invalid"
  | "item_table_mismatch"
  | "shape_mismatch"
  | "model_missing"
  | "feature_mismatch"
  | "golden_mismatch"
  | "index_unreadable"
  | "warm_up_failed";

/** Why a replica will not serve a release. The text travels to the console, so it names artifacts, never paths. */
export class ReleaseRefused extends Error {
  override readonly name = "ReleaseRefused";
  readonly reason: RefusalReason;
  readonly detail: string;

  constructor(reason: RefusalReason, detail: string) {
    super(`${reason}: ${detail}`);
    this.reason = reason;
    this.detail = detail;
  }
}
