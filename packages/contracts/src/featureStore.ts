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

/** Shopper of the probes that measure freshness: shaped like a pseudonym, never archived nor learned from. */
export const PROBE_SHOPPER = "probe_________________";
