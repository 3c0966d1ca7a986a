import * as z from "zod";
import { SlateRollout } from "./rollout";

/** One candidate source's part in one request. */
export const SlateSource = z.object({
  name: z.string(),
  status: z.enum(["ok", "empty", "late", "error", "skipped", "disabled"]),
  retrieved: z.int(),
  ms: z.number(),
  reason: z.string().nullable(),
});

export const SlateItem = z.object({
  itemId: z.string(),
  position: z.int(),
  score: z.number(),
  /** Rank by the ranker alone, before caps and filters of the re-ranker; null on rungs without a ranker. */
  rankerPosition: z.int().nullable(),
  sources: z.array(z.object({ name: z.string(), rank: z.int(), score: z.number() })),
  /** In the order of the ranker manifest's features; null on rungs without a ranker. */
  features: z.array(z.number()).nullable(),
  propensity: z.number(),
  reason: z.string(),
  /** Rules that pinned or moved the item, as `boost:<ruleId>@<revision>`. */
  rules: z.array(z.string()).optional(),
});

/**
 * What a replay needs beside the rest of the record; absent in records of older replicas. Ids of items and numbers only.
 */
export const SlateReplayInputs = z.object({
  /** What the shopper bought and hid, as the online store said; absent: nothing. */
  purchased: z.array(z.string()).optional(),
  blocked: z.array(z.string()).optional(),
  /** The stored vector: float32, little-endian, base64. */
  vector: z.string().optional(),
  /** Values of the shopper's feature views that rankers of the release read, by `name@version` and output. */
  features: z.record(z.string(), z.record(z.string(), z.number())).optional(),
  /** The last slate the replica remembered, where it had a part in the answer. */
  remembered: z
    .object({ items: z.array(z.string()), purchased: z.array(z.string()), blocked: z.array(z.string()) })
    .optional(),
  /** The shopper's precomputed list, where it had a part in the answer, and how many recent items came after it. */
  list: z
    .object({
      madeAtMs: z.number(),
      nSince: z.int(),
      itemIds: z.array(z.string()),
      scores: z.array(z.number()),
    })
    .optional(),
  /** Changes of the catalogue that the replica had taken in since the release. */
  catalogChanges: z.int(),
  /** The typed text held an id of a shopper, which the log does not keep. */
  isTextWithheld: z.literal(true).optional(),
});
export type SlateReplayInputs = z.infer<typeof SlateReplayInputs>;

/** The record that lets every answer be explained and replayed (DESIGN invariant 7). Pseudonyms only. */
export const SlateLogRecord = z.object({
  requestId: z.string(),
  workspace: z.string(),
  atMs: z.number(),
  replicaId: z.string(),
  releaseId: z.string(),
  modelVersion: z.string(),
  surface: z.string(),
  shopper: z.string().nullable(),
  isAnonymous: z.boolean(),
  personalized: z.boolean(),
  n: z.int(),
  context: z.record(z.string(), z.unknown()),
  filters: z.record(z.string(), z.unknown()).nullable(),
  shopperState: z.object({
    recentItems: z.array(z.string()),
    nPurchased: z.int(),
    nBlocked: z.int(),
    hasUserVector: z.boolean(),
  }),
  rung: z.int().min(0).max(4),
  degradationReasons: z.array(z.string()),
  latencyMs: z.number(),
  /** Wall time per stage in milliseconds, in order of execution. */
  stages: z.array(z.object({ name: z.string(), ms: z.number(), in: z.int(), out: z.int() })),
  sources: z.array(SlateSource),
  /** Candidates removed before scoring or after ranking, by reason. */
  dropped: z.record(z.string(), z.int()),
  /** The rules that were in force for the request, and how many items each had a part in. Absent: none. */
  ruleSetId: z.string().optional(),
  ruleHits: z.array(z.object({ rule: z.string(), effect: z.string(), items: z.int() })).optional(),
  /** The rollout that the workspace was in, and the arm that answered. Absent: none. */
  rollout: SlateRollout.optional(),
  items: z.array(SlateItem),
  replay: SlateReplayInputs.optional(),
});
export type SlateLogRecord = z.infer<typeof SlateLogRecord>;
