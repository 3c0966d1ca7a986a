import * as z from "zod";
import { ItemId, RawShopperId, RequestId } from "./ids";
import { CANDIDATE_SOURCES, SURFACES } from "./vocabulary";

export const Surface = z.enum(SURFACES);
export type Surface = z.infer<typeof Surface>;

export const RecommendContext = z.object({
  device: z.enum(["desktop", "mobile", "tablet", "app"]).optional(),
  region: z.string().max(32).optional(),
  locale: z.string().max(16).optional(),
  page: z.string().max(256).optional(),
  /** The product the page shows, on product_detail. */
  itemId: ItemId.optional(),
  /** Items of the running session, most recent last. Read at once, before the event log has seen them. */
  sessionItems: z.array(ItemId).max(100).optional(),
});

export const RecommendFilters = z.object({
  /** Category paths; an item matches when its path equals one or lies below it. */
  categories: z.array(z.string().max(256)).max(50).optional(),
  brands: z.array(z.string().max(128)).max(50).optional(),
  priceMin: z.number().min(0).optional(),
  priceMax: z.number().min(0).optional(),
  excludeItems: z.array(ItemId).max(500).optional(),
});

export const SLATE_SIZE_MAX = 100;

export const RecommendRequest = z.object({
  userId: RawShopperId.optional(),
  anonymousId: RawShopperId.optional(),
  surface: Surface,
  context: RecommendContext.default({}),
  n: z.int().min(1).max(SLATE_SIZE_MAX).default(20),
  requestId: RequestId.optional(),
  filters: RecommendFilters.optional(),
  queryText: z
    .string()
    .max(256)
    .optional()
    .describe("What was typed so far, for search suggestions. The last word may be half typed."),
  /** False for a shopper who opted out: popular items only, nothing personal is read (S11). */
  personalize: z.boolean().default(true),
});
export type RecommendRequest = z.infer<typeof RecommendRequest>;

export const CandidateSourceName = z.enum(CANDIDATE_SOURCES);
export type CandidateSourceName = z.infer<typeof CandidateSourceName>;

/** The ladder of S7. The number is part of the API; the name is for people. */
export const RUNGS = ["full", "reduced", "recent_slate", "segment_list", "global_popular"] as const;
export type RungName = (typeof RUNGS)[number];

export const RecommendedItem = z.object({
  itemId: z.string(),
  score: z.number(),
  position: z.int(),
  reason: z.string(),
  /** As the catalogue has it at this moment, in the shop's currency; null when it has none. */
  price: z.number().nullable(),
  sources: z.array(z.string()),
  isSponsored: z.boolean(),
});
export type RecommendedItem = z.infer<typeof RecommendedItem>;

export const RecommendMetadata = z.object({
  requestId: z.string(),
  latencyMs: z.number(),
  configVersion: z.string(),
  modelVersion: z.string(),
  candidatesRetrieved: z.int(),
  candidatesScored: z.int(),
  degradation: z.object({ rung: z.int().min(0).max(4), name: z.enum(RUNGS), reasons: z.array(z.string()) }),
});

export const RecommendResponse = z.object({ items: z.array(RecommendedItem), metadata: RecommendMetadata });
export type RecommendResponse = z.infer<typeof RecommendResponse>;

/** What `GET /v1/items/:id/related` can be asked for. */
export const RELATED_KINDS = ["similar", "bought_together", "alternatives"] as const;
export type RelatedKind = (typeof RELATED_KINDS)[number];

/** Query string of `GET /v1/items/:id/related`. */
export const RelatedQuery = z.object({
  kind: z.enum(RELATED_KINDS).default("similar"),
  n: z.coerce.number().int().min(1).max(SLATE_SIZE_MAX).default(12),
  userId: RawShopperId.optional(),
  anonymousId: RawShopperId.optional(),
  requestId: RequestId.optional(),
});
export type RelatedQuery = z.infer<typeof RelatedQuery>;
