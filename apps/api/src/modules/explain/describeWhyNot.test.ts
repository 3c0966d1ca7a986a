import type { WhyNot } from "@shortlist/contracts";
import { expect, test } from "vitest";
import { describeWhyNot } from "./describeWhyNot";

const rules = ["r@1"];

test.each<[WhyNot, string]>([
  [{ stage: "shown", position: 2 }, "The shoe is in the slate, at position 3."],
  [
    { stage: "unknown_item" },
    "The shoe was not known to serving: the release has no such item, and no change of the catalogue brought it since.",
  ],
  [
    { stage: "not_eligible", reason: "out_of_stock" },
    "The shoe may not be shown to anyone: it is out of stock.",
  ],
  [
    { stage: "not_in_list", rung: 4, drop: null },
    "This slate was made from a list (global_popular), and The shoe does not stand high enough in it.",
  ],
  [
    {
      stage: "not_found",
      sources: [
        { name: "content", reason: "beyond_quota", retrieved: 300, quota: 300 },
        { name: "covisitation", reason: "not_among_found", retrieved: 12, quota: 200 },
        { name: "graph_walk", reason: "found_nothing", retrieved: 0, quota: 100 },
        { name: "trending", reason: "breaker_open", retrieved: 0, quota: 100 },
      ],
    },
    "No source proposed The shoe: content gave its best 300, and it is not among them; covisitation found 12, and it is not among them; graph walk found nothing; trending was not asked after failing.",
  ],
  [
    { stage: "dropped", reason: "purchased", rule: null },
    "The shoe was found and then left out: the shopper has bought it.",
  ],
  [
    { stage: "over_candidate_limit", limit: 500, bestRank: 311 },
    "The shoe was found, at best at rank 311 of a source, but the surface looks at 500 candidates and others came first.",
  ],
  [
    { stage: "pre_ranked_out", rank: 240, keep: 200 },
    "The shoe was a candidate, and the first cut kept 200 and left it out at rank 240.",
  ],
  [
    { stage: "ranked_too_low", rank: 61, of: 400, score: 0.25, lastShownScore: 0.5 },
    "The shoe came in 61 of 400 with a score of 0.2500; the lowest score in the slate is 0.5000.",
  ],
  [
    { stage: "rules_moved", rank: 3, rankAfter: 90, rules },
    "The model put The shoe in 3, and rules moved it to 90, below the slate.",
  ],
  [
    { stage: "reranked_out", rank: 4, rankAfter: null, rules },
    "The shoe scored well enough (rank 4), and was held back by limits per category, brand or seller, by variety, by exploration or by a rule that caps.",
  ],
  [
    { stage: "gate", reason: "user_blocked" },
    "The shoe had a place and was taken out at the last check: the shopper hid it.",
  ],
])("%j reads as a sentence", (whyNot, sentence) => {
  expect(describeWhyNot(whyNot, "The shoe")).toBe(sentence);
});
