/** One input of the ranker: its name in model manifests, the value when nothing is known, and its usual range. */
export interface RankFeature {
  name: string;
  default: number;
  /** Expected range; values outside are legal and worth an alarm. */
  min: number;
  max: number;
  description: string;
}

/**
 * The ranker's inputs in column order. Appending is safe; reordering or redefining one breaks every trained
 * ranker, so the order is part of the model contract.
 */
export const RANK_FEATURES = [
  feature("collaborative_score", -2, 2, "Dot product of the shopper's vector and the item's factors"),
  feature(
    "content_similarity",
    -1,
    1,
    "Cosine of the item's content vector and the weighted centroid of the last ≤ 10 items",
  ),
  feature("covisitation_score", 0, 10, "Summed co-visitation strength between the recent items and the item"),
  feature("popularity", 0, 1, "log1p(interactions) of the item over the catalogue's largest"),
  feature("trend", -10, 10, "Recent growth of the item's demand as given by the item table"),
  feature("log_price", 0, 20, "Log price of the item; 0 when the price is unknown"),
  feature(
    "price_gap",
    0,
    20,
    "|log price − weighted mean log price of the recent items|; 0 when either is unknown",
  ),
  feature("category_affinity", 0, 1, "Weighted share of the recent items in the item's category"),
  feature("brand_affinity", 0, 1, "Weighted share of the recent items of the item's brand"),
  feature("same_category_as_last", 0, 1, "1 if the most recent item is in the same category"),
  feature("same_brand_as_last", 0, 1, "1 if the most recent item is of the same brand"),
  feature("log_age_days", 0, 10, "log1p(days since the item was added)"),
  feature("log_history_length", 0, 7, "log1p(number of recent items): how much is known of the shopper"),
  feature("recently_seen", 0, 1, "1 if the item is among the recent items"),
  feature(
    "popularity_when_cold",
    0,
    1,
    "popularity / (1 + number of recent items): popularity matters most to strangers",
  ),
  feature(
    "collaborative_with_history",
    -10,
    10,
    "collaborative_score × log_history_length: trust grows with history",
  ),
  feature("popularity_in_category", 0, 1, "popularity × category_affinity"),
] as const satisfies readonly RankFeature[];

function feature<N extends string>(name: N, min: number, max: number, description: string) {
  return { name, default: 0, min, max, description };
}

export type RankFeatureName = (typeof RANK_FEATURES)[number]["name"];
