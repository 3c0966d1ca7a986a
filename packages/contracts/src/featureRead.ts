import * as z from "zod";
import { FeaturePaths } from "./featureStore";
import { ItemId, RawShopperId } from "./ids";

// POST /v1/features/read of the serving API: what the online store knows, with where it came from.

/** As many rows as one round trip reads well within the time of a request. */
export const FEATURE_ROWS_MAX = 500;

/** The parts of one row's key; which are needed follows from the entity of the view. */
export const FeatureRowKey = z.strictObject({
  userId: RawShopperId.optional(),
  anonymousId: RawShopperId.optional(),
  itemId: ItemId.optional(),
  /** Session ids are stored up to this length. */
  sessionId: z.string().min(1).max(128).optional(),
});
export type FeatureRowKey = z.infer<typeof FeatureRowKey>;

export const FeaturesRequest = z.strictObject({
  /** `name@version`, or a name for its newest live version. */
  view: z.string().regex(/^[a-z][a-z0-9_]{0,39}(@[1-9]\d{0,8})?$/, "name a view, as name or name@version"),
  rows: z.array(FeatureRowKey).min(1).max(FEATURE_ROWS_MAX),
});
export type FeaturesRequest = z.infer<typeof FeaturesRequest>;

export const FeatureValueJson = z.union([
  z.number(),
  z.string(),
  z.null(),
  z.array(z.union([z.number(), z.string()])),
]);

export const FeaturesResponse = z.object({
  /** `name@version` that answered, and the hash of its definition. */
  view: z.string(),
  hash: z.string(),
  /** The time the values are as of. */
  at: z.iso.datetime(),
  /** Backfill the values rest on; null before the first, and for a view of the stream alone. */
  batch: z.object({ generation: z.string(), endAt: z.iso.datetime() }).nullable(),
  /** `late` and `down`: the online store did not answer in time or not at all; every row has its defaults. */
  store: z.enum(["up", "late", "down"]),
  /** In the order asked. */
  rows: z.array(
    z.object({
      /** `none`: nothing is known of the row; `expired`: its newest event is older than the ttl. Both have defaults. */
      status: z.enum(["present", "expired", "none"]),
      paths: FeaturePaths,
      /** The shopper opted out of personalisation: defaults, whatever is stored. */
      isOptedOut: z.boolean(),
      values: z.record(z.string(), FeatureValueJson),
    }),
  ),
});
export type FeaturesResponse = z.infer<typeof FeaturesResponse>;
