import type { RecommendFilters, RecommendResponse, SlateLogRecord } from "@shortlist/contracts";
import type * as z from "zod";
import type { CompiledRules } from "../rules/compileRules";
import type { FunnelObserver } from "./observer";

export type Filters = z.infer<typeof RecommendFilters>;

/** A checked request with pseudonyms in place of ids. `shoppers` is empty when nothing personal may be read. */
export interface SlateRequest {
  readonly workspace: string;
  readonly requestId: string;
  readonly surface: string;
  readonly n: number;
  /** User pseudonym first, then the anonymous one when both came: one person under two names. */
  readonly shoppers: readonly string[];
  readonly isAnonymous: boolean;
  readonly personalize: boolean;
  readonly region: string | undefined;
  readonly device: string | undefined;
  /** What was typed, in its normal form. */
  readonly queryText?: string | undefined;
  readonly contextItemId: string | undefined;
  /** Most recent last, as the storefront sends it. */
  readonly sessionItems: readonly string[];
  readonly filters: Filters | undefined;
  /** What the slate log keeps of the context; no raw ids. */
  readonly logContext: Readonly<Record<string, unknown>>;
  /** Rules to use in place of those in force: for previews. */
  readonly rules?: CompiledRules;
  /** Watches the stages: for replays. */
  readonly observer?: FunnelObserver;
  /** Leaves no trace: the shopper's last slate is not remembered. */
  readonly isPreview?: boolean;
  /** Answered by the candidate of a rollout for comparison: what is kept of a sample of requests is not spent on it. */
  readonly isShadow?: boolean;
  /** Computes a list to be stored: live whatever the surface's mode, with time enough, and ordered by score alone. */
  readonly isPrecompute?: boolean;
  /** Monotonic clock, ms. */
  readonly startedMs: number;
  /** Wall clock, ms. */
  readonly atMs: number;
}

export interface Slate {
  readonly response: RecommendResponse;
  readonly record: SlateLogRecord;
  /** Rows in slate order, for the recent-slate rung. */
  readonly rows: Int32Array;
  readonly counts: SlateCounts;
  /** The answer and its record as they were first written down; absent when they were not, or have been changed since. */
  readonly written?: WrittenSlate | undefined;
}

/** JSON, written once for the reply, the log and the cache. */
export interface WrittenSlate {
  /** A text, because a reply's head and body are then one piece for the socket. */
  readonly response: string;
  /** Bytes, which the collector does not copy. */
  readonly record: Buffer;
}

export interface SlateCounts {
  readonly nonFiniteScores: number;
  /** What the final gate had to remove, by reason. */
  readonly gateRemoved: Readonly<Record<string, number>>;
  /** Ineligible items found after the gate. Anything but 0 is a defect. */
  readonly gateViolations: number;
}
