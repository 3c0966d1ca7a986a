import { RUNGS, type WhyNot } from "@shortlist/contracts";

const REASONS: Readonly<Record<string, string>> = {
  out_of_stock: "it is out of stock",
  restricted: "it is restricted",
  blocked_seller: "its seller is blocked",
  hidden: "it is hidden in the catalogue",
  deleted: "it was taken out of the catalogue",
  user_blocked: "the shopper hid it",
  purchased: "the shopper has bought it",
  excluded_by_request: "the request asked to leave it out",
  context_item: "it is the item on the page",
  recently_seen: "the shopper has seen it a moment ago",
  filter_category: "the request's filter asks for other categories",
  filter_brand: "the request's filter asks for other brands",
  filter_price: "its price is outside of the request's filter",
  compliance_hidden: "a compliance rule hides it",
  rule_hidden: "a rule hides it",
  rule_only: "a rule admits other items only",
  other_category: "it is of another category than the item on the page",
  duplicate: "it stands in the slate already",
};

const SOURCE_REASONS: Readonly<Record<string, string>> = {
  found_nothing: "found nothing",
  switched_off: "is switched off",
  not_in_release: "is not in the release",
  deadline: "was late",
  no_budget: "had no time left",
  breaker_open: "was not asked after failing",
};

/** The verdict in one sentence, for who has never seen the funnel. */
export function describeWhyNot(whyNot: WhyNot, title: string): string {
  switch (whyNot.stage) {
    case "shown":
      return `${title} is in the slate, at position ${whyNot.position + 1}.`;
    case "unknown_item":
      return `${title} was not known to serving: the release has no such item, and no change of the catalogue brought it since.`;
    case "not_eligible":
      return `${title} may not be shown to anyone: ${reasonText(whyNot.reason)}.`;
    case "not_in_list":
      return whyNot.drop === null
        ? `This slate was made from a list (${RUNGS[whyNot.rung] ?? "list"}), and ${title} does not stand high enough in it.`
        : `This slate was made from a list, and ${title} was left out of it: ${reasonText(whyNot.drop)}.`;
    case "not_found":
      return `No source proposed ${title}: ${whyNot.sources.map(sourceText).join("; ")}.`;
    case "dropped":
      return `${title} was found and then left out: ${reasonText(whyNot.reason)}.`;
    case "over_candidate_limit":
      return `${title} was found, at best at rank ${whyNot.bestRank} of a source, but the surface looks at ${whyNot.limit} candidates and others came first.`;
    case "pre_ranked_out":
      return `${title} was a candidate, and the first cut kept ${whyNot.keep ?? "others"} and left it out${whyNot.rank === null ? "" : ` at rank ${whyNot.rank}`}.`;
    case "ranked_too_low":
      return `${title} came in ${whyNot.rank} of ${whyNot.of} with a score of ${whyNot.score.toFixed(4)}${
        whyNot.lastShownScore === null
          ? ""
          : `; the lowest score in the slate is ${whyNot.lastShownScore.toFixed(4)}`
      }.`;
    case "rules_moved":
      return `The model put ${title} in ${whyNot.rank}, and rules moved it to ${whyNot.rankAfter}, below the slate.`;
    case "reranked_out":
      return `${title} scored well enough (rank ${whyNot.rank}), and was held back by limits per category, brand or seller, by variety, by exploration or by a rule that caps.`;
    case "gate":
      return `${title} had a place and was taken out at the last check: ${reasonText(whyNot.reason)}.`;
  }
}

function reasonText(reason: string): string {
  return REASONS[reason] ?? reason.replaceAll("_", " ");
}

function sourceText({
  name,
  reason,
  retrieved,
  quota,
}: Extract<WhyNot, { stage: "not_found" }>["sources"][number]) {
  const source = name.replaceAll("_", " ");
  if (reason === "beyond_quota") return `${source} gave its best ${quota}, and it is not among them`;
  if (reason === "not_among_found") return `${source} found ${retrieved}, and it is not among them`;
  return `${source} ${SOURCE_REASONS[reason] ?? `was not asked (${reason.replaceAll("_", " ")})`}`;
}
