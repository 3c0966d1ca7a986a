/** The nouns of the simulated shop. Positions count from 0, times are epoch milliseconds in UTC. */

export interface ShopOptions {
  seed: number;
  nItems: number;
  nShoppers: number;
  days: number;
  /** Logs end here; history starts `days` before. */
  endMs: number;
}

export interface ShopItem {
  itemId: string;
  title: string;
  /** "Shoes > Trail running" */
  category: string;
  brand: string;
  seller: string;
  /** At `endMs`; `Shop.priceAt` gives earlier prices. */
  price: number;
  currency: "EUR";
  createdAtMs: number;
  /** At `endMs`; `Shop.isInStock` gives earlier states. */
  inStock: boolean;
  restricted?: boolean;
  description: string;
}

export interface ShopShopper {
  userId: string;
  /** A second id that the mobile apps write for some shoppers; sign-ins tie it to `userId` by device. */
  mobileUserId?: string;
  name: string;
  /** One line: "trail runner, budget-minded". */
  taste: string;
  /** The first is the web browser, the second, if any, the phone. */
  deviceIds: string[];
  locale: string;
  region: string;
  mobilePlatform: "ios" | "android";
  /** Mean sessions per day, heavy-tailed over shoppers. */
  sessionsPerDay: number;
}

/** What is true of an item and never written to any log. */
export interface ItemTruth {
  leafIndex: number;
  brandIndex: number;
  style: Float32Array;
  /** Log popularity everybody agrees on; heavy-tailed over items. */
  appeal: number;
  /** ln(list price / median price of the leaf). */
  priceLevel: number;
  /** Indices of items that go with this one. */
  complements: number[];
}

/** What is true of a shopper and never written to any log. */
export interface ShopperTruth {
  /** Affinity per leaf category, department and leaf taste added. */
  leafAffinity: Float32Array;
  brandAffinity: Float32Array;
  style: Float32Array;
  /** Preferred ln(price / median): negative likes cheap. */
  priceLevel: number;
  /** Utility lost per unit of |ln price| away from the preferred level. */
  priceSensitivity: number;
}

export interface Shop {
  options: ShopOptions;
  startMs: number;
  items: ShopItem[];
  shoppers: ShopShopper[];
  brands: readonly string[];
  itemTruth: ItemTruth[];
  shopperTruth: ShopperTruth[];
  indexByItemId: ReadonlyMap<string, number>;
  /** Item indices of each leaf, oldest first. */
  itemsByLeaf: readonly number[][];
  /**
   * True utility of an item for a shopper at a time, in logits of the click model:
   *   leaf affinity + brand affinity + ⟨style, style⟩ − sensitivity · |price level − preferred| + appeal/2 + season
   */
  utility(shopperIndex: number, itemIndex: number, atMs: number): number;
  isInStock(itemIndex: number, atMs: number): boolean;
  priceAt(itemIndex: number, atMs: number): number;
}

export type Platform = "web" | "ios" | "android";

/**
 * One line of the storefront's log, as messy as the storefront wrote it.
 * `click` is a click in a slate, `view` a product page that was opened: after a click it repeats the click's
 * `request_id` and `position`, from search or browsing it has neither. Items merely shown are in `ShownSlate`.
 */
export interface RawLogRow {
  event_id?: string;
  type?: "view" | "click" | "add_to_cart" | "purchase" | "sign_in";
  ts?: string | number | boolean;
  received_at: string;
  user_id?: string;
  device_id?: string;
  platform: Platform;
  app_version: string;
  session_id?: string;
  sku?: string | number;
  price?: number | string;
  currency?: string;
  quantity?: number | string;
  request_id?: string;
  position?: number | string;
  surface?: string;
  locale?: string;
  region?: string;
}

/** What a slate of the old shop showed, clicked or not; position is the index in `skus`. */
export interface ShownSlate {
  request_id: string;
  ts: string;
  surface: string;
  device_id: string;
  user_id?: string;
  skus: string[];
}
