import { describe, expect, it } from "vitest";
import { createRandom } from "../random/random";
import { createArrivals, HOUR_TRAFFIC, WEEKDAY_TRAFFIC } from "./arrivals";
import { createShop } from "./shop";
import { SMALL_SHOP } from "./smallShop.test-support";

const shop = createShop({ ...SMALL_SHOP, nItems: 100, nShoppers: 5_000 });
const arrivals = createArrivals(shop, createRandom("arrivals"));

/** Largest relative gap between the counted shares and the ones that `traffic` promises. */
function computeLargestGap(keyOf: (at: Date) => number, traffic: readonly number[]): number {
  const counts = traffic.map(() => 0);
  for (const { startMs } of arrivals) counts[keyOf(new Date(startMs))]!++;
  const sum = traffic.reduce((a, b) => a + b, 0);
  return Math.max(...counts.map((n, key) => Math.abs(n / arrivals.length / (traffic[key]! / sum) - 1)));
}

describe("createArrivals", () => {
  it("has the weekly rhythm it claims", () => {
    expect(computeLargestGap((at) => at.getUTCDay(), WEEKDAY_TRAFFIC)).toBeLessThan(0.07);
  });

  it("has the daily rhythm it claims", () => {
    // The quietest hour holds about 120 sessions: 9 % of counting noise.
    expect(computeLargestGap((at) => at.getUTCHours(), HOUR_TRAFFIC)).toBeLessThan(0.35);
  });

  it("is heavy-tailed over shoppers: the busiest tenth makes over 30 % of the sessions", () => {
    const counts = shop.shoppers.map(() => 0);
    for (const { shopperIndex } of arrivals) counts[shopperIndex]!++;
    const busiest = counts.sort((a, b) => b - a).slice(0, counts.length / 10);
    expect(busiest.reduce((a, b) => a + b, 0) / arrivals.length).toBeGreaterThan(0.3);
  });
});
