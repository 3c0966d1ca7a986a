/** What the storefront may print under an item: why it is there, by the source that ranked it highest. */
export function describeReason(source: string, region: string | undefined, isRegional: boolean): string {
  switch (source) {
    case "collaborative":
      return "Picked for you";
    case "content":
      return "Similar to what you viewed";
    case "covisitation":
      return "Often bought together";
    case "trending":
      return isRegional && region !== undefined ? `Trending in ${region}` : "Trending now";
    case "segment_list":
      return region === undefined ? "Popular right now" : `Popular in ${region}`;
    case "pinned":
      return "Featured";
    case "recent_slate":
      return "Picked for you";
    default:
      return "Popular right now";
  }
}
