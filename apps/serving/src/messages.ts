import type { PlannedDocument, ReleaseState } from "./release/plan";

/** What the supervisor says to a replica. */
export type ToReplica =
  /** Load these and listen, or refuse. `states` are releases this replica does not serve but should report. */
  | {
      readonly kind: "start";
      readonly documents: readonly PlannedDocument[];
      readonly states: readonly ReleaseState[];
    }
  | {
      readonly kind: "update";
      readonly documents: readonly PlannedDocument[];
      readonly states: readonly ReleaseState[];
    }
  /** Stop listening, but keep everything loaded. */
  | { readonly kind: "standBy" }
  /** Listen again, with the newest keys, rules and switches. */
  | {
      readonly kind: "resume";
      readonly documents: readonly PlannedDocument[];
      readonly states: readonly ReleaseState[];
    }
  | { readonly kind: "drain" }
  | { readonly kind: "collectMetrics"; readonly id: number }
  | { readonly kind: "metricsText"; readonly id: number; readonly text: string };

/** What a replica says to the supervisor. */
export type FromReplica =
  | { readonly kind: "hello" }
  | { readonly kind: "listening"; readonly releases: readonly ReleaseState[] }
  | { readonly kind: "resumed" }
  | { readonly kind: "refused"; readonly releases: readonly ReleaseState[] }
  | { readonly kind: "metricsJson"; readonly id: number; readonly metrics: object[] }
  | { readonly kind: "wantMetrics"; readonly id: number };

/** Exit code of a replica that could not listen: no fault of the release. */
export const LISTEN_FAILED_CODE = 98;
