import type { RungName } from "@shortlist/contracts";

/** The ladder of answers (S7), best first, in words. */
export const RUNG_LABELS: Record<RungName, string> = {
  full: "Full",
  reduced: "Reduced",
  recent_slate: "Recent slate",
  segment_list: "Segment list",
  global_popular: "Popular list",
};

export const RUNG_NAMES = Object.keys(RUNG_LABELS) as RungName[];

/** From the accent down to grey, so that the order reads without the legend. */
export const RUNG_CLASSES = ["bg-accent", "bg-accent/60", "bg-warn/80", "bg-warn/50", "bg-ink-3"] as const;

export function rungLabel(rung: number): string {
  const name = RUNG_NAMES[rung];
  return name === undefined ? `rung ${rung}` : RUNG_LABELS[name];
}

export const SURFACE_LABELS: Readonly<Record<string, string>> = {
  home_feed: "Home feed",
  product_detail: "Product page",
  cart: "Cart",
  search_suggestions: "Search suggestions",
  notifications: "Notifications",
};

export function surfaceLabel(surface: string): string {
  return SURFACE_LABELS[surface] ?? surface;
}
