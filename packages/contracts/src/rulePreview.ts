import * as z from "zod";
import { ShopperPseudonym } from "./ids";
import { RecommendRequest } from "./recommend";
import { RULES_MAX, Rule } from "./rules";
import { SlateLogRecord } from "./slateLog";

/** How many requests one preview call may replay: each costs a replica about two milliseconds twice. */
export const PREVIEW_REQUESTS_MAX = 20;

/** Asks a replica what other rules would make of requests. Nothing is logged or remembered. */
export const RulePreviewRequest = z.object({
  rules: z.array(Rule).max(RULES_MAX),
  requests: z
    .array(
      RecommendRequest.extend({
        /** Pseudonyms of a logged request, in place of raw ids. */
        pseudonyms: z.array(ShopperPseudonym).max(2).optional(),
      }),
    )
    .min(1)
    .max(PREVIEW_REQUESTS_MAX),
});
export type RulePreviewRequest = z.infer<typeof RulePreviewRequest>;

export const RulePreviewResponse = z.object({
  previews: z.array(z.object({ before: SlateLogRecord, after: SlateLogRecord })),
  /** How many items of the release each rule matches: 0 is a rule that can never do anything. */
  matched: z.array(z.object({ ruleId: z.string(), items: z.int() })),
});
export type RulePreviewResponse = z.infer<typeof RulePreviewResponse>;
