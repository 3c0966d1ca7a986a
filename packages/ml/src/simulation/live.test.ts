import { describe, expect, it } from "vitest";
import { createRandom } from "../random/random";
import { examinationProbability, expectedClickRate } from "./choices";
import { createLiveShoppers, type LiveSession, type LiveShoppers } from "./live";
import { createShop } from "./shop";
import { SMALL_SHOP } from "./smallShop.test-support";
import type { Shop } from "./types";

const shop = createShop(SMALL_SHOP);
const nowMs = SMALL_SHOP.endMs;
const LENGTH = 10;

const randomSlate = (random = createRandom("slates")) =>
  random.shuffle(shop.items.map(({ itemId }) => itemId)).slice(0, LENGTH);

function createOracleSlate(ofShop: Shop, shopperIndex: number): string[] {
  const score = ofShop.items.map((_, index) => ofShop.utility(shopperIndex, index, nowMs));
  const best = [...score.keys()].sort((a, b) => score[b]! - score[a]!);
  return best.slice(0, LENGTH).map((index) => ofShop.items[index]!.itemId);
}

/** Clicks by position over first slates of many sessions. */
function countClicks(live: LiveShoppers, sessions: number, slateOf: (session: LiveSession) => string[]) {
  const clicks = new Array<number>(LENGTH).fill(0);
  let expected = 0;
  for (let i = 0; i < sessions; i++) {
    const session = live.nextSession(nowMs);
    const slate = slateOf(session);
    expected += expectedClickRate(shop, session.shopper.index, slate, nowMs) * LENGTH;
    for (const { type, position } of live.react(session, slate, nowMs)) {
      if (type === "click") clicks[position!]!++;
    }
  }
  return { clicks, total: clicks.reduce((a, b) => a + b, 0), expected };
}

describe("live shoppers", () => {
  it("click by position as the known examination curve falls, on random slates", () => {
    const random = createRandom("position");
    const { clicks } = countClicks(createLiveShoppers(shop, 1), 30_000, () => {
      const at = () => shop.items[random.int(shop.items.length)]!.itemId;
      return Array.from({ length: LENGTH }, at);
    });
    for (const position of [1, 3, 6, 9]) {
      const truth = examinationProbability(position) / examinationProbability(0);
      // Session bonuses add a few clicks further down; counting noise is about 5 %.
      expect(Math.abs(clicks[position]! / clicks[0]! - truth)).toBeLessThan(0.12);
    }
  });

  it("click much more on an oracle slate than on a random one, near the expected rate", () => {
    const random = createRandom("compare");
    const onRandom = countClicks(createLiveShoppers(shop, 2), 600, () => randomSlate(random));
    const onOracle = countClicks(createLiveShoppers(shop, 2), 600, ({ shopper }) =>
      createOracleSlate(shop, shopper.index),
    );
    expect(onOracle.total).toBeGreaterThan(4 * onRandom.total);
    // What was opened makes related items more attractive, so the truth without a session is a lower bound.
    expect(onOracle.total / onOracle.expected).toBeGreaterThan(0.9);
    expect(onOracle.total / onOracle.expected).toBeLessThan(1.35);
  });

  it("are the same for the same seed", () => {
    const run = (seed: number) => {
      const live = createLiveShoppers(shop, seed);
      return JSON.stringify([1, 2, 3].map(() => live.react(live.nextSession(nowMs), randomSlate(), nowMs)));
    };
    expect(run(5)).toBe(run(5));
    expect(run(5)).not.toBe(run(6));
  });

  it("end their sessions, buy only what they carted, and ignore unknown items", () => {
    const live = createLiveShoppers(shop, 3);
    for (let i = 0; i < 300; i++) {
      const session = live.nextSession(nowMs);
      const carted = new Set<string>();
      for (let slates = 0; !session.isOver; slates++) {
        expect(slates).toBeLessThan(13);
        const slate = [...createOracleSlate(shop, session.shopper.index).slice(0, 3), "nowhere"];
        for (const { type, itemId } of live.react(session, slate, nowMs)) {
          if (type !== "examine") expect(itemId).not.toBe("nowhere");
          if (type === "add_to_cart") carted.add(itemId);
          if (type === "purchase") expect(carted).toContain(itemId);
        }
      }
    }
  });
});
