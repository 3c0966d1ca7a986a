import type { Random } from "../random/random";
import { createWeightedPick } from "./catalogue";
import { attraction, cartProbability, examinationProbability, PURCHASE_GIVEN_CART } from "./choices";
import { LEAVES, seasonLift } from "./departments";
import type { ShopPopularity } from "./popularity";
import { gumbel } from "./shoppers";
import type { Shop } from "./types";

/**
 * One logged session: what a shopper did in the shop as it was before Shortlist.
 * The "old shop" filled its shelves with popular items and with items of the category last looked at.
 */
export interface Action {
  atMs: number;
  type: "view" | "click" | "add_to_cart" | "purchase";
  itemIndex: number;
  surface: string;
  /** Set when the action comes from a slate: its index in `SessionHistory.slates`. */
  slate?: number;
  position?: number;
  quantity?: number;
}

export interface SessionSlate {
  atMs: number;
  surface: string;
  itemIndices: number[];
}

export interface SessionHistory {
  actions: Action[];
  /** Everything that was shown, clicked or not. */
  slates: SessionSlate[];
}

export interface SessionInput {
  shopperIndex: number;
  startMs: number;
  isMobile: boolean;
  /** Leaf of the last item opened in an earlier session, if any. */
  lastLeaf: number | null;
}

export interface HistoryWorld {
  shop: Shop;
  popularity: ShopPopularity;
}

const HOME_SLATE_SHARE = 0.92;
const RELATED_SLATE_SHARE = 0.8;
const SLATES_PER_SESSION_MAX = 6;
const SLATE_LENGTH = { web: 12, mobile: 8 } as const;
/** Items of a result page that a browsing shopper compares before opening one. */
const COMPARED_ITEMS = 24;

export function simulateSession(world: HistoryWorld, input: SessionInput, random: Random): SessionHistory {
  const { shop, popularity } = world;
  const { shopperIndex } = input;
  const actions: Action[] = [];
  const slates: SessionSlate[] = [];
  const opened: number[] = [];
  const cart: { itemIndex: number; slate?: number; position?: number }[] = [];
  let atMs = input.startMs;
  const wait = (meanSeconds: number): void => {
    atMs += Math.round(1000 * (1 - meanSeconds * Math.log(1 - random.next())));
  };

  const open = (itemIndex: number, from: { slate?: number; position?: number; surface: string }): void => {
    opened.push(itemIndex);
    if (random.next() < cartProbability(shop, { shopperIndex, itemIndex, atMs })) {
      wait(25);
      if (!shop.isInStock(itemIndex, atMs)) return;
      actions.push({ atMs, type: "add_to_cart", itemIndex, ...from });
      cart.push({ itemIndex, ...without(from) });
    }
  };

  const showSlate = (surface: string, itemIndices: number[]): void => {
    const slate = slates.push({ atMs, surface, itemIndices }) - 1;
    itemIndices.forEach((itemIndex, position) => {
      const chance =
        examinationProbability(position) *
        attraction(shop, { shopperIndex, itemIndex, atMs, sessionItems: opened });
      if (random.next() >= chance) return;
      wait(8);
      actions.push({ atMs, type: "click", itemIndex, surface, slate, position });
      wait(1);
      actions.push({ atMs, type: "view", itemIndex, surface, slate, position });
      open(itemIndex, { surface, slate, position });
    });
  };

  const length = input.isMobile ? SLATE_LENGTH.mobile : SLATE_LENGTH.web;
  if (random.next() < HOME_SLATE_SHARE) {
    showSlate("home_feed", createOldShopSlate(world, { length, leaf: input.lastLeaf, atMs }, random));
  }

  const pickLeaf = createLeafPick(shop, shopperIndex, atMs);
  // One errand per session, sometimes two: this is what session-based models can see.
  const errands = [pickLeaf(random.next()), pickLeaf(random.next())] as const;
  const pages = 1 + Math.floor(-2.2 * Math.log(1 - random.next()));
  for (let page = 0; page < Math.min(pages, 14); page++) {
    wait(35);
    const complements = opened.length > 0 ? shop.itemTruth[opened.at(-1)!]!.complements : [];
    const followsComplement = complements.length > 0 && random.next() < 0.16;
    const candidates = followsComplement
      ? complements.filter((index) => shop.items[index]!.createdAtMs <= atMs)
      : drawCandidates(popularity, errands[random.next() < 0.75 ? 0 : 1], atMs, random);
    const chosen = chooseBest(
      candidates,
      opened,
      (index) => shop.utility(shopperIndex, index, atMs) + gumbel(random),
    );
    if (chosen === null) continue;
    const surface = random.next() < 0.5 ? "search" : "category";
    actions.push({ atMs, type: "view", itemIndex: chosen, surface });
    open(chosen, { surface });
    if (slates.length < SLATES_PER_SESSION_MAX && random.next() < RELATED_SLATE_SHARE) {
      const leaf = shop.itemTruth[chosen]!.leafIndex;
      showSlate("product_detail", createOldShopSlate(world, { length, leaf, atMs }, random));
    }
  }

  if (cart.length > 0 && random.next() < PURCHASE_GIVEN_CART) {
    wait(90);
    for (const line of cart) {
      if (!shop.isInStock(line.itemIndex, atMs)) continue;
      const quantity = random.next() < 0.9 ? 1 : 2;
      actions.push({ atMs, type: "purchase", surface: "checkout", quantity, ...line });
    }
  }
  return { actions, slates };
}

/** Popular items first drawn overall, then from `leaf`; sellable ones only, each once. */
function createOldShopSlate(
  { shop, popularity }: HistoryWorld,
  wanted: { length: number; leaf: number | null; atMs: number },
  random: Random,
): number[] {
  const slate = new Set<number>();
  for (let tries = 0; slate.size < wanted.length && tries < 60; tries++) {
    const picker =
      wanted.leaf !== null && random.next() < 0.5 ? popularity.byLeaf[wanted.leaf]! : popularity.overall;
    const index = picker.pick(random.next(), wanted.atMs);
    if (index === null || shop.items[index]!.restricted || !shop.isInStock(index, wanted.atMs)) continue;
    slate.add(index);
  }
  return [...slate];
}

function createLeafPick(shop: Shop, shopperIndex: number, atMs: number): (uniform: number) => number {
  const { leafAffinity } = shop.shopperTruth[shopperIndex]!;
  return createWeightedPick(
    LEAVES.map((leaf, index) => Math.exp(1.6 * leafAffinity[index]! + seasonLift(leaf, atMs))),
  );
}

function drawCandidates(popularity: ShopPopularity, leaf: number, atMs: number, random: Random): number[] {
  const candidates: number[] = [];
  for (let i = 0; i < COMPARED_ITEMS; i++) {
    const index = popularity.byLeaf[leaf]!.pick(random.next(), atMs);
    if (index !== null) candidates.push(index);
  }
  return candidates;
}

function chooseBest(
  candidates: readonly number[],
  opened: readonly number[],
  score: (index: number) => number,
): number | null {
  let best: number | null = null;
  let bestScore = Number.NEGATIVE_INFINITY;
  for (const index of candidates) {
    if (opened.includes(index)) continue;
    const value = score(index);
    if (value > bestScore) {
      bestScore = value;
      best = index;
    }
  }
  return best;
}

function without(from: { slate?: number; position?: number }): { slate?: number; position?: number } {
  return {
    ...(from.slate === undefined ? {} : { slate: from.slate }),
    ...(from.position === undefined ? {} : { position: from.position }),
  };
}
