import * as z from "zod";
import { FeatureView } from "./featureView";
import { Sha256Hex } from "./ids";

// What the control plane tells the stream worker and the replicas about feature views: part of the control document.

/**
 * The batch a view's values are read from. Every row of it lies under keys that name the generation, so moving this
 * pointer swaps all rows at once (D5).
 */
export const FeatureBatch = z.object({
  generation: z.string().regex(/^[a-z0-9-]{1,40}$/),
  /** End of the batch: tiles that start before it come from the batch, later ones from the stream. */
  endMs: z.number(),
});
export type FeatureBatch = z.infer<typeof FeatureBatch>;

/** A published version that is folded and served. Older versions stay live while a model reads them. */
export const LiveFeatureView = z.object({
  view: FeatureView,
  /** SHA-256 of the canonical JSON of the view. */
  hash: Sha256Hex,
  batch: FeatureBatch.nullable(),
});
export type LiveFeatureView = z.infer<typeof LiveFeatureView>;

/**
 * Where a reading came from: the state of both paths, and what that means for the values. Neither path being there
 * serves the defaults and says so (D3).
 */
export const FeaturePaths = z.enum(["both", "batch_only", "stream_only", "none"]);
export type FeaturePaths = z.infer<typeof FeaturePaths>;

/**
 * How the stream is taken up for a newly published view: what the event streams still hold is folded first, in order;
 * entries whose id carries a time from `liveFromMs` on are folded as they come.
 */
export const FeatureStart = z.object({ liveFromMs: z.number(), isCaughtUp: z.boolean() });
export type FeatureStart = z.infer<typeof FeatureStart>;

/** Shopper of the probes that measure freshness: shaped like a pseudonym, never archived nor learned from. */
export const PROBE_SHOPPER = "probe_________________";
/** Item and session of the probes; no shop calls an item so. */
export const PROBE_ID = "~shortlist-probe~";

/** A probe is sent every few seconds; two minutes without one means that nobody measures any more. */
export const FRESHNESS_STALE_MS = 120_000;
/** With fewer samples a 95th percentile is no more than the worst of them. */
export const FRESHNESS_SAMPLES_MIN = 20;

/**
 * How long after an event a view's stored values know of it, measured end to end: a synthetic event is put into the
 * real event stream and read back through the online store until it is there.
 */
export const FeatureFreshness = z.object({
  /** Of the latest probes, at most the last ten minutes; null before the first sample. Timeouts count with their full wait. */
  p50Ms: z.number().nullable(),
  p95Ms: z.number().nullable(),
  n: z.int(),
  timeouts: z.int(),
  lastProbeAtMs: z.number(),
  /** Outcome of the latest probe; `unprobeable`: no synthetic event passes the view's filter, so nothing is measured. */
  lastResult: z.enum(["readable", "timeout", "unprobeable"]),
  /** When the worker last wrote a row of a real event; null: not since it started. */
  lastWriteAtMs: z.number().nullable(),
  /** The worker that measured. */
  measuredBy: z.string(),
});
export type FeatureFreshness = z.infer<typeof FeatureFreshness>;

export type FreshnessVerdict =
  | { readonly state: "pass" | "fail" | "undecided"; readonly sentence: string }
  | { readonly state: "no_data"; readonly sentence: string };

/** Whether a view keeps its freshness objective. No measurement is no data, never a pass. */
export function decideFreshness(
  measured: FeatureFreshness | null,
  o: {
    readonly objectiveSeconds: number;
    readonly mode: "batch" | "stream" | "both";
    readonly nowMs: number;
  },
): FreshnessVerdict {
  const noData = (sentence: string): FreshnessVerdict => ({ state: "no_data", sentence });
  if (o.mode === "batch")
    return noData("No probe: the view is computed by backfills alone, as fresh as the last one.");
  if (measured === null) return noData("No data: no probe has run yet. Is the worker running?");
  const seconds = (ms: number) => `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 0)} s`;
  const ageMs = o.nowMs - measured.lastProbeAtMs;
  if (ageMs > FRESHNESS_STALE_MS)
    return noData(`No data: the last probe ran ${seconds(ageMs)} ago. Is the worker running?`);
  if (measured.lastResult === "unprobeable")
    return noData("No data: no synthetic event passes the view's filter, so it cannot be probed.");
  if (measured.p95Ms === null) return noData("No data: no probe has come back yet.");
  const figures = `p95 ${seconds(measured.p95Ms)} of ${measured.n} probes, objective ${o.objectiveSeconds} s`;
  if (measured.lastResult === "timeout")
    return { state: "fail", sentence: `The latest probe did not become readable in time; ${figures}.` };
  if (measured.p95Ms > o.objectiveSeconds * 1000) return { state: "fail", sentence: `Too slow: ${figures}.` };
  if (measured.n < FRESHNESS_SAMPLES_MIN)
    return {
      state: "undecided",
      sentence: `${figures}; ${FRESHNESS_SAMPLES_MIN - measured.n} more probes to decide.`,
    };
  return { state: "pass", sentence: `Fresh: ${figures}.` };
}
