import * as z from "zod";
import { ItemId, Sha256Hex } from "./ids";
import { Rule } from "./rules";
import { SlateLogRecord, SlateSource } from "./slateLog";

/** Asks a replica to make a logged slate once more. Nothing is logged or remembered. */
export const ReplayRequest = z.object({
  record: SlateLogRecord,
  /** The revisions that were in force, for when the replica holds another set by now. */
  rules: z.array(Rule).optional(),
  /** Says of this item why it is not in the slate. */
  itemId: ItemId.optional(),
});
export type ReplayRequest = z.infer<typeof ReplayRequest>;

/** Why a replay may differ from what was logged. */
export const REPLAY_CAUSES = [
  "another_release",
  "rules_not_held",
  "catalogue_changed",
  "not_enough_recorded",
  "unexplained",
] as const;
export const ReplayCause = z.enum(REPLAY_CAUSES);
export type ReplayCause = z.infer<typeof ReplayCause>;

const Rank = z.int().min(1).nullable();

/** One item that any source named or the slate shows, and how far it came. Ranks are 1-based; null: it was not there any more. */
export const TraceItem = z.object({
  itemId: z.string(),
  sources: z.array(z.object({ name: z.string(), rank: z.int(), score: z.number() })),
  /** Why it was dropped when the sources were united. */
  drop: z.string().nullable(),
  /** The rule that dropped it, as `ruleId@revision`. */
  droppedBy: z.string().nullable(),
  unionRank: Rank,
  /** Null also where nothing was cut before the ranker. */
  preRank: Rank,
  rankerRank: Rank,
  rankerScore: z.number().nullable(),
  /** After boosts and buries of rules. */
  rulesRank: Rank,
  rulesScore: z.number().nullable(),
  /** In the order in which candidates came to the last gate: after caps, diversity, floors and exploration. */
  rerankRank: Rank,
  /** Why the last gate kept it out. */
  gate: z.string().nullable(),
  /** 0-based position in the slate. */
  position: z.int().nullable(),
});
export type TraceItem = z.infer<typeof TraceItem>;

export const ReplayTrace = z.object({
  sources: z.array(SlateSource.extend({ quota: z.int() })),
  candidateLimit: z.int(),
  /** How many candidates the ranker was to see; null without a pre-ranker. */
  preRankKeep: z.int().nullable(),
  items: z.array(TraceItem),
  /** Inputs of the ranker, float32 little-endian base64, a row for each of `itemIds`; null where none scored. */
  features: z
    .object({ ranker: z.string(), width: z.int(), itemIds: z.array(z.string()), rows: z.string() })
    .nullable(),
});
export type ReplayTrace = z.infer<typeof ReplayTrace>;

/** The first stage at which an item fell out of a slate, or where it stands in it. */
export const WhyNot = z.discriminatedUnion("stage", [
  z.object({ stage: z.literal("shown"), position: z.int() }),
  z.object({ stage: z.literal("unknown_item") }),
  z.object({ stage: z.literal("not_eligible"), reason: z.string() }),
  /** Nothing was computed: the slate is a list, and the item is not high enough in it. */
  z.object({ stage: z.literal("not_in_list"), rung: z.int(), drop: z.string().nullable() }),
  z.object({
    stage: z.literal("not_found"),
    sources: z.array(z.object({ name: z.string(), reason: z.string(), retrieved: z.int(), quota: z.int() })),
  }),
  z.object({ stage: z.literal("dropped"), reason: z.string(), rule: z.string().nullable() }),
  z.object({ stage: z.literal("over_candidate_limit"), limit: z.int(), bestRank: z.int() }),
  z.object({ stage: z.literal("pre_ranked_out"), rank: z.int().nullable(), keep: z.int().nullable() }),
  z.object({
    stage: z.literal("ranked_too_low"),
    rank: z.int(),
    of: z.int(),
    score: z.number(),
    lastShownScore: z.number().nullable(),
  }),
  /** It was good enough by score, before or after the rules, and was moved or held back after. */
  z.object({
    stage: z.literal("rules_moved"),
    rank: z.int(),
    rankAfter: z.int(),
    rules: z.array(z.string()),
  }),
  z.object({
    stage: z.literal("reranked_out"),
    rank: z.int(),
    rankAfter: z.int().nullable(),
    rules: z.array(z.string()),
  }),
  z.object({ stage: z.literal("gate"), reason: z.string() }),
]);
export type WhyNot = z.infer<typeof WhyNot>;

export const ReplayResponse = z.object({
  /** The same items at the same positions. */
  identical: z.boolean(),
  causes: z.array(ReplayCause),
  /** Largest difference of a score at a position with the same item. */
  scoreDifferenceMax: z.number(),
  releaseId: Sha256Hex,
  slate: SlateLogRecord,
  trace: ReplayTrace,
  whyNot: WhyNot.nullable(),
});
export type ReplayResponse = z.infer<typeof ReplayResponse>;

/** An item as a replica serves it at this moment. */
export const ServedItem = z.object({
  itemId: z.string(),
  /** Null: the replica does not hold it. */
  state: z
    .object({
      title: z.string(),
      category: z.string().nullable(),
      brand: z.string().nullable(),
      seller: z.string().nullable(),
      price: z.number().nullable(),
      isEligible: z.boolean(),
      /** Why it may not be shown, of `in stock, restricted, …`; empty when it may. */
      barredBy: z.array(z.string()),
      popularity: z.number(),
      trend: z.number(),
      ageDays: z.number(),
      /** Came with the catalogue's stream after the release was made. */
      isNewSinceRelease: z.boolean(),
    })
    .nullable(),
  release: z.object({ releaseId: Sha256Hex, number: z.int(), catalogChanges: z.int() }),
  /** Rules in force whose items it is among, as `ruleId@revision`. */
  rules: z.array(z.object({ rule: z.string(), name: z.string(), effect: z.string() })),
});
export type ServedItem = z.infer<typeof ServedItem>;
