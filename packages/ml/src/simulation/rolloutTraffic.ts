import type { ClusterSums } from "../guardrails/judgeRatio";
import { hashString } from "../random/hash";
import { createRandom, type Random } from "../random/random";
import { createWeightedPick } from "./catalogue";
import { createLiveShoppers, type LiveSession } from "./live";
import type { Shop } from "./types";

/** What one slate led to. */
export interface SlateOutcome {
  readonly clicks: number;
  readonly orders: number;
  readonly revenue: number;
}

/** Outcomes of a kind of slate by profile of shopper, drawn from again and again: reacting afresh takes a hundred times as long. */
export interface OutcomePool {
  draw(profile: number, random: Random): SlateOutcome;
}

/** Orders the items of a shop for a shopper. */
export type SlateMaker = (shop: Shop, profile: number, random: Random) => string[];

const SLATE_LENGTH = 10;
/** Items that a slate maker sees of the catalogue, as candidate sources would give it some. */
const CANDIDATES = 120;
/** A good ranker's error, in units of utility: it knows a shopper's taste well and not exactly. */
const RANKER_NOISE = 0.7;

/** Slates of a ranker that knows the shoppers well. */
export const makeGoodSlate: SlateMaker = (shop, profile, random) => {
  const scored = Array.from({ length: CANDIDATES }, () => {
    const item = random.int(shop.items.length);
    return { item, score: shop.utility(profile, item, shop.options.endMs) + RANKER_NOISE * random.normal() };
  });
  scored.sort((a, b) => b.score - a.score);
  return scored.slice(0, SLATE_LENGTH).map(({ item }) => shop.items[item]!.itemId);
};

/** Slates of a model whose scores mean nothing. */
export const makeRandomSlate: SlateMaker = (shop, _profile, random) =>
  Array.from({ length: SLATE_LENGTH }, () => shop.items[random.int(shop.items.length)]!.itemId);

/** Lets every shopper of the shop react to so many slates of a kind. */
export function createOutcomePool(
  shop: Shop,
  o: { readonly makeSlate: SlateMaker; readonly slatesPerShopper: number; readonly seed: string },
): OutcomePool {
  const random = createRandom(o.seed);
  const live = createLiveShoppers(shop, o.seed);
  const nowMs = shop.options.endMs;
  const outcomes = shop.shoppers.map((_, profile) =>
    Array.from({ length: o.slatesPerShopper }, () => {
      const session = openSession(shop, profile);
      const interactions = live.react(session, o.makeSlate(shop, profile, random), nowMs);
      const purchases = interactions.filter(({ type }) => type === "purchase");
      return {
        clicks: interactions.filter(({ type }) => type === "click").length,
        orders: purchases.length > 0 ? 1 : 0,
        revenue: purchases.reduce((sum, { price = 0, quantity = 1 }) => sum + price * quantity, 0),
      };
    }),
  );
  return { draw: (profile, random_) => random_.pick(outcomes[profile]!) };
}

function openSession(shop: Shop, profile: number): LiveSession {
  const shopper = { ...shop.shoppers[profile]!, index: profile };
  const { region, locale } = shopper;
  return {
    shopper,
    userId: shopper.userId,
    surface: "home_feed",
    context: { device: "desktop", region, locale, page: "/", sessionItems: [] },
    cart: [],
    slatesSeen: 0,
    isOver: false,
  };
}

/** What is known of an arm so far. */
export interface ArmTotals {
  readonly slates: number;
  readonly clicks: ClusterSums;
  readonly orders: ClusterSums;
  readonly revenue: ClusterSums;
}

export interface RolloutTrafficOptions {
  readonly shop: Shop;
  readonly control: OutcomePool;
  readonly candidate: OutcomePool;
  /** Shoppers of the population; each has the taste of one of the shop's. */
  readonly nShoppers: number;
  readonly seed: string;
  /** Share of the candidate's clicks that do not happen: an effect of known size. */
  readonly clicksLost?: number;
}

/**
 * Shoppers who arrive while a rollout goes on, dealt into arms by a sticky bucket: the first shares of the buckets get the
 * candidate, the last the control, as in serving.
 */
export function createRolloutTraffic(o: RolloutTrafficOptions) {
  const random = createRandom(o.seed);
  const nProfiles = o.shop.shoppers.length;
  const profileOf = Int32Array.from({ length: o.nShoppers }, () => random.int(nProfiles));
  const pick = createWeightedPick(
    Array.from(profileOf, (profile) => o.shop.shoppers[profile]!.sessionsPerDay),
  );
  const arms = { control: new ArmCounter(o.nShoppers), candidate: new ArmCounter(o.nShoppers) };
  const serve = (arm: "control" | "candidate", shopper: number) => {
    const outcome = o[arm].draw(profileOf[shopper]!, random);
    let { clicks } = outcome;
    if (arm === "candidate" && o.clicksLost !== undefined)
      for (let c = 0; c < outcome.clicks; c++) if (random.next() < o.clicksLost) clicks--;
    arms[arm].add(shopper, { ...outcome, clicks });
  };
  return {
    /** So many slates arrive over all shoppers; `sharePct` of the shoppers are in each of the two arms. */
    advance(slates: number, sharePct: number): void {
      for (let s = 0; s < slates; s++) {
        const shopper = pick(random.next());
        const bucket = (hashString(`${o.seed}:${shopper}`) / 2 ** 32) * 100;
        if (bucket < sharePct) serve("candidate", shopper);
        else if (bucket >= 100 - sharePct) serve("control", shopper);
      }
    },
    read: (arm: "control" | "candidate"): ArmTotals => arms[arm].read(),
  };
}

/** Sums over shoppers, kept up to date slate by slate. */
class ArmCounter {
  private readonly x: Float64Array;
  private readonly metrics: Record<"clicks" | "orders" | "revenue", Sums>;
  private n = 0;
  private sumX = 0;
  private sumXX = 0;

  constructor(nShoppers: number) {
    this.x = new Float64Array(nShoppers);
    this.metrics = { clicks: new Sums(nShoppers), orders: new Sums(nShoppers), revenue: new Sums(nShoppers) };
  }

  add(shopper: number, outcome: SlateOutcome): void {
    const before = this.x[shopper]!;
    if (before === 0) this.n++;
    this.x[shopper] = before + 1;
    this.sumX++;
    this.sumXX += 2 * before + 1;
    this.metrics.clicks.add(shopper, { x: before, y: outcome.clicks });
    this.metrics.orders.add(shopper, { x: before, y: outcome.orders });
    this.metrics.revenue.add(shopper, { x: before, y: outcome.revenue });
  }

  read(): ArmTotals {
    const { n, sumX, sumXX } = this;
    const of = ({ sumY, sumYY, sumXY }: Sums) => ({ n, sumX, sumXX, sumY, sumYY, sumXY });
    const { clicks, orders, revenue } = this.metrics;
    return { slates: sumX, clicks: of(clicks), orders: of(orders), revenue: of(revenue) };
  }
}

class Sums {
  sumY = 0;
  sumYY = 0;
  sumXY = 0;
  private readonly y: Float64Array;

  constructor(nShoppers: number) {
    this.y = new Float64Array(nShoppers);
  }

  /** One more slate of a shopper who had `x` before. */
  add(shopper: number, { x, y }: { x: number; y: number }): void {
    const before = this.y[shopper]!;
    this.y[shopper] = before + y;
    this.sumY += y;
    this.sumYY += y * (2 * before + y);
    // (x + 1)(b + y) − x b
    this.sumXY += before + y * (x + 1);
  }
}
