import * as z from "zod";
import { Sha256Hex, ShopperPseudonym } from "./ids";
import { Surface } from "./recommend";

/** As long as the longest slate: what a shopper has seen or bought since is made up for from the end. */
export const PRECOMPUTED_SIZE = 100;
/** A daily run may fail once without a list missing. */
export const PRECOMPUTED_TTL_SECONDS = 48 * 3600;

/** Items that the funnel found best for a shopper of a surface, before anything that is decided at serving time. */
export interface PrecomputedList {
  /** A list of another release is not served: what was rolled back must not come back by a list. */
  readonly releaseId: string;
  readonly madeAtMs: number;
  /** Best first. Rows differ between processes, ids do not. */
  readonly itemIds: readonly string[];
  /** The ranker's, aligned to `itemIds`. */
  readonly scores: readonly number[];
}

/** Four digits tell two places of a list apart; more would be a third of its bytes. */
const SCORE_DIGITS = 4;

/** As Redis holds it: an array, because names of fields would be repeated in every one of 100,000 lists. */
export function encodePrecomputedList(list: PrecomputedList): string {
  const scores = list.scores.map((score) => Number(score.toPrecision(SCORE_DIGITS)));
  return JSON.stringify([list.releaseId, list.madeAtMs, list.itemIds, scores]);
}

/** Null for what an other version wrote: the shopper is then served as one without a list. */
export function decodePrecomputedList(text: string): PrecomputedList | null {
  if (text === "") return null;
  try {
    const [releaseId, madeAtMs, itemIds, scores] = JSON.parse(text);
    if (typeof releaseId !== "string" || typeof madeAtMs !== "number") return null;
    if (!Array.isArray(itemIds) || !Array.isArray(scores) || itemIds.length !== scores.length) return null;
    return { releaseId, madeAtMs, itemIds, scores };
  } catch {
    return null;
  }
}

/** Half a second of one replica: longer calls would hide that it has begun to hurry. */
export const PRECOMPUTE_SHOPPERS_MAX = 200;

/** Asks a replica to compute and store lists. For the product's own processes, by pseudonym. */
export const PrecomputeRequest = z.object({
  surface: Surface,
  shoppers: z.array(ShopperPseudonym).min(1).max(PRECOMPUTE_SHOPPERS_MAX),
});
export type PrecomputeRequest = z.infer<typeof PrecomputeRequest>;

/**
 * Why a shopper got no list. The first two are for good until something changes; `busy` and `state_away` ask to come
 * again; `degraded` is a funnel that gave less than ranked items, for instance because it is switched to lists.
 */
export const LIST_SKIP_REASONS = ["opted_out", "nothing_known", "busy", "state_away", "degraded"] as const;
export type ListSkipReason = (typeof LIST_SKIP_REASONS)[number];

export const PrecomputeResponse = z.object({
  releaseId: Sha256Hex,
  written: z.int(),
  bytes: z.int().describe("Of the lists written, without their keys"),
  skipped: z.array(z.object({ shopper: ShopperPseudonym, reason: z.enum(LIST_SKIP_REASONS) })),
});
export type PrecomputeResponse = z.infer<typeof PrecomputeResponse>;
