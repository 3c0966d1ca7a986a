import { createRandom, type Random } from "../random/random";
import { createWeightedPick } from "./catalogue";
import { attraction, cartProbability, examinationProbability, PURCHASE_GIVEN_CART } from "./choices";
import type { Shop, ShopShopper } from "./types";

/** Shoppers who visit now and react to the slates they are served, by the same rules as the history. */
export interface LiveShoppers {
  /** The next visitor, drawn in proportion to how often people visit. */
  nextSession(nowMs: number): LiveSession;
  /** Looks at a slate, acts, and moves the session on: `session.surface` is where the shopper is next. */
  react(session: LiveSession, slate: readonly string[], nowMs: number): SimulatedInteraction[];
}

export interface LiveShopper extends ShopShopper {
  index: number;
}

export type LiveSurface = "home_feed" | "product_detail" | "cart";

export interface LiveSession {
  shopper: LiveShopper;
  /** Exactly one of these says who is asking. */
  userId?: string;
  anonymousId?: string;
  surface: LiveSurface;
  /** In the form that the recommendation API takes. */
  context: {
    device: "desktop" | "app";
    region: string;
    locale: string;
    page: string;
    /** The product that `page` shows, on product_detail. */
    itemId?: string;
    sessionItems: string[];
  };
  /** Items put into the cart and not bought yet. */
  cart: string[];
  slatesSeen: number;
  isOver: boolean;
}

export interface SimulatedInteraction {
  /** `examine`: looked at in the slate, which no log sees; a `click` is followed by the `view` of the page. */
  type: "examine" | "click" | "view" | "add_to_cart" | "purchase";
  itemId: string;
  /** Position in the slate, from 0; a purchase of something from an earlier slate has none. */
  position?: number;
  /** After the slate was shown. */
  delayMs: number;
  price?: number;
  currency?: "EUR";
  quantity?: number;
}

// Four slates a session on average, as in the history: home, then related items and the cart.
const LEAVE_AFTER_SLATE = 0.25;

export function createLiveShoppers(shop: Shop, seed: number | string): LiveShoppers {
  const random = createRandom(`live-${shop.options.seed}-${seed}`);
  const pickShopper = createWeightedPick(shop.shoppers.map(({ sessionsPerDay }) => sessionsPerDay));
  return {
    nextSession: () => createSession(shop, pickShopper(random.next()), random),
    react: (session, slate, nowMs) => react(shop, { session, slate, nowMs }, random),
  };
}

function createSession(shop: Shop, index: number, random: Random): LiveSession {
  const shopper = { ...shop.shoppers[index]!, index };
  const phone = shopper.deviceIds[1];
  const isMobile = phone !== undefined && random.next() < 0.55;
  const who =
    random.next() < 0.75
      ? { userId: shopper.userId }
      : { anonymousId: isMobile ? phone : shopper.deviceIds[0]! };
  return {
    shopper,
    ...who,
    surface: "home_feed",
    context: {
      device: isMobile ? "app" : "desktop",
      region: shopper.region,
      locale: shopper.locale,
      page: "/",
      sessionItems: [],
    },
    cart: [],
    slatesSeen: 0,
    isOver: false,
  };
}

interface Showing {
  session: LiveSession;
  slate: readonly string[];
  nowMs: number;
}

function react(shop: Shop, { session, slate, nowMs }: Showing, random: Random): SimulatedInteraction[] {
  const interactions: SimulatedInteraction[] = [];
  const shopperIndex = session.shopper.index;
  const opened = session.context.sessionItems.flatMap((id) => shop.indexByItemId.get(id) ?? []);
  let delayMs = 400;
  session.slatesSeen++;
  slate.forEach((itemId, position) => {
    if (random.next() >= examinationProbability(position)) return;
    delayMs += 300 + random.int(900);
    interactions.push({ type: "examine", itemId, position, delayMs });
    const itemIndex = shop.indexByItemId.get(itemId);
    if (itemIndex === undefined) return;
    const choice = { shopperIndex, itemIndex, atMs: nowMs, sessionItems: opened };
    if (random.next() >= attraction(shop, choice)) return;
    delayMs += 1_000 + random.int(3_000);
    interactions.push({ type: "click", itemId, position, delayMs });
    interactions.push({ type: "view", itemId, position, delayMs: delayMs + 250 });
    opened.push(itemIndex);
    session.context.sessionItems = [...session.context.sessionItems.slice(-49), itemId];
    if (random.next() >= cartProbability(shop, choice)) return;
    delayMs += 4_000 + random.int(20_000);
    const price = shop.priceAt(itemIndex, nowMs);
    interactions.push({
      type: "add_to_cart",
      itemId,
      position,
      delayMs,
      price,
      currency: "EUR",
      quantity: 1,
    });
    session.cart.push(itemId);
  });
  interactions.push(...moveOn(shop, { session, slate, nowMs }, delayMs, random));
  return interactions;
}

/** Where to next: leave (paying for the cart, or not), or see the last opened item, or the cart. */
function moveOn(shop: Shop, showing: Showing, delayMs: number, random: Random): SimulatedInteraction[] {
  const { session, nowMs } = showing;
  const last = session.context.sessionItems.at(-1);
  session.isOver = random.next() < LEAVE_AFTER_SLATE || session.slatesSeen >= 12;
  if (!session.isOver) {
    session.surface =
      session.cart.length > 0 && random.next() < 0.4
        ? "cart"
        : last === undefined
          ? "home_feed"
          : "product_detail";
    delete session.context.itemId;
    if (session.surface === "product_detail" && last !== undefined) session.context.itemId = last;
    session.context.page =
      session.surface === "product_detail" ? `/p/${last}` : session.surface === "cart" ? "/cart" : "/";
    return [];
  }
  if (session.cart.length === 0 || random.next() >= PURCHASE_GIVEN_CART) return [];
  const paidMs = delayMs + 20_000 + random.int(60_000);
  return session.cart.splice(0).flatMap((itemId): SimulatedInteraction[] => {
    const index = shop.indexByItemId.get(itemId)!;
    if (!shop.isInStock(index, nowMs)) return [];
    const price = shop.priceAt(index, nowMs);
    return [{ type: "purchase", itemId, delayMs: paidMs, price, currency: "EUR", quantity: 1 }];
  });
}
