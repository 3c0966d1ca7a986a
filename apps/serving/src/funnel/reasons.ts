/** What the storefront may print under an item: why it is there, by the source that ranked it highest. */
export function describeReason(
  source: string,
  region: string | undefined,
  o: { readonly isTrendRegional: boolean; readonly isSegmentRegional: boolean },
): string {
  switch (source) {
    case "collaborative":
      return "Picked for you";
    case "content":
      return "Similar to what you viewed";
    case "covisitation":
      return "Often bought together";
    case "trending":
      return o.isTrendRegional && region !== undefined ? `Trending in ${region}` : "Trending now";
    case "graph_walk":
      return "Shoppers with similar visits went on to this";
    case "search":
      return "Matches your search";
    case "new_arrivals":
      return "New in the shop";
    case "editorial":
      return "Chosen by our team";
    case "segment_popular":
    case "segment_list":
      return o.isSegmentRegional && region !== undefined ? `Popular in ${region}` : "Popular right now";
    case "pinned":
      return "Featured";
    case "recent_slate":
    case "precomputed_list":
      return "Picked for you";
    default:
      return "Popular right now";
  }
}
